"""What one consent event looks like on paper: pure renderers over one frozen `EventFacts`.

Each renderer says the same in its own format; a golden test holds them to it.
"""

from consent.documents.facts import (
    DataCategory,
    EventFacts,
    NoticeFacts,
    Party,
    PurposeFacts,
)

__all__ = ["DataCategory", "EventFacts", "NoticeFacts", "Party", "PurposeFacts"]
