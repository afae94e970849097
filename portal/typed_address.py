"""The address typed at sign-in, kept nowhere but in the visitor's own browser, encrypted."""

import base64
import binascii

from keys import envelope
from keys import queries as keys
from keys.errors import BoxRefused

SECONDS = 600
_PLACE = b"portal.typed_address"


def close(email: str) -> str:
    """The address as a cookie value that only we can read."""
    box = envelope.seal(keys.named_key("typed-address"), email.encode(), aad=_PLACE)
    return base64.urlsafe_b64encode(box).decode()


def unclose(cookie: str) -> str | None:
    """The address in a cookie value; None for whatever we did not make."""
    try:
        box = base64.urlsafe_b64decode(cookie.encode())
        return envelope.open_(keys.named_key("typed-address"), box, aad=_PLACE).decode()
    except (binascii.Error, BoxRefused, ValueError):
        return None
