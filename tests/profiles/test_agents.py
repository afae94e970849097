"""Authorised agents: who is believed, for how long, and what an agent can and cannot do."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.utils import timezone
from zeal import zeal_context

from consent.models import ConsentEvent
from consent.queries import states
from profiles.actions import accounts
from profiles.agent_messages import MessageRefused, check, exercise_of, opened
from profiles.models import AgentRequest, AuthorizedAgent
from tests.cast import ada, catalogue, cleo, given
from tests.partners import call, nothing_remembered

__all__ = ["ada", "catalogue", "cleo", "nothing_remembered"]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
VECTORS = Path(__file__).parent / "vectors" / "data_rights_protocol.json"
PATH = "/v1/data-rights-request"
EMAIL = "cleo@wren.example"


def verify_key(key: Ed25519PrivateKey = KEY) -> bytes:
    return key.public_key().public_bytes_raw()


def sealed(members: dict[str, Any] | bytes, key: Ed25519PrivateKey = KEY) -> bytes:
    body = members if isinstance(members, bytes) else json.dumps(members).encode()
    return base64.b64encode(key.sign(body) + body)


def message(**changes: Any) -> dict[str, Any]:
    now = timezone.now()
    members = {
        "agent-id": "AA_EXAMPLE",
        "business-id": "CB_EXAMPLE",
        "issued-at": (now - timedelta(seconds=5)).isoformat(),
        "expires-at": (now + timedelta(minutes=9)).isoformat(),
        "drp.version": "1.0",
        "exercise": "sale:opt-out",
        "regime": "ccpa",
        "email": EMAIL,
    }
    return {name: value for name, value in (members | changes).items() if value is not None}


def send(
    method: str, path: str, body: bytes = b"", token: str = "", content_type: str = "text/plain"
) -> HttpResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return call(method, path, body, content_type=content_type, headers=headers)


@pytest.fixture
def agent(db: None, settings) -> str:
    """The token of an agent that the operator entered."""
    settings.DRP_BUSINESS_ID = "CB_EXAMPLE"
    key = base64.b64encode(verify_key()).decode()
    call_command("agents", "add", "AA_EXAMPLE", "Example agent", key, verbosity=0)
    answer = send("POST", "/v1/agent/AA_EXAMPLE", sealed(message(exercise=None)))
    assert answer.json()["agent-id"] == "AA_EXAMPLE"
    return str(answer.json()["token"])


@pytest.fixture
def account(cleo: UUID) -> UUID:
    with zeal_context():
        accounts.create_customer(subject_id=cleo, email=EMAIL, language="en", at=timezone.now())
    return cleo


def exercised(token: str, **changes: Any) -> HttpResponse:
    return send("POST", PATH, sealed(message(**changes)), token)


# The message


def test_the_vector_of_two_libraries_opens() -> None:
    vector = json.loads(VECTORS.read_text())
    assert base64.b64encode(verify_key()).decode() == vector["verify_key_b64"]
    raw = sealed(vector["body"].encode())
    assert raw.decode().startswith(vector["output_prefix"])
    found = opened(raw, verify_key=base64.b64decode(vector["verify_key_b64"]))
    check(found, agent="AA_EXAMPLE", business="CB_EXAMPLE",
          at=datetime(2026, 11, 22, 9, 5, tzinfo=UTC))  # fmt: skip
    assert exercise_of(found) == "sale:opt_out"


REFUSED = [
    # In the order of the specification: each has every later fault too.
    (b"%%%", "base64"),
    (base64.b64encode(b"x" * 64), "signature before"),
    (sealed({"agent-id": "x"}, OTHER), "not the agent's"),
    (sealed(b"[1]"), "JSON object"),
    (sealed(b"{"), "not JSON"),
    (sealed(message(**{"agent-id": "AA_OTHER", "business-id": "CB_OTHER"})), "agent-id"),
    (sealed(message(**{"business-id": "CB_OTHER", "issued-at": "2999-01-01T00:00:00Z"})),
     "business-id"),
    (sealed(message(**{"issued-at": "2999-01-01T00:00:00Z",
                       "expires-at": "2001-01-01T00:00:00Z"})), "issued-at"),
    (sealed(message(**{"issued-at": "2001-01-01T00:00:00Z",
                       "expires-at": "2002-01-01T00:00:00Z"})), "expires-at has passed"),
    (sealed(message(**{"issued-at": "2001-01-01T00:00:00Z",
                       "expires-at": "2999-01-01T00:00:00Z"})), "ten minutes"),
    (sealed(message(**{"issued-at": "2026-11-22 09:00"})), "offset"),
    (sealed(message(**{"issued-at": 7})), "ISO 8601"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_a_message_is_refused_in_the_order_of_the_protocol(raw: bytes, words: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        found = opened(raw, verify_key=verify_key())
        check(found, agent="AA_EXAMPLE", business="CB_EXAMPLE", at=timezone.now())
    assert words in refused.value.message


def test_one_changed_letter_breaks_the_signature() -> None:
    raw = bytearray(base64.b64decode(sealed(message())))
    for place in (0, 63, 64, len(raw) - 1):
        spoilt = bytes(raw[:place]) + bytes([raw[place] ^ 1]) + bytes(raw[place + 1 :])
        with pytest.raises(MessageRefused):
            opened(base64.b64encode(spoilt), verify_key=verify_key())


# What an agent does


def test_an_opt_out_needs_the_permission_and_no_proof_of_who_it_is(
    agent: str, account: UUID
) -> None:
    given(account, "email_marketing")
    answer = exercised(agent, **{"agent-request-id": "foo"})
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert (shown["status"], shown["agent_request_id"]) == ("fulfilled", "foo")
    event = ConsentEvent.objects.latest("recorded_at")
    assert (event.state, event.method, event.actor) == ("opted_out", "drp", "agent")
    content = states.shape_content(states.read_state(account).shape or b"")
    assert "sale_share" in content["optouts"]
    assert content["purposes"]["email_marketing"]["status"] == "Given"
    assert send("GET", f"{PATH}/{shown['request_id']}", token=agent).json() == shown
    assert EMAIL not in str(AgentRequest.objects.values())


def test_a_second_opt_out_is_fulfilled_and_writes_nothing(agent: str, account: UUID) -> None:
    for number in range(2):
        answer = exercised(agent, **{"agent-request-id": str(number)})
        assert answer.json()["status"] == "fulfilled"
    assert ConsentEvent.objects.filter(subject=account).count() == 1


def test_a_replay_is_refused(agent: str, account: UUID) -> None:
    raw = sealed(message())
    assert send("POST", PATH, raw, agent).status_code == 200
    answer = send("POST", PATH, raw, agent)
    assert answer.status_code == 409 and answer.json()["fatal"] is True
    assert AgentRequest.objects.count() == 1


def test_an_opt_in_takes_two_steps_of_the_person(agent: str, account: UUID) -> None:
    exercised(agent)
    answer = exercised(agent, exercise="sale:opt-in").json()
    assert (answer["status"], answer["reason"]) == ("denied", "other")
    assert "7028" in answer["processing_details"]
    assert ConsentEvent.objects.filter(subject=account).count() == 1


def test_somebody_we_do_not_know_is_no_match(agent: str, db: None) -> None:
    for email in ("nobody@gull.example", None):
        answer = exercised(agent, email=email).json()
        assert (answer["status"], answer["reason"]) == ("denied", "no_match")


@pytest.mark.parametrize("right", ["deletion", "access", "access:specific", "sale", None])
def test_what_is_not_offered_is_said_so(agent: str, right: str | None) -> None:
    answer = exercised(agent, exercise=right)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "fatal"} and answer.json()["code"] == "400"


def test_only_the_agent_itself_is_answered(agent: str, account: UUID) -> None:
    request = exercised(agent).json()["request_id"]
    key = base64.b64encode(verify_key(OTHER)).decode()
    with zeal_context():
        call_command("agents", "add", "AA_OTHER", "Other", key, verbosity=0)
    setup = sealed(message(**{"agent-id": "AA_OTHER"}), OTHER)
    other = send("POST", "/v1/agent/AA_OTHER", setup).json()["token"]
    assert send("GET", f"{PATH}/{request}", token=other).status_code == 403
    assert send("GET", f"{PATH}/no-such", token=agent).status_code == 403
    for token in ("", "wrong"):
        assert send("POST", PATH, sealed(message()), token).status_code == 401
        assert send("GET", f"{PATH}/{request}", token=token).status_code == 401
    # A message of one agent under the token of another.
    assert send("POST", PATH, sealed(message()), other).status_code == 403
    assert send("GET", "/v1/agent/AA_EXAMPLE", token=other).status_code == 403
    assert send("GET", "/v1/agent/AA_OTHER", token=other).json() == {}


def test_a_final_request_is_not_taken_back(agent: str, account: UUID) -> None:
    request = exercised(agent).json()["request_id"]
    answer = send("DELETE", f"{PATH}/{request}", sealed({"reason": "sorry"}), agent)
    assert answer.status_code == 409
    unsigned = send("DELETE", f"{PATH}/{request}", sealed({"reason": "x"}, OTHER), agent)
    assert unsigned.status_code == 403
    content = states.shape_content(states.read_state(account).shape or b"")
    assert "sale_share" in content["optouts"]


def test_no_token_without_the_key(agent: str) -> None:
    for path, raw in (
        ("/v1/agent/AA_EXAMPLE", sealed(message(), OTHER)),
        ("/v1/agent/AA_NOBODY", sealed(message(**{"agent-id": "AA_NOBODY"}))),
        ("/v1/agent/AA_EXAMPLE", sealed(message(**{"business-id": "CB_OTHER"}))),
    ):
        answer = send("POST", path, raw)
        assert answer.status_code == 403 and answer.content == b""


def test_a_paused_agent_is_heard_no_more(agent: str) -> None:
    call_command("agents", "pause", "AA_EXAMPLE", verbosity=0)
    assert exercised(agent).status_code == 401
    assert send("POST", "/v1/agent/AA_EXAMPLE", sealed(message())).status_code == 403
    with pytest.raises(CommandError):
        call_command("agents", "pause", "AA_NOBODY")


@pytest.mark.parametrize(("name", "key"), [("aa", "A" * 44), ("AA_X", "short"), ("AA_X", "%")])
def test_an_agent_needs_an_id_and_a_key(db: None, name: str, key: str) -> None:
    with pytest.raises(CommandError):
        call_command("agents", "add", name, "Name", key)
    assert not AuthorizedAgent.objects.exists()


def test_json_is_not_what_the_protocol_sends(agent: str) -> None:
    answer = send("POST", PATH, sealed(message()), agent, content_type="application/json")
    assert answer.status_code == 415


def test_without_a_network_nothing_is_answered(db: None, settings) -> None:
    settings.DRP_BUSINESS_ID = ""
    assert send("POST", PATH, sealed(message()), "x").status_code == 404
