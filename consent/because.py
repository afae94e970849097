"""Why a use goes on or is stopped, as one sentence to the person it is about."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from consent.precedence import Found, Statement

Day = Callable[[datetime], str]


def sentence(found: Found, *, day: Day) -> str:
    """In the language that is active; `day` words a moment as a day."""
    if found.holds is None:
        if found.permits:
            return _("Nothing was said about it yet, and where you live it may go on until then.")
        return _("Nobody said Yes to it, so it does not happen.")
    text = _held(found, found.holds) % {"day": day(found.holds.at)}
    if found.over is None or found.why in {"guardian_no", "yes_stands"}:
        return text + "."
    return text + _after(found, found.over) % {"before": day(found.over.at)} + "."


def _held(found: Found, holds: Statement) -> str:
    match found.why:
        case "guardian_no":
            return _("A parent or guardian said No on %(day)s, and a Yes of your own does not "
                     "lift that")  # fmt: skip
        case "yes_stands" | "yes_after_no":
            return _("You said Yes on %(day)s")
        case "own_no":
            return _("You said No on %(day)s")
        case "void":
            return _("Your Yes was declared void on %(day)s")
        case "objection":
            return _("Stopped by your objection of %(day)s")
    return _opted_out(holds)


def _opted_out(holds: Statement) -> str:
    if holds.state == "signal_on":
        return _("Stopped by your browser’s signal on %(day)s")
    if holds.state == "objected":
        return _("Stopped by your objection of %(day)s")
    if holds.source == "agent":
        return _("Stopped by an agent who opted out for you on %(day)s")
    if holds.source in {"tcf", "gpp"}:
        return _("Stopped by the opt-out that a page passed on for you on %(day)s")
    return _("Stopped by your opt-out of %(day)s")


def _after(found: Found, over: Statement) -> str:
    if found.why == "two_steps_missing":
        return _("; your Yes of %(before)s came later, but was not confirmed a second time")
    if found.permits:
        return _(", after the No of %(before)s")
    if found.holds is not None and over.at > found.holds.at:
        return _("; your Yes of %(before)s came later, and does not lift it")
    return _("; your Yes of %(before)s was earlier")
