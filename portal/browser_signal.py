"""Global Privacy Control: what the browser asks for holds for it, and for who signs in with it."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from consent.actions import devices
from consent.errors import SubjectErased, SubjectUnknown
from consent.strings import gpc
from portal import device_cookie

KEPT = "portal.signal_kept"


def is_on(request: HttpRequest) -> bool:
    """Whether the browser sends the signal with this request."""
    return gpc.is_on([request.headers.get("Sec-GPC", "")])


def stands(request: HttpRequest) -> bool:
    """Whether the opt-out holds for this browser: it says so now, or it has said so before."""
    return is_on(request) or device_cookie.device_of(request) is not None


def is_honoured(request: HttpRequest) -> bool:
    """Whether the page must say so: for this browser, or for whoever is signed in with it.

    Asks no database, so that pages which tell of a fault can say it too.
    """
    session = getattr(request, "session", None)
    return stands(request) or bool(session and session.get(KEPT))


def keep(request: HttpRequest, subject_id: UUID, *, at: datetime) -> None:
    """Carry the signal over to the person who is signed in, once (11 CCR 7025(c))."""
    if request.session.get(KEPT) or not stands(request):
        return
    try:
        devices.hear_signal(subject_id=subject_id, by="portal", at=at)
    except (SubjectErased, SubjectUnknown):
        # Because an erased person is opted out of everything.
        return
    request.session[KEPT] = True
