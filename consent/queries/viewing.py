"""What of people's consent events a partner may see, and under which name it knows a person.

A first party sees everything. A third party sees what it passed on itself, and what concerns
its own purposes from the first Yes on: what was said before would tell it that somebody whom
it has no Yes of is there and refuses.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent.documents.states import YES
from consent.models import ConsentEvent, RecipientGrant
from consent.queries.identifiers import pairwise_id


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: the code under which pairwise ids are made, and whether it is a first party."""

    recipient: str
    first_party: bool

    def name_of(self, subject_id: UUID) -> str:
        """The pseudonym that this reader knows a person by."""
        return pairwise_id(recipient=self.recipient, subject_id=subject_id)


def visible(viewer: Viewer, events: QuerySet[ConsentEvent]) -> QuerySet[ConsentEvent]:
    """Those of `events` that the viewer may see."""
    if viewer.first_party:
        return events
    to_viewer = Q(recipient__isnull=True) | Q(recipient=viewer.recipient)
    granted = RecipientGrant.objects.filter(recipient=viewer.recipient).values("purpose")
    earlier_yes = ConsentEvent.objects.filter(
        to_viewer,
        subject=OuterRef("subject"),
        purpose=OuterRef("purpose"),
        state__in=YES,
        valid_from__lte=OuterRef("valid_from"),
    )
    own = Q(purpose__in=granted) & to_viewer & Exists(earlier_yes)
    return events.filter(Q(source=viewer.recipient) | own)
