"""Keeping the tables of the gate small and the states of people current."""

from datetime import datetime

from consent.actions import states as state_actions
from consent.models import ConsentState
from consent.queries.states import raw_cursor

DROP = "SELECT consent_drop_expired_permits(%s)"
AT_ONCE = 500


def drop_expired_permits(*, at: datetime) -> int:
    """Remove permits that ended before `at`; how many went."""
    row = raw_cursor().execute(DROP, (at,)).fetchone()
    return int(row[0]) if row else 0


def refresh_lapsed_states(*, at: datetime) -> int:
    """Compile anew up to AT_ONCE states whose `until` has passed; how many there were.

    An ask does this for the person it is about; this is for selections over many people,
    which leave a lapsed state out until it is current again.
    """
    lapsed = ConsentState.objects.filter(until__lte=at).order_by("until")[:AT_ONCE]
    subjects = list(lapsed.values_list("subject_id", flat=True))
    for subject_id in subjects:
        state_actions.refresh(subject_id=subject_id, at=at)
    return len(subjects)
