"""May this notice be published? Everything it lacks, as a list: each with its place and a fix.

The mandatory parts are those of GDPR Art. 13 and 14 (and Art. 35 where the risk is high); the
words must be fair, readable and there in every language that the service speaks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from consent.notices import fairness
from consent.notices.findings import Finding
from consent.notices.prominence import ATTESTED, EXCHANGE_CARD
from consent.notices.wording import Wording

# What the catalogue does not hold: a sentence, or the address where it stands.
DETAILS = (
    "rights", "withdrawal", "complaint", "retention", "legitimate_interest", "source", "logic",
    "dpia",
)  # fmt: skip
LONGEST_DETAIL = 500
CONSENT = frozenset({"consent", "explicit_consent"})
# What an authority's list (Art. 35(4)) or Art. 35(3) names: profiling with effect, selling on.
HIGH_RISK = frozenset({"significant_decision", "cross_context_ads", "sale"})
AUTOMATED = frozenset({"significant_decision"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """A company that may get something: named to people, with its way of transfer if any."""

    name: str
    transfer_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All that a notice says or stands on. `languages` are those the service speaks.

    `purposes` are the codes it asks for (one control, one purpose); `other_uses` are the names
    of all other purposes by language; `dropped` the languages left out, each with its reason.
    """

    purposes: tuple[str, ...]
    purpose_class: str
    wordings: Mapping[str, Wording]
    languages: tuple[str, ...]
    controller: str
    contact: str
    bases: frozenset[str]
    attributes: frozenset[str]
    receivers: tuple[Receiver, ...] = ()
    retention_days: int | None = None
    from_elsewhere: bool = False
    special: bool = False
    asked: bool = True
    component: str = EXCHANGE_CARD
    details: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    other_uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def findings(document: Document) -> tuple[Finding, ...]:
    """Everything that stands against publishing; empty: it may be published."""
    return (
        *_one_purpose(document),
        *_languages(document),
        *_catalogued(document),
        *_details(document),
        *(
            finding
            for _, wording in sorted(document.wordings.items())
            for finding in (*fairness.findings(wording), *_names(document, wording))
        ),
    )


def is_high_risk(document: Document) -> bool:
    """Whether an impact assessment must exist before the use begins (Art. 35(3))."""
    return document.purpose_class in HIGH_RISK or document.special


def _one_purpose(document: Document) -> Iterator[Finding]:
    if len(document.purposes) != 1:
        yield Finding(
            "PURPOSES_BUNDLED",
            "/purpose",
            "Write one notice for each purpose, each with its own No and Yes.",
            document.purposes,
        )
    for language, wording in sorted(document.wordings.items()):
        said = f"{wording.title}\n{wording.rows.get('so_that', '')}".casefold()
        others = document.other_uses.get(language, ())
        if found := tuple(name for name in others if name and _mentions(said, name.casefold())):
            yield Finding(
                "PURPOSES_BUNDLED",
                f"/texts/{language}/title",
                "Ask for the other use with a notice of its own.",
                found,
            )
    if document.asked and document.component not in ATTESTED:
        yield Finding(
            "COMPONENT_UNATTESTED",
            "/component",
            "Use a card whose two answers were measured as equal.",
            (document.component,),
        )


def _mentions(said: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None


def _languages(document: Document) -> Iterator[Finding]:
    if not document.wordings:
        yield Finding("LANGUAGE_MISSING", "/texts", "Write the six rows in a language.")
    for language in document.languages:
        if language in document.wordings:
            continue
        if language not in document.dropped:
            yield Finding(
                "LANGUAGE_MISSING",
                f"/texts/{language}",
                "Write it in this language, or drop the language and say why.",
                (language,),
            )
        elif not document.dropped[language].strip():
            yield Finding(
                "DROPPED_WITHOUT_REASON",
                f"/dropped/{language}",
                "Say why this language is left out.",
                (language,),
            )


def _catalogued(document: Document) -> Iterator[Finding]:
    if not document.controller.strip():
        yield Finding("CONTROLLER_MISSING", "/controller", "Name who is responsible.")
    if not document.contact.strip():
        yield Finding("CONTACT_MISSING", "/contact", "Say where the privacy office is reached.")
    if not document.bases:
        yield Finding("BASIS_MISSING", "/bases", "Give the purpose a legal basis.")
    if not document.attributes:
        yield Finding("ATTRIBUTES_MISSING", "/attributes", "Say which data the purpose may use.")
    for receiver in document.receivers:
        if receiver.transfer_missing:
            yield Finding(
                "TRANSFER_MISSING",
                "/recipients",
                "Put the transfer mechanism of this recipient on file.",
                (receiver.name,),
            )


def _details(document: Document) -> Iterator[Finding]:
    wanted = {
        "rights": ("RIGHTS_MISSING", True),
        "complaint": ("COMPLAINT_MISSING", True),
        "withdrawal": ("WITHDRAWAL_MISSING", bool(document.bases & CONSENT)),
        "retention": ("RETENTION_MISSING", document.retention_days is None),
        "legitimate_interest": ("INTEREST_MISSING", "legitimate_interest" in document.bases),
        "source": ("SOURCE_MISSING", document.from_elsewhere),
        "logic": ("LOGIC_MISSING", document.purpose_class in AUTOMATED),
        "dpia": ("DPIA_MISSING", is_high_risk(document)),
    }
    for name, (code, needed) in wanted.items():
        text = document.details.get(name, "")
        if needed and not text.strip():
            yield Finding(code, f"/details/{name}", "Write it, or say where it stands.")
        if len(text) > LONGEST_DETAIL:
            yield Finding(
                "DETAIL_TOO_LONG", f"/details/{name}", f"Shorten it to {LONGEST_DETAIL} characters."
            )


def _names(document: Document, wording: Wording) -> Iterator[Finding]:
    """Recipients by name where people read it (C-154/21), in every language."""
    said = wording.rows.get("who_sees", "").casefold()
    missing = tuple(
        receiver.name for receiver in document.receivers if receiver.name.casefold() not in said
    )
    if missing:
        yield Finding(
            "RECIPIENT_UNNAMED",
            f"/texts/{wording.language}/rows/who_sees",
            "Name every company that may get the data.",
            missing,
        )
