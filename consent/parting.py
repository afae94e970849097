"""What stays with each record when a join ends: whatever restricted while they were joined."""

from collections.abc import Collection, Mapping
from uuid import UUID

from consent.acts import RESTRICTIVE
from consent.folding import EventFact
from consent.merging import Link, Member, connected_since

# Because these are about one record or its vault, not a word of the person on a use.
CARRIED = RESTRICTIVE - {"erasure_pending", "held", "invalidated", "revoked", "cap_set"}


def without(links: Collection[Link], ended: Link) -> list[Link]:
    """The links that still stand once the two records of `ended` are apart."""
    apart = {ended.one, ended.other}
    return [link for link in links if {link.one, link.other} != apart]


def carried(
    members: Mapping[UUID, Member], links: Collection[Link], ended: Link
) -> dict[UUID, list[EventFact]]:
    """Per record what the others said that restricts it, from the joining on (fail closed)."""
    found = {}
    for member in sorted(members):
        since = connected_since(member, links)
        gone = set(since) - set(connected_since(member, without(links, ended)))
        found[member] = [
            event
            for other in sorted(gone)
            for event in members[other].events
            if event.valid_from >= since[other] and event.state in CARRIED
        ]
    return {member: events for member, events in found.items() if events}
