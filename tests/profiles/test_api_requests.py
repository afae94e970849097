"""POST and GET /v1/requests."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from consent.queries.identifiers import pairwise_id
from profiles.models import Request
from tests.partners import EVALUATION, Partner, check_problem, question

pytestmark = pytest.mark.django_db
REQUESTS = "/v1/requests"


def test_a_copy_is_opened_and_can_be_followed(shop_app: Partner, ada: UUID) -> None:
    person = shop_app.id_of(ada)

    answer = shop_app.post(REQUESTS, {"subject": person, "right": "copy"})

    body = answer.json()
    assert answer.status_code == 201
    assert body["id"].startswith("req_") and answer["Location"] == f"{REQUESTS}/{body['id']}"
    assert (body["right"], body["subject"]) == ("copy", person)
    assert body["due_strict"] <= body["due_latest"]
    seen = shop_app.get(answer["Location"]).json()
    assert {name: seen[name] for name in body} == body
    assert seen["steps"]


def test_an_erasure_takes_data_out_of_use_at_once(shop_app: Partner, ada: UUID) -> None:
    person = shop_app.id_of(ada)

    answer = shop_app.post(REQUESTS, {"subject": person, "right": "erasure"})

    assert answer.json()["undo_until"]
    asked = shop_app.post(EVALUATION, question(person)).json()
    assert asked["decision"] is False
    assert asked["context"]["reason_code"] == "ERASURE_PENDING"


def test_without_undo_an_erasure_begins_at_once(shop_app: Partner, ada: UUID) -> None:
    body = {"subject": shop_app.id_of(ada), "right": "erasure", "undo": False}

    answer = shop_app.post(REQUESTS, body).json()

    assert (answer["state"], answer["undo_until"]) == ("acting", None)


def test_a_restriction_holds_with_the_answer(shop_app: Partner, ada: UUID) -> None:
    person = shop_app.id_of(ada)

    answer = shop_app.post(REQUESTS, {"subject": person, "right": "restriction"})

    assert answer.json()["state"] == "complete"
    asked = shop_app.post(EVALUATION, question(person)).json()
    assert asked["context"]["reason_code"] == "PROCESSING_RESTRICTED"


def test_the_same_key_opens_one_request(shop_app: Partner, ada: UUID) -> None:
    body = {"subject": shop_app.id_of(ada), "right": "complaint"}

    first = shop_app.post(REQUESTS, body, Idempotency_Key="k")
    again = shop_app.post(REQUESTS, body, Idempotency_Key="k")

    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Request.objects.count() == 1
    other = shop_app.post(REQUESTS, body | {"right": "copy"}, Idempotency_Key="k")
    check_problem(other, 422, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"right": "secret"}, 422, "RIGHT_UNKNOWN", "/right"),
        ({"right": 1}, 400, "INVALID_REQUEST", "/right"),
        ({"right": "copy", "undo": "secret"}, 400, "INVALID_REQUEST", "/undo"),
        ({"subject": ["secret"], "right": "copy"}, 400, "INVALID_REQUEST", "/subject"),
        ({}, 400, "INVALID_REQUEST", "/right"),
        ({"right": "objection", "purpose": "secret"}, 422, "PURPOSE_UNKNOWN", "/purpose"),
    ],
)
def test_what_is_no_request_is_refused(
    shop_app: Partner, ada: UUID, change: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    answer = shop_app.post(REQUESTS, {"subject": shop_app.id_of(ada)} | change)

    members = check_problem(answer, status, code)
    assert [fault["pointer"] for fault in members["errors"]] == [pointer]
    assert b"secret" not in answer.content
    assert not Request.objects.exists()


def test_an_unknown_person_has_no_requests(
    shop_app: Partner, northwind: Partner, ada: UUID
) -> None:
    nobody = pairwise_id(recipient="shop-app", subject_id=uuid4())
    for identifier in (nobody, northwind.id_of(ada)):
        answer = shop_app.post(REQUESTS, {"subject": identifier, "right": "erasure"})
        check_problem(answer, 404, "SUBJECT_UNKNOWN")


def test_a_third_party_sees_what_it_passed_on_and_nothing_else(
    shop_app: Partner, northwind: Partner, ada: UUID
) -> None:
    ours = shop_app.post(REQUESTS, {"subject": shop_app.id_of(ada), "right": "copy"})
    theirs = northwind.post(REQUESTS, {"subject": northwind.id_of(ada), "right": "erasure"})

    check_problem(northwind.get(ours["Location"]), 404, "REQUEST_UNKNOWN")
    assert northwind.get(theirs["Location"]).json()["subject"] == northwind.id_of(ada)
    assert shop_app.get(theirs["Location"]).status_code == 200


@pytest.mark.parametrize("name", ["req_x", "x", "req_" + "a" * 26, "%00"])
def test_no_such_request_is_a_404(shop_app: Partner, name: str) -> None:
    check_problem(shop_app.get(f"{REQUESTS}/{name}"), 404, "REQUEST_UNKNOWN")
