"""The line under a press: what stopped or started, since when, where, and the receipt."""

from datetime import datetime

from django.utils.translation import get_language, gettext

from consent.queries import names
from consent.queries.uses import Scope, Use
from portal import times


def whole(use: Use, *, at: datetime, number: str) -> str:
    """After an answer to all of a use."""
    facts = _facts(use, at, number)
    if use.status != "Given":
        return gettext(
            "You said No to “%(use)s”. Stopped since %(clock)s %(where)s: every question about it "
            "is answered No from that moment. Receipt %(number)s."
        ) % facts  # fmt: skip
    if use.active:
        return gettext(
            "You said Yes to “%(use)s”. Active since %(clock)s %(where)s. Receipt %(number)s."
        ) % facts  # fmt: skip
    return gettext(
        "Your Yes to “%(use)s” is on record since %(clock)s, and it is not used: %(reason)s "
        "Receipt %(number)s."
    ) % facts  # fmt: skip


def part(use: Use, scope: Scope, *, at: datetime, number: str) -> str:
    """After an answer to one attribute."""
    facts = _facts(use, at, number) | {"part": scope.name}
    if scope.refused:
        return gettext(
            "You said No to “%(part)s” for “%(use)s”. Stopped since %(clock)s %(where)s. "
            "Receipt %(number)s."
        ) % facts  # fmt: skip
    return gettext(
        "You said Yes to “%(part)s” for “%(use)s”. Active since %(clock)s %(where)s. "
        "Receipt %(number)s."
    ) % facts  # fmt: skip


def already(use: Use, scope: Scope | None) -> str:
    """After a press that repeats the standing answer."""
    if scope is not None or use.answer is None:
        return gettext("That is your answer already. Nothing changed.")
    facts = {"use": _title(use), "day": times.day_words(use.answer.at)}
    if use.status == "Given":
        return gettext("You said Yes to “%(use)s” on %(day)s already. Nothing changed.") % facts
    return gettext("“%(use)s” was stopped on %(day)s already. Nothing changed.") % facts


def moved() -> str:
    """After a Yes from a page that something has overtaken."""
    return gettext(
        "Something changed since this page was shown, so nothing was saved. This is how it stands "
        "now; press again if you still want to."
    )


def not_shown() -> str:
    """After a Yes to words that were not on the page, or not today."""
    return gettext(
        "Not saved: the page was more than a day old, or its wording has changed. Read the card "
        "below and press again."
    )  # fmt: skip


def _facts(use: Use, at: datetime, number: str) -> dict[str, str]:
    language = (get_language() or "en").split("-")[0]
    return {
        "use": _title(use),
        "clock": times.clock_words(at),
        "where": _where(use),
        "reason": names.reason(use.reason, language),
        "number": number,
    }


def _title(use: Use) -> str:
    return use.wording.title if use.wording else use.name


def _where(use: Use) -> str:
    if use.companies:
        return gettext("with us and %(companies)s") % {"companies": ", ".join(use.companies)}
    return gettext("everywhere with us")
