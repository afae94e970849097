"""How often somebody may be written to: which uses count as a message, and which caps bind them."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from consent.folding import EVERYWHERE
from consent.vocabulary import OWN_NO_CLASSES

# What reaches people whether they look or not; a page or a till is where they went themselves.
MESSAGE_CHANNELS: Final = frozenset(
    {"email", "sms", "messenger", "web_push", "app_push", "post", "call_centre"}
)
# The longest window that a cap can have, and so as long as days are counted.
KEPT_DAYS: Final = 366


class Cap(NamedTuple):
    """At most `times` messages in `days` days on `channel` (None: on all of them together)."""

    channel: str | None
    times: int
    days: int


def is_message(channel: str | None, purpose_class: str) -> bool:
    """Whether a permit on this channel, for a purpose of this class, lets a message out.

    Messages that people need (an order, a safety notice) are no matter of frequency. Marketing
    that names no channel is a message on any of them.
    """
    if channel is None:
        return purpose_class == "direct_marketing"
    return channel in MESSAGE_CHANNELS and purpose_class in OWN_NO_CLASSES


def binding(caps: Mapping[str, Sequence[int]], channel: str) -> list[Cap]:
    """The caps of a person that a message on `channel` (EVERYWHERE: on any) must keep."""
    return [
        Cap(None if name == EVERYWHERE else name, cap[0], cap[1])
        for name, cap in caps.items()
        if channel == EVERYWHERE or name in {channel, EVERYWHERE}
    ]
