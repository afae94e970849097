"""Where a person can complain when a request is refused (GDPR Art. 12(4), 77, 79; 11 CCR 7024)."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

EUROPE = _(
    "You can complain to the data protection authority of the country where you live or work, or "
    "where you think the law was broken. You can also go to court. Both are free to begin."
)
BRITAIN = _(
    "You can complain to us first. You can also complain to the Information Commissioner "
    "(ico.org.uk), and you can go to court."
)
CALIFORNIA = _(
    "You can complain to the California Privacy Protection Agency (cppa.ca.gov) or to the "
    "Attorney General of California (oag.ca.gov)."
)
STATES = _(
    "You can appeal to us within 60 days by answering this letter; another person will look at it. "
    "If we refuse again, you can complain to the Attorney General of your state."
)
ELSEWHERE = _(
    "You can complain to the authority that protects personal data where you live, or to the one "
    "that watches over us. Write to us if you need its address."
)
FAMILIES = {"EU": EUROPE, "UK": BRITAIN, "US-CA": CALIFORNIA, "US": STATES}


def route(jurisdictions: Iterable[str]) -> str:
    """The ways that are open to the person, one paragraph per jurisdiction, in this language."""
    found = []
    for code in jurisdictions:
        text = str(FAMILIES.get(code) or FAMILIES.get(code.split("-")[0]) or ELSEWHERE)
        if text not in found:
            found.append(text)
    return "\n\n".join(found or [str(ELSEWHERE)])
