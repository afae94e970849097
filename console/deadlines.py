"""How much time a request has left, as a word, a shape and a bar; never by colour alone."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON = 3
THIS_WEEK = 7


@dataclass(frozen=True, slots=True)
class Remaining:
    """`level` is stop, hold or plain; `elapsed` of `total` days are over."""

    level: str
    shape: str
    words: str
    elapsed: int
    total: int


def remaining(*, received: date, strict: date, latest: date, today: date) -> Remaining:
    """The time left of an open request, both dates as the controller's calendar has them."""
    level, shape, words = _said(strict, latest, today)
    total = max((latest - received).days, 1)
    return Remaining(level, shape, words, min(max((today - received).days, 0), total), total)


def _said(strict: date, latest: date, today: date) -> tuple[str, str, str]:
    if today > latest:
        days = (today - latest).days
        words = ngettext("Overdue by %(days)d day", "Overdue by %(days)d days", days)
        return "stop", "■", words % {"days": days}
    if today > strict:
        return "hold", "▲", _("Past the strict date")
    days = (strict - today).days
    if days == 0:
        return "hold", "▲", _("Due today")
    words = ngettext("Due in %(days)d day", "Due in %(days)d days", days) % {"days": days}
    if days <= SOON:
        return "hold", "▲", words
    return "plain", "◆" if days <= THIS_WEEK else "○", words
