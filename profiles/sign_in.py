"""Finding people by what they type, without keeping any address in the clear."""

import hashlib
import hmac
import unicodedata
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from keys import queries as keys
from profiles.models import User


def normalised(address: str) -> str:
    """Trimmed, NFC, lower case: the form in which an address is compared."""
    return unicodedata.normalize("NFC", address).strip().casefold()


def login_index(address: str) -> bytes:
    """The keyed blind index by which an account is found (32 bytes)."""
    return keys.blind_index("email", normalised(address))


def code_hash(index: bytes, code: str) -> bytes:
    """What is kept of a mailed code: a keyed hash, bound to the address it went to."""
    return hmac.digest(keys.named_key("sign-in-code"), index + code.encode(), hashlib.sha256)


def lockout_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """What the lock-out may remember of who tried: an index, never the address."""
    typed = (credentials or {}).get("username") or ""
    return login_index(str(typed)).hex()[:32] if typed else ""


class OfficerBackend(BaseBackend):
    """Officers sign in with e-mail and password; customers never through here."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        if not username or not password:
            return None
        user = User.objects.filter(login_index=login_index(username)).first()
        if user is None:
            # Because an unknown address must take as long as a wrong password.
            User().set_password(password)
            return None
        return user if user.is_officer and user.check_password(password) else None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
