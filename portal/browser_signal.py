"""Global Privacy Control: what the browser asks for is kept for the person who signs in."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from consent.actions import recording
from consent.acts import Act
from consent.queries import states

KEPT = "portal.signal_kept"


def is_on(request: HttpRequest) -> bool:
    """Whether Sec-GPC holds exactly `1`; repeated headers arrive joined by commas (W3C GPC)."""
    values = request.headers.get("Sec-GPC", "").split(",")
    return any(value.strip() == "1" for value in values)


def keep(request: HttpRequest, subject_id: UUID, *, at: datetime) -> None:
    """Record the signal for this person unless it is on record already (11 CCR 7025(c)).

    A later visit without the signal changes nothing: its absence is no opt-in.
    """
    if not is_on(request) or request.session.get(KEPT):
        return
    shape = states.read_state(subject_id).shape
    if shape is None or not states.shape_content(shape)["gpc"]:
        recording.record(
            subject_id=subject_id,
            act=Act(state="signal_on", method="signal", actor="browser"),
            by="portal",
            at=at,
        )
    request.session[KEPT] = True
