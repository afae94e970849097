"""Steps, frequencies and lengths of a stop, in words."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from consent.folding import EVERYWHERE, Stop
from consent.frequencies import MESSAGE_CHANNELS
from consent.queries.bounds import Bounds
from consent.queries.names import Names
from portal import times

STEPS: tuple[tuple[int, Promise, Promise], ...] = (
    (0, _("Same for everyone"), _("Reads nothing.")),
    (1, _("This visit only"), _("Reads what is on the screen now, and keeps nothing.")),
    (2, _("What I told you"), _("Reads what you wrote in yourself.")),
    (3, _("My purchases"), _("Also reads what you bought.")),
    (4, _("Everything I allow"), _("Also reads everything else you said Yes to.")),
)
# In the order of the page; the catalogue decides which of them are open at all.
CHANNELS: dict[str, Promise] = {
    "shop_page": _("Shop page"),
    "pop_up": _("Pop-up"),
    "email": _("E-mail"),
    "sms": _("Text message"),
    "messenger": _("Messenger"),
    "web_push": _("Browser notification"),
    "app_push": _("App notification"),
    "social": _("Social network"),
    "ad_audience": _("Advertising audience"),
    "post": _("Post"),
    "till_receipt": _("Till receipt"),
    "cashier": _("At the till"),
    "staff": _("Shop staff"),
    "call_centre": _("Call centre"),
    "chat": _("Chat"),
    "in_store_sensing": _("Sensors in the shop"),
}
OFTEN: dict[str, tuple[Promise, tuple[int, int] | None]] = {
    "any": (_("As often as I allowed"), None),
    "day": (_("At most 1 a day"), (1, 1)),
    "week": (_("At most 1 a week"), (1, 7)),
    "month": (_("At most 1 in 30 days"), (1, 30)),
    "never": (_("None"), (0, 30)),
}
LENGTHS: dict[str, tuple[Promise, timedelta]] = {
    "day": (_("24 hours"), timedelta(days=1)),
    "week": (_("7 days"), timedelta(days=7)),
    "month": (_("30 days"), timedelta(days=30)),
    "half": (_("6 months"), timedelta(days=183)),
    "year": (_("1 year"), timedelta(days=365)),
    "years": (_("5 years"), timedelta(days=5 * 365)),
}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel as the page shows it: its step, how often, and what stops it."""

    code: str
    name: str
    level: int
    level_name: Promise
    is_message: bool
    often: str
    stopped: str


def rows(bounds: Bounds, called: Names) -> list[ChannelRow]:
    """A row per channel, each called as the catalogue calls it."""
    return [
        ChannelRow(
            code=code,
            name=_called(code, called),
            level=bounds.level(code),
            level_name=STEPS[bounds.level(code)][1],
            is_message=code in MESSAGE_CHANNELS,
            often=_often(bounds.cap(code)),
            stopped=stop_words(bounds.stop(code)),
        )
        for code in CHANNELS
    ]


def _often(cap: tuple[int, int] | None) -> str:
    """The name of the choice that is nearest to a cap, never a laxer one."""
    if cap is None:
        return "any"
    exact = [name for name, (_words, limit) in OFTEN.items() if limit == tuple(cap)]
    return exact[0] if exact else ""


def stop_words(stop: Stop | None) -> str:
    """When a stop ends, in words; empty for none."""
    if stop is None:
        return ""
    if stop.until is None or stop.open:
        return gettext("stopped until you lift it")
    return gettext("stopped until %(day)s, %(clock)s") % {
        "day": times.day_words(stop.until),
        "clock": times.minute_words(stop.until),
    }


def channel_name(code: str, called: Names) -> str:
    """A channel, or everything."""
    return gettext("Everything") if code == EVERYWHERE else _called(code, called)


def _called(code: str, called: Names) -> str:
    if code not in called.channels:
        return str(CHANNELS.get(code, code))
    return called.channel(code, (get_language() or "en").split("-")[0])
