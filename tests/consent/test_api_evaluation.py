"""POST /access/v1/evaluation: the question to the gate over HTTP."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection

from audit import queries as log
from audit.public_ids import EVENT, parsed
from consent.actions import subjects
from consent.api import rates
from consent.api.evaluation import respond
from consent.api.strict_json import LONGEST_BODY
from consent.queries.identifiers import pairwise_id
from keys import queries as keys
from keys.errors import KeyStoreUnavailable
from tests.cast import bring_in, given, say
from tests.partners import (
    EVALUATION,
    Partner,
    check_problem,
    database_down,
    question,
)

pytestmark = pytest.mark.django_db


def ask(partner: Partner, body: Any, **headers: str) -> dict[str, Any]:
    """The parsed answer of an evaluation that was understood."""
    answer = partner.post(EVALUATION, body, **headers)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_a_yes_is_true_and_on_record(shop_app: Partner, ada: UUID) -> None:
    answer = ask(shop_app, question(shop_app.id_of(ada)))

    context = answer["context"]
    assert answer["decision"] is True
    assert context["reason_code"] == "CONSENT_VALID"
    assert context["attributes"] == {"purchases": {"decision": True}}
    assert context["notice"] == "recommendations@2"
    assert context["obligations"] == ["LOG_USE"]
    assert context["id"].startswith("dec_")
    assert context["why"] == f"{settings.BASE_URL}/why/{context['id']}"
    assert context["as_of"].endswith("Z") and context["as_of"] < context["valid_until"]
    entry = log.event(parsed(EVENT, context["event"]))
    assert entry.kind == "decision.permit" and entry.tag is not None
    assert entry.facts["recipient"] == "shop-app"


def test_a_part_is_said_per_attribute(shop_app: Partner, ada: UUID) -> None:
    asked = ("purchases.produce", "age_band", "phone")

    answer = ask(shop_app, question(shop_app.id_of(ada), "recommendations", *asked))

    assert answer["decision"] is False
    assert answer["context"]["reason_code"] == "CATEGORY_NOT_COVERED"
    assert answer["context"]["attributes"] == {
        "purchases.produce": {"decision": True},
        "age_band": {"decision": True},
        "phone": {"decision": False, "reason_code": "CATEGORY_NOT_COVERED"},
    }


def test_a_withdrawal_counts_at_once(shop_app: Partner, ada: UUID) -> None:
    asked = question(shop_app.id_of(ada))
    assert ask(shop_app, asked)["decision"] is True

    say(ada, "withdrawn", "recommendations")

    answer = ask(shop_app, asked)
    assert answer["decision"] is False
    assert answer["context"]["reason_code"] == "CONSENT_WITHDRAWN"


def test_a_first_party_may_use_its_own_reference(shop_app: Partner, catalogue: None) -> None:
    newcomer = subjects.Newcomer(jurisdictions=("EU-DE",), references=(("crm", "123"),))
    person = subjects.register(newcomer=newcomer, by="tests", at=datetime.now(UTC)).pk
    given(person)

    assert ask(shop_app, question("ref:crm:123"))["decision"] in {True, False}
    known = ask(shop_app, question("ref:crm:123"))["context"]["reason_code"]
    assert known == ask(shop_app, question(shop_app.id_of(person)))["context"]["reason_code"]
    unknown = ask(shop_app, question("ref:crm:124"))
    assert unknown["context"]["reason_code"] == "SUBJECT_UNKNOWN"


def test_another_partners_id_is_nobody(shop_app: Partner, northwind: Partner, ada: UUID) -> None:
    foreign = northwind.id_of(ada)

    answer = ask(shop_app, question(foreign))

    assert answer["context"]["reason_code"] == "SUBJECT_UNKNOWN"
    entry = log.event(parsed(EVENT, answer["context"]["event"]))
    assert entry.tag is None
    assert foreign not in json.dumps(entry.facts)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"action": {"name": "use", "properties": {"purpose": "growth"}}}, "PURPOSE_UNKNOWN"),
        ({"action": {"name": "use", "properties": {"purpose": "a@b.cd e"}}}, "PURPOSE_UNKNOWN"),
        ({"context": {"time": "2999-01-01T00:00:00Z"}}, "INVALID_TIME"),
        ({"context": {"time": "2020-01-01T00:00:00Z"}}, "REPLAY_ONLY"),
        ({"context": {"valid_at": "2020-01-01T00:00:00Z"}}, "REPLAY_ONLY"),
        ({"context": {"known_at": "2020-01-01T00:00:00Z"}}, "REPLAY_ONLY"),
        ({"context": {"valid_at": "2999-01-01T00:00:00Z"}}, "INVALID_TIME"),
        ({"action": {"name": "sell", "properties": {"purpose": "x"}}}, "INVALID_REQUEST"),
        ({"subject": {"type": "device", "id": "ps_x"}}, "INVALID_REQUEST"),
        ({"resource": {"type": "document", "id": "purchases"}}, "INVALID_REQUEST"),
        ({"resource": {"type": "attributes", "id": "shoe_size"}}, "CATEGORY_NOT_COVERED"),
    ],
)
def test_a_question_that_can_only_be_denied_is_a_200(
    shop_app: Partner, ada: UUID, change: dict[str, Any], code: str
) -> None:
    answer = ask(shop_app, question(shop_app.id_of(ada)) | change)

    assert answer["decision"] is False
    assert answer["context"]["reason_code"] == code
    entry = log.event(parsed(EVENT, answer["context"]["event"]))
    assert "a@b" not in json.dumps(entry.facts)


def test_now_may_be_said_a_little_late_or_early(shop_app: Partner, ada: UUID) -> None:
    for seconds in (-30, 3):
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
        asked = question(shop_app.id_of(ada)) | {"context": {"time": moment.isoformat()}}
        assert ask(shop_app, asked)["decision"] is True


def test_the_context_can_only_narrow(shop_app: Partner, ada: UUID, cleo: UUID) -> None:
    plain = question(shop_app.id_of(cleo), "targeted_ads")
    assert ask(shop_app, plain)["decision"] is True

    narrowed = plain | {"context": {"jurisdiction": "EU-DE"}}
    assert ask(shop_app, narrowed)["decision"] is False
    signalled = plain | {"context": {"gpc": True}}
    assert ask(shop_app, signalled)["decision"] is False
    widened = question(shop_app.id_of(ada), "targeted_ads") | {"context": {"jurisdiction": "US-CA"}}
    assert ask(shop_app, widened)["decision"] is False


def test_unknown_members_are_ignored(shop_app: Partner, ada: UUID) -> None:
    asked = question(shop_app.id_of(ada)) | {"options": {"x": 1}, "context": {"campaign": "nov"}}
    asked["subject"]["properties"] = {"role": "any"}

    assert ask(shop_app, asked)["decision"] is True


SUBJECT = {"type": "customer", "id": "ps_secret"}
ACTION = {"name": "use", "properties": {"purpose": "recommendations"}}
RESOURCE = {"type": "attributes", "id": "purchases"}
WHOLE: dict[str, Any] = {"subject": SUBJECT, "action": ACTION, "resource": RESOURCE}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b" ", ""),
        (b"{", ""),
        (b"[]", ""),
        (b"null", ""),
        (b'{"subject": "secret\\u0000"}', ""),
        (b'{"subject": "secret\xff"}', ""),
        (b'{"subject": 1, "subject": 2}', ""),
        (b"[" * 100_000, ""),
        ({}, "/subject"),
        (WHOLE | {"subject": "ps_secret"}, "/subject"),
        (WHOLE | {"subject": {"type": "customer"}}, "/subject/id"),
        (WHOLE | {"subject": {"type": "customer", "id": 7}}, "/subject/id"),
        (WHOLE | {"subject": {"type": "customer", "id": ""}}, "/subject/id"),
        (WHOLE | {"subject": {"type": "customer", "id": "s" * 201}}, "/subject/id"),
        (WHOLE | {"subject": {"id": "ps_secret"}}, "/subject/type"),
        (WHOLE | {"action": {"properties": {"purpose": "x"}}}, "/action/name"),
        (WHOLE | {"action": {"name": 1}}, "/action/name"),
        (WHOLE | {"action": {"name": "use"}}, "/action/properties/purpose"),
        (WHOLE | {"action": {"name": "use", "properties": []}}, "/action/properties"),
        (
            WHOLE | {"action": {"name": "use", "properties": {"purpose": "x", "channel": 1}}},
            "/action/properties/channel",
        ),
        (WHOLE | {"resource": {"type": "attributes"}}, "/resource/id"),
        (WHOLE | {"resource": RESOURCE | {"id": "secret words"}}, "/resource/id"),
        (
            WHOLE | {"resource": RESOURCE | {"properties": {"attributes": []}}},
            "/resource/properties/attributes",
        ),
        (
            WHOLE | {"resource": RESOURCE | {"properties": {"attributes": "age"}}},
            "/resource/properties/attributes",
        ),
        (
            WHOLE | {"resource": RESOURCE | {"properties": {"attributes": ["age", None]}}},
            "/resource/properties/attributes/1",
        ),
        (
            WHOLE | {"resource": RESOURCE | {"properties": {"attributes": ["a"] * 65}}},
            "/resource/properties/attributes",
        ),
        (WHOLE | {"context": []}, "/context"),
        (WHOLE | {"context": {"time": "yesterday"}}, "/context/time"),
        (WHOLE | {"context": {"time": "2026-11-22T09:14:03"}}, "/context/time"),
        (WHOLE | {"context": {"time": "2026-13-22T09:14:03Z"}}, "/context/time"),
        (WHOLE | {"context": {"time": 1}}, "/context/time"),
        (WHOLE | {"context": {"jurisdiction": 1}}, "/context/jurisdiction"),
        (WHOLE | {"context": {"jurisdiction": ["a b"]}}, "/context/jurisdiction"),
        (WHOLE | {"context": {"gpc": "1"}}, "/context/gpc"),
    ],
)
def test_a_malformed_question_is_a_400_that_points_and_does_not_quote(
    shop_app: Partner, body: Any, pointer: str
) -> None:
    answer = shop_app.post(EVALUATION, body)

    members = check_problem(answer, 400, "INVALID_REQUEST")
    assert [fault["pointer"] for fault in members["errors"]] == [pointer]
    assert b"secret" not in answer.content


def test_another_content_type_is_a_400(shop_app: Partner) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = shop_app.send("POST", EVALUATION, WHOLE, **{"Content-Type": content_type})
        check_problem(answer, 400, "CONTENT_TYPE_UNSUPPORTED")
    assert (
        shop_app.send(
            "POST", EVALUATION, WHOLE, **{"Content-Type": "application/json; charset=utf-8"}
        ).status_code
        == 200
    )


def test_a_huge_body_is_a_413(shop_app: Partner) -> None:
    body = b'{"x": "' + b"a" * LONGEST_BODY + b'"}'

    check_problem(shop_app.post(EVALUATION, body), 413, "BODY_TOO_LARGE")


def test_the_request_id_is_echoed(shop_app: Partner) -> None:
    answer = shop_app.post(EVALUATION, WHOLE, X_Request_ID="bfe9eb29-ab87-4ca3-be83-a1d5d8305716")

    assert answer["X-Request-ID"] == "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"


def test_a_third_party_learns_the_same_of_everybody_who_is_no_yes(
    northwind: Partner, shop_app: Partner, ada: UUID, dan: UUID
) -> None:
    """Unknown, foreign, under age, never asked, refusing and erased look alike."""
    refusing, erased = bring_in("EU-DE"), bring_in("EU-DE")
    say(refusing, "refused", "targeted_ads")
    subjects.mark_erased(subject_id=erased, at=datetime.now(UTC))
    nobody = pairwise_id(recipient="northwind", subject_id=uuid4())
    people = [northwind.id_of(person) for person in (ada, dan, refusing, erased)]
    asked = ("purchases", "age_band", "phone")

    shapes = set()
    for identifier in [*people, nobody, shop_app.id_of(ada), "ref:crm:1", "x"]:
        answer = ask(northwind, question(identifier, "targeted_ads", *asked))
        context = answer["context"]
        for varying in ("id", "why", "event", "as_of", "valid_until"):
            assert context.pop(varying)
        shapes.add(json.dumps(answer, sort_keys=True))

    assert len(shapes) == 1
    only = json.loads(shapes.pop())
    assert only["decision"] is False
    # Because the version somebody answered would say that they were asked.
    assert only["context"]["notice"] is None
    codes = {name: each["reason_code"] for name, each in only["context"]["attributes"].items()}
    assert codes == {
        "purchases": "CONSENT_MISSING",
        "age_band": "CONSENT_MISSING",
        "phone": "CATEGORY_NOT_COVERED",
    }


def test_a_third_party_learns_that_it_is_not_bound(northwind: Partner, ada: UUID) -> None:
    nobody = pairwise_id(recipient="northwind", subject_id=uuid4())
    for identifier in (northwind.id_of(ada), nobody):
        answer = ask(northwind, question(identifier))
        assert answer["context"]["reason_code"] == "RECIPIENT_NOT_DISCLOSED"


def test_a_third_party_that_is_allowed_gets_a_yes(northwind: Partner, ada: UUID) -> None:
    given(ada, "targeted_ads")

    answer = ask(northwind, question(northwind.id_of(ada), "targeted_ads"))

    assert answer["decision"] is True


def test_a_database_that_is_down_is_a_no(committed: None, shop_app: Partner, ada: UUID) -> None:
    asked = question(shop_app.id_of(ada))
    with database_down():
        answer = ask(shop_app, asked)
        referred = ask(shop_app, question("ref:crm:1"))

    for each in (answer, referred):
        assert each["decision"] is False
        assert each["context"]["reason_code"] == "DECISION_UNAVAILABLE"
        assert each["context"]["obligations"] == ["REEVALUATE"]
    assert ask(shop_app, asked)["decision"] is True


def test_a_connection_that_died_is_replaced_within_the_question(
    committed: None, shop_app: Partner, ada: UUID
) -> None:
    asked = question(shop_app.id_of(ada))
    assert ask(shop_app, asked)["decision"] is True

    connection.connection.close()

    assert ask(shop_app, asked)["decision"] is True


def test_a_key_store_that_is_gone_is_a_no(
    shop_app: Partner, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question(shop_app.id_of(ada))

    def gone(*_: Any, **__: Any) -> bytes:
        raise KeyStoreUnavailable("gone")

    ask(shop_app, asked)
    monkeypatch.setattr(keys, "subject_tag", gone)

    answer = ask(shop_app, asked)
    assert answer["decision"] is False
    assert answer["context"]["reason_code"] == "DECISION_UNAVAILABLE"


def test_too_many_questions_are_a_429(shop_app: Partner, settings: Any) -> None:
    settings.RATE_LIMIT_EVALUATIONS_PER_MINUTE = 2
    answers = [shop_app.post(EVALUATION, WHOLE) for _ in range(3)]

    assert answers[0]["RateLimit"].startswith('"evaluations";r=1;')
    members = check_problem(answers[2], 429, "RATE_LIMITED")
    assert members["retry"].startswith("after:")
    assert 0 < int(answers[2]["Retry-After"]) <= rates.WINDOW


def test_respond_never_raises(shop_app: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("consent.api.evaluation.ask", fail)
    answer = respond(
        body=json.dumps(WHOLE).encode(),
        content_type="application/json",
        authorization=f"Bearer {shop_app.token}",
        request_id="",
        at=datetime.now(UTC),
    )

    assert answer.status == 500
    assert b"secret" not in answer.body
    assert json.loads(answer.body)["code"] == "INTERNAL_ERROR"


def test_the_configuration_names_the_endpoint(shop_app: Partner) -> None:
    answer = shop_app.send("GET", "/.well-known/authzen-configuration", token="")

    assert answer.json() == {
        "policy_decision_point": settings.BASE_URL,
        "access_evaluation_endpoint": f"{settings.BASE_URL}{EVALUATION}",
        "access_evaluations_endpoint": f"{settings.BASE_URL}/access/v1/evaluations",
        "search_subject_endpoint": f"{settings.BASE_URL}/access/v1/search/subject",
        "search_resource_endpoint": f"{settings.BASE_URL}/access/v1/search/resource",
        "search_action_endpoint": f"{settings.BASE_URL}/access/v1/search/action",
    }
