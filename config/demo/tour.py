"""Who visitors may be: `var/tour.json`, for its owner alone, with new secrets each time."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from config.demo.cast import ROLES, Role
from config.demo.loading import CAST
from consent.actions import partners, spreading
from consent.queries import changes, identifiers
from profiles.actions import accounts

PARTNER = "shop-app"
THIRD_PARTY = "northwind"
OFFICER = "officer@example.org"
SIGN_IN = "mailed code; read it at /dev/mail"
BY = "demo"


def path() -> Path:
    """Where the tour is written."""
    return Path(settings.VAR_DIR) / "tour.json"


def exists() -> bool:
    """Whether it was written for this installation."""
    return path().is_file()


def write(*, clock: Callable[[], datetime]) -> Mapping[str, Any]:
    """Make the partners' clients and the officer, and write down how to sign in."""
    at = clock()
    tour = {
        "partner": _client(PARTNER, "Journey Market app", at),
        "partner2": _third_party(at),
        "officer": _officer(at),
        "customers": [customer for role in ROLES if (customer := _customer(role))],
    }
    _write_privately(path(), json.dumps(tour, ensure_ascii=False, indent=1))
    return tour


def _client(recipient: str, name: str, at: datetime) -> dict[str, str]:
    offered: Mapping[str, str] = settings.OAUTH2_PROVIDER["SCOPES"]  # type: ignore[assignment]
    credentials = partners.register_client(
        recipient=recipient, name=name, scopes=list(offered), by=BY, at=at
    )
    return {"client_id": credentials.client_id, "client_secret": credentials.client_secret}


def _third_party(at: datetime) -> dict[str, str]:
    """A partner that begins here and now: it owes no answer for what was loaded before it came."""
    client = _client(THIRD_PARTY, "Northwind Advertising", at)
    now = changes.beginning()
    spreading.acknowledge_seen(
        recipient=THIRD_PARTY, seen=now.seen, upto=now.upto, after=now.after, at=at
    )
    return client


def _officer(at: datetime) -> dict[str, str]:
    """An officer with a new password; a later tour over the same data gets another address."""
    for number in range(1, 100):
        email = OFFICER if number == 1 else OFFICER.replace("@", f"{number}@")
        password = secrets.token_urlsafe(15)
        try:
            accounts.create_officer(
                email=email, password=password, display_name="Marek Adler", at=at
            )
        except accounts.AddressTaken:
            continue
        return {"email": email, "password": password}
    raise RuntimeError("There are a hundred officers of earlier tours; run `make demo-reset`.")


def _customer(role: Role) -> dict[str, str] | None:
    """How to be somebody of the cast; None for who was erased."""
    subject_id = identifiers.find_subject(
        recipient=PARTNER, first_party=True, identifier=f"ref:{CAST}:{role.address}"
    )
    if subject_id is None:
        return None
    return {
        "id": identifiers.pairwise_id(recipient=PARTNER, subject_id=subject_id),
        "email": f"{role.address}@example.org",
        "sign_in": SIGN_IN,
        "about": role.about,
    }


def _write_privately(place: Path, text: str) -> None:
    """Whole or not at all, 0600 from its first byte."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = place.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(place)
