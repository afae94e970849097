"""The sentences of a copy, in the language that is active."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consent.queries import names
from profiles import rights
from profiles.packing import Words


def of_copy(right: str, language: str, made_at: datetime) -> Words:
    """Title, introduction, README and column names of one copy."""
    company = ", ".join(card.name for card in names.controllers())
    day = date_format(made_at, "DATE_FORMAT")
    if right == rights.PORTABILITY:
        title = _("Your data, to take elsewhere")
        intro = _(
            "What you gave %(company)s and what was observed, as of %(day)s. "
            "data.json and the CSV files are made to be read by another service."
        ) % {"company": company, "day": day}
    else:
        title = _("A copy of your data")
        intro = _("Everything %(company)s holds about you, as of %(day)s.") % {
            "company": company,
            "day": day,
        }
    return Words(
        language=language,
        title=title,
        intro=intro,
        readme="\n\n".join([title, intro, *_readme(right)]),
        empty=_("Nothing is held here."),
        contents=_("Contents"),
        columns=_columns(),
    )


def _readme(right: str) -> list[str]:
    files = _(
        "index.html is for reading: open it in any browser, no network is needed. "
        "data.json holds the same for machines, the folder csv one table per section."
    )
    if right == rights.PORTABILITY:
        return [files]
    return [
        files,
        _(
            "You may have your data corrected, erased or restricted, object to a use, and take "
            "your data elsewhere. Every request starts on the page Your requests."
        ),
        _(
            "You may complain to a data protection authority, at the place where you live or "
            "work or where you think the law was broken."
        ),
        _(
            "No decision with legal or similar effect is made about you by a machine alone. "
            "Recommendations compare your purchases with those of similar customers; the page "
            "Why this shows for each what was used."
        ),
        _("Where the column source names a system, the data came from there; else from you."),
    ]


def _columns() -> dict[str, str]:
    return {
        "actor": _("Who said it"),
        "amount": _("Amount"),
        "at": _("When"),
        "attribute": _("Kind of data"),
        "attributes": _("Kinds of data"),
        "basket": _("Basket"),
        "channels": _("Channels"),
        "code": _("Code"),
        "contact": _("Contact"),
        "controller": _("Responsible"),
        "country": _("Country"),
        "created_at": _("Made on"),
        "day": _("Day"),
        "due": _("Due"),
        "ended": _("How it ended"),
        "expires_at": _("Until"),
        "finished_at": _("Finished"),
        "in_use": _("In use"),
        "join_kind": _("Kind of join"),
        "joined_with": _("Joined with"),
        "kind": _("What happened"),
        "language": _("Language"),
        "last_sign_in": _("Last sign-in"),
        "legal_basis": _("Legal basis"),
        "log_event": _("Entry in the log"),
        "method": _("How"),
        "month": _("Month"),
        "product": _("Product"),
        "purpose": _("Purpose"),
        "purposes": _("Purposes"),
        "quantity": _("Quantity"),
        "reason": _("Reason"),
        "receipt": _("Receipt"),
        "received_at": _("Received"),
        "recipient": _("Recipient"),
        "recipients": _("Recipients"),
        "recorded_at": _("Recorded"),
        "request": _("Request"),
        "retention_days": _("Kept for (days)"),
        "right": _("Right"),
        "role": _("Role"),
        "since": _("Since"),
        "source": _("Source"),
        "state": _("State"),
        "transfer_mechanism": _("Transfer rests on"),
        "until": _("Until"),
        "value": _("Value"),
        "why": _("Why"),
        "words": _("Words that were shown"),
        "words_sha256": _("Fingerprint of the words"),
        "words_version": _("Version of the words"),
    }
