"""Two partners and their tokens, for the tests of the REST interface.

`shop_app` is a first party with every scope; `northwind` a third party bound to targeted_ads.
"""

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from zeal import zeal_context

from consent.api import rates, tokens
from consent.models import Application, Recipient
from consent.queries.identifiers import pairwise_id

SECRET = "a-secret-of-this-test-and-no-other"
EVALUATION = "/access/v1/evaluation"


def call(method: str, path: str, body: bytes | str = b"", **options: Any) -> HttpResponse:
    """One request; each is watched by itself for queries in a loop."""
    with zeal_context():
        return Client(raise_request_exception=False).generic(method, path, body, **options)


@dataclass
class Partner:
    """One partner with a token: sends JSON, gets answers."""

    recipient: str
    client_id: str
    token: str = ""

    def id_of(self, subject_id: UUID) -> str:
        """The pairwise id this partner knows a person by."""
        return pairwise_id(recipient=self.recipient, subject_id=subject_id)

    def send(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> HttpResponse:
        """One call; `body` is sent as JSON, bytes as they are."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.token if token is None else token}"} | named
        content_type = sent.pop("Content-Type", "application/json")
        return call(method, path, raw, content_type=content_type, headers=sent)

    def get(self, path: str, **headers: str) -> HttpResponse:
        """GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """POST."""
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """PUT."""
        return self.send("PUT", path, body, **headers)


def partner_of(recipient: str, *scopes: str) -> Partner:
    """A partner with a token for these scopes (none named: all), as /oauth/token would give it."""
    with zeal_context():
        row = Recipient.objects.get(pk=recipient)
    client_id = f"client-of-{recipient}"
    client = SimpleNamespace(client_id=client_id, recipient_id=recipient, recipient=row)
    named = scopes or tuple(settings.OAUTH2_PROVIDER["SCOPES"])
    request = SimpleNamespace(client=client, scopes=named, expires_in=600)
    return Partner(recipient, client_id, tokens.generate(request))


def enrol(partner: Partner) -> None:
    """Store the OAuth client behind a partner; its secret is SECRET."""
    if Application.objects.filter(client_id=partner.client_id).exists():
        return
    Application.objects.create(
        name=partner.recipient,
        client_id=partner.client_id,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        recipient_id=partner.recipient,
        scopes=list(settings.OAUTH2_PROVIDER["SCOPES"]),
    )


def ask_token(partner: Partner, *, secret: str = SECRET, **form: str) -> HttpResponse:
    """POST /oauth/token with HTTP Basic."""
    enrol(partner)
    basic = base64.b64encode(f"{partner.client_id}:{secret}".encode()).decode()
    fields = {"grant_type": "client_credentials"} | form
    return call(
        "POST",
        "/oauth/token",
        "&".join(f"{name}={value}" for name, value in fields.items()),
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Basic {basic}"},
    )


def with_scope(partner: Partner, *scopes: str) -> Partner:
    """The same partner with a token for some scopes only."""
    return partner_of(partner.recipient, *scopes)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """No token verified and no call counted by another test."""
    tokens.forget()
    rates.forget()
    yield


@pytest.fixture
def shop_app(catalogue: None) -> Partner:
    """The first party's app, with every scope."""
    return partner_of("shop-app")


@pytest.fixture
def northwind(catalogue: None) -> Partner:
    """A third party, bound to targeted_ads, with every scope."""
    return partner_of("northwind")


@contextmanager
def database_down() -> Iterator[None]:
    """Nobody listens where the database was; for tests that use `committed`."""
    connection = connections["default"]
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        before = connection.settings_dict["PORT"]
        connection.close()
        connection.settings_dict["PORT"] = str(reserved.getsockname()[1])
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["PORT"] = before


def question(subject: str, purpose: str = "recommendations", *attributes: str) -> dict[str, Any]:
    """The body of an evaluation."""
    resource: dict[str, Any] = {"type": "attributes", "id": "purchases"}
    if attributes:
        resource["properties"] = {"attributes": list(attributes)}
    return {
        "subject": {"type": "customer", "id": subject},
        "action": {"name": "use", "properties": {"purpose": purpose}},
        "resource": resource,
    }


def check_problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """The answer is a whole problem of this status and code; its members."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    members = json.loads(answer.content)
    assert members["code"] == code
    assert members["status"] == status
    assert members["title"] and members["detail"] and members["type"].endswith(f"#{code}")
    assert members["request_id"] == answer["X-Request-ID"]
    assert set(members) >= {"instance", "errors", "fix", "retry"}
    return members
