"""Every example of docs/partners.md, sent in order by a first party about one person."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from tests.cast import ada, catalogue
from tests.partners import Partner, nothing_remembered, shop_app

__all__ = ["ada", "catalogue", "nothing_remembered", "shop_app"]
pytestmark = pytest.mark.django_db
GUIDE = Path(settings.BASE_DIR) / "docs" / "partners.md"
BLOCK = re.compile(r"```http\n(.*?)```(?:\n\n```json (\d{3})\n(.*?)```)?", re.DOTALL)
# What differs from run to run; everything else is as printed.
VARYING = {
    "id", "as_of", "valid_until", "valid_from", "recorded_at", "expires_at", "why", "event",
    "epoch", "since", "at", "url", "headers",
    "joined_at", "ended_at", "digest", "shown_at", "snapshot",
    "received_at", "due_strict", "due_latest", "instance", "request_id", "type",
}  # fmt: skip

# The status of an answer that is not printed, where it is not 200.
UNPRINTED = {"DELETE /v1/subjects/{subject}/joins/{join}": 204, "POST /v1/consent-events": 201}


def examples() -> list[tuple[str, str, str]]:
    """Requests as printed, with status and body of the answer where they are printed."""
    found: list[tuple[str, str, str]] = BLOCK.findall(GUIDE.read_text())
    return found


def send(partner: Partner, printed: str) -> Any:
    """Send one request as printed."""
    head, _, body = printed.strip().partition("\n\n")
    line, *fields = head.split("\n")
    method, path = line.split(" ")
    headers = dict(field.split(": ", 1) for field in fields)
    return partner.send(method, path, body.encode() if body else None, **headers)


def compare(printed: Any, answered: Any, where: str = "") -> None:
    """The same members everywhere, and the same values but for what varies."""
    if isinstance(printed, dict):
        assert set(printed) == set(answered), where
        for name, value in printed.items():
            decided = name == "decision" and isinstance(value, str)
            if name in VARYING or decided:
                assert type(answered[name]) is type(value), f"{where}/{name}"
            else:
                compare(value, answered[name], f"{where}/{name}")
    elif isinstance(printed, list):
        assert len(printed) == len(answered), where
        for index, value in enumerate(printed):
            compare(value, answered[index], f"{where}/{index}")
    else:
        assert printed == answered, where


def test_every_example_does_what_is_printed(shop_app: Partner, ada: UUID) -> None:
    person = shop_app.id_of(ada)
    sent, join, token = 0, "", ""
    for printed, status, body in examples():
        if "{id}" in printed or "{event}" in printed:
            continue
        asked = printed.replace("{subject}", person).replace("{join}", join)
        answer = send(shop_app, asked.replace("{snapshot}", token))
        sent += 1
        if printed.startswith("POST /v1/subjects/{subject}/joins\n"):
            join = answer.json()["id"]
        if printed.startswith("GET /v1/asks/next") and answer.status_code == 200:
            token = answer.json()["snapshot"]
        expected = int(status or UNPRINTED.get(printed.split("\n")[0], 200))
        assert answer.status_code == expected, (printed, answer.content)
        if body:
            compare(json.loads(body.replace("{subject}", person)), answer.json())
    assert sent >= 8


def test_the_guide_names_every_scope() -> None:
    text = GUIDE.read_text()

    for scope in settings.OAUTH2_PROVIDER["SCOPES"]:
        assert f"`{scope}`" in text
