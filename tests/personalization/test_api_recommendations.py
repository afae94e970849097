"""GET /v1/recommendations."""

from uuid import uuid4

import pytest

from consent.queries.identifiers import pairwise_id
from tests.cast import say
from tests.partners import Partner, check_problem, nothing_remembered, partner_of
from tests.personalization.conftest import Shopper

__all__ = ["nothing_remembered"]
PATH = "/v1/recommendations"


@pytest.fixture
def app(market: None) -> Partner:
    """The first party's app, in the market."""
    return partner_of("shop-app")


def test_a_yes_gets_personal_items_with_reasons(app: Partner, shopper: Shopper) -> None:
    person = shopper("a0", "a1")
    for _ in range(3):
        shopper("a0", "a1", "a2", "a3")

    answer = app.get(f"{PATH}?subject={app.id_of(person)}&slot=home&limit=3")

    body = answer.json()
    assert answer.status_code == 200
    assert body["personal"] is True
    assert 0 < len(body["items"]) <= 3
    assert set(body["items"][0]) == {"item", "title", "score", "reasons"}
    assert body["items"][0]["reasons"][0]["text"]
    assert body["why"].endswith(body["decision"])


def test_without_consent_the_items_are_everybodys(app: Partner, shopper: Shopper) -> None:
    for _ in range(3):
        shopper("a0", "b1")
    said_no, silent = shopper("a0"), shopper("a0", yes=False)
    say(said_no, "withdrawn", "recommendations")
    nobody = pairwise_id(recipient="shop-app", subject_id=uuid4())

    answers = [
        app.get(f"{PATH}?subject={identifier}").json()
        for identifier in (app.id_of(said_no), app.id_of(silent), nobody)
    ]

    assert [answer["personal"] for answer in answers] == [False, False, False]
    assert answers[0]["items"] == answers[1]["items"] == answers[2]["items"]
    assert answers[0]["reason_code"] == "CONSENT_WITHDRAWN"
    assert answers[0]["why"] is None


def test_a_third_party_is_not_told_why_not(market: None, shopper: Shopper) -> None:
    northwind = partner_of("northwind")
    person = shopper("a0")

    body = northwind.get(f"{PATH}?subject={northwind.id_of(person)}").json()

    assert (body["personal"], body["reason_code"]) == (False, "CONSENT_MISSING")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", "/subject"),
        ("?subject=", "/subject"),
        ("?subject=ps_x&limit=0", "/limit"),
        ("?subject=ps_x&limit=51", "/limit"),
        ("?subject=ps_x&limit=secret", "/limit"),
        ("?subject=ps_x&slot=a%20secret", "/slot"),
    ],
)
def test_a_malformed_query_is_a_400(app: Partner, query: str, pointer: str) -> None:
    answer = app.get(PATH + query)

    members = check_problem(answer, 400, "INVALID_REQUEST")
    assert [fault["pointer"] for fault in members["errors"]] == [pointer]
    assert b"secret" not in answer.content
