"""How personal: the step a use of an attribute needs, on the ladder that people set per channel.

0 the same for everyone, 1 this visit only, 2 what I told you, 3 my purchases, 4 everything I
allow. A level is a ceiling, never a consent: raising it permits nothing by itself.
"""

from collections.abc import Mapping

from consent.catalogue import AttributeEntry
from consent.folding import EVERYWHERE

TOLD, PURCHASES, EVERYTHING = 2, 3, 4
PURCHASES_GROUP = "purchases"


def needed(attribute: AttributeEntry) -> int:
    """The lowest step (0..4) at which this attribute may be used."""
    if attribute.provenance == "provided":
        return TOLD
    if attribute.code == PURCHASES_GROUP or PURCHASES_GROUP in attribute.ancestors:
        return PURCHASES
    return EVERYTHING


def ceiling(levels: Mapping[str, int], channel: str | None) -> int:
    """The highest step allowed on `channel`; a use limited to none meets every ceiling."""
    if not levels:
        return EVERYTHING
    if channel is None:
        return min(levels.values())
    return levels.get(channel, levels.get(EVERYWHERE, EVERYTHING))
