"""Devices: what a browser asks for is kept for that browser, without knowing whose it is."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from consent.actions import importing, recording
from consent.actions.importing import PastAct, PersonActs
from consent.actions.subjects import Newcomer, register_many
from consent.acts import Act
from consent.jurisdictions import UNKNOWN
from consent.models import Subject
from consent.queries import states

_SIGNAL = Act(state="signal_on", method="signal", actor="browser")


def remember_signal(*, by: str, at: datetime) -> UUID:
    """A new pseudonymous subject for one browser, opted out from its first moment.

    To remember an opt-out is strictly necessary for the service that was asked for
    (ePrivacy 5(3)), so it needs no consent; nothing else is kept of the device.
    """
    newcomer = Newcomer(jurisdictions=(UNKNOWN,), status=Subject.Status.PSEUDONYMOUS)
    with transaction.atomic():
        device = register_many(newcomers=[newcomer], by=by, at=at)[0].pk
        heard = PersonActs(device, [PastAct(_SIGNAL, valid_from=at)])
        importing.import_events(people=[heard], by=by, at=at)
    return device


def hear_signal(
    *, subject_id: UUID, by: str, at: datetime, source: str | None = None
) -> recording.Receipt | None:
    """Record the opt-out signal of a person or device, once (11 CCR 7025(c)).

    None where it stands on record already. A later visit without the signal changes nothing:
    its absence is no opt-in (7025(c)(5)). Raises SubjectUnknown, SubjectErased.
    """
    shape = states.read_state(subject_id).shape
    if shape is not None and states.shape_content(shape)["gpc"]:
        return None
    return recording.record(subject_id=subject_id, act=_SIGNAL, by=by, at=at, source=source)
