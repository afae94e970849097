"""The one thing kept on a device: that its browser asked us not to sell or share.

The cookie holds a signed random number, nothing about a person, and is set only for browsers
that send Global Privacy Control. It is strictly necessary (ePrivacy 5(3)): without it an
opt-out would be forgotten as soon as the signal fails to come once.
"""

from uuid import UUID

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from profiles.sign_in import login_index

COOKIE = "opt_out"
# Because browsers keep no cookie longer.
SECONDS = 400 * 24 * 3600
WINDOW = 15 * 60
# Because a crawler that drops cookies would else make a device with every page.
PER_VISITOR = 30
_signer = signing.Signer(salt="portal.device")


def device_of(request: HttpRequest) -> UUID | None:
    """The subject that stands for this browser; None where we never gave it one."""
    try:
        return UUID(_signer.unsign(request.COOKIES.get(COOKIE, "")))
    except (signing.BadSignature, ValueError):
        return None


def give(request: HttpRequest, response: HttpResponse, device: UUID) -> None:
    """Let this browser remember which device it is."""
    response.set_cookie(
        COOKIE,
        _signer.sign(device.hex),
        max_age=SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def may_make(request: HttpRequest) -> bool:
    """Whether one more device may come from this network address; counts it."""
    visitor = login_index(f"visitor:{request.META.get('REMOTE_ADDR', '')}").hex()[:32]
    name = f"portal.devices.{visitor}"
    cache.add(name, 0, WINDOW)
    return cache.incr(name) <= PER_VISITOR
