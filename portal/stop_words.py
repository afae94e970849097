"""What a stop link says: what it would stop, what it stopped, and what goes on."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent.actions.stop_links import Scope, Stopped
from consent.queries import names, receipts, stop_links
from portal import people, times

CHANNELS: dict[str, Promise] = {
    "email": _("by e-mail"),
    "sms": _("by SMS"),
    "messenger": _("by messenger"),
    "web_push": _("by messages of the browser"),
    "app_push": _("by messages of the app"),
    "post": _("by post"),
    "call_centre": _("by telephone"),
    "shop_page": _("on the shop page"),
}


@dataclass(frozen=True, slots=True)
class Lists:
    """By name: what the press ends, and what goes on because an order or a law needs it."""

    stops: tuple[str, ...]
    stays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a press. `day` is when it was stopped, `number` the receipt if it is new."""

    words: str
    day: str
    number: str
    lists: Lists


def words(scope: Scope) -> str:
    """The scope in a few words: “Offers by e-mail”, by e-mail."""
    if scope.purpose is None:
        return gettext("all advertising")
    name = f"“{names.names().purpose(scope.purpose, people.language())}”"
    channel = CHANNELS.get(scope.channel, scope.channel)
    return f"{name} {channel}" if channel else name


def lists(scope: Scope) -> Lists:
    """The same for everybody: a stop link must tell nothing about the person."""
    called, language = names.names(), people.language()
    if scope.purpose is None:
        stops = [called.purpose(code, language) for code in stop_links.advertising()]
    else:
        stops = [words(scope)]
    stays = [called.purpose(code, language) for code in stop_links.unasked()]
    return Lists(tuple(stops), tuple(stays))


def done(stopped: Stopped) -> Done:
    """The page after a press."""
    receipt = stopped.receipt
    return Done(
        words=words(stopped.scope),
        day=times.day_words(stopped.since) if stopped.since else "",
        number=receipts.number_of(receipt.event.pk) if receipt else "",
        lists=lists(stopped.scope),
    )
