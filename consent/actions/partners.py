"""Letting partner systems in: an OAuth client bound to one recipient."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from oauth2_provider.models import AbstractApplication

from audit import actions as audit
from consent.models import Application


class Credentials(NamedTuple):
    """What a partner signs in with; the secret is shown once and kept only as a hash."""

    client_id: str
    client_secret: str


def register_client(
    *, recipient: str, name: str, scopes: Sequence[str], by: str, at: datetime
) -> Credentials:
    """Create a client-credentials client (RFC 6749, 4.4) for a recipient; on record."""
    credentials = Credentials(
        client_id=f"{recipient}-{secrets.token_hex(6)}", client_secret=secrets.token_urlsafe(32)
    )
    with transaction.atomic():
        Application.objects.create(
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
            authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
            name=name,
            recipient_id=recipient,
            scopes=list(scopes),
        )
        audit.append(
            kind="partner.registered",
            at=at,
            facts={
                "by": by,
                "recipient": recipient,
                "client": credentials.client_id,
                "scopes": sorted(scopes),
            },
        )
    return credentials
