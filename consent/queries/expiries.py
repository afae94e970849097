"""When time alone will change people's states."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from consent.queries.states import raw_cursor

UNTIL = """
    SELECT subject_id, until FROM consent_consentstate
     WHERE subject_id = ANY (%s::uuid[]) AND until IS NOT NULL
"""


def moments(subject_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """The first moment at which each state must be compiled anew; left out where there is none."""
    return dict(raw_cursor().execute(UNTIL, (list(subject_ids),), prepare=True).fetchall())
