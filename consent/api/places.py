"""Cursors of the change feed: opaque, signed for one partner, and of limited age."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing

from consent.api.problems import Problem, malformed
from consent.queries.changes import Place
from consent.queries.identifiers import pairwise_id, subject_id_of_pairwise

LIFE = timedelta(days=30)
_signer = signing.Signer(salt="consent.places")
_pages = signing.Signer(salt="consent.pages")


def shown(place: Place, *, recipient: str, at: datetime) -> str:
    """A place as an opaque text."""
    return _signer.sign_object([recipient, *place, int(at.timestamp())], compress=True)


def shown_page(since: str, last: UUID, *, recipient: str) -> str:
    """Where the next page of a snapshot begins: begun at `since`, told up to the person `last`."""
    name = pairwise_id(recipient=recipient, subject_id=last)
    return _pages.sign_object([recipient, since, name], compress=True)


def read_page(text: str, *, recipient: str) -> tuple[str, UUID]:
    """`since` and `last` of `shown_page`; raises Problem (400)."""
    try:
        owner, since, name = _pages.unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        owner = name = since = ""
    last = subject_id_of_pairwise(recipient=recipient, identifier=name)
    if owner != recipient or last is None:
        raise malformed("/after", "This is not a page of yours.", fix="Send next as it came.")
    return since, last


def read(text: str, *, recipient: str, at: datetime, pointer: str) -> Place:
    """The place in a cursor of this recipient; raises Problem: 400, or 410 where it is too old."""
    try:
        owner, seen, upto, after, seconds = _signer.unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        owner = None
    if owner != recipient:
        raise malformed(
            pointer,
            "This is not a cursor of yours.",
            fix="Send a cursor exactly as GET /v1/changes gave it to this partner.",
        )
    if at.timestamp() - seconds > LIFE.total_seconds():
        raise Problem(
            410,
            "CURSOR_EXPIRED",
            "This cursor is too old to be followed without a gap.",
            fix=f"Read {settings.BASE_URL}/v1/changes/snapshot and go on from its cursor.",
            headers={"Link": f'<{settings.BASE_URL}/v1/changes/snapshot>; rel="start"'},
        )
    return Place(seen, upto, after)
