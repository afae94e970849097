"""Many questions in one body: defaults, three ways to end, and bad items denied in place."""

from typing import Any
from uuid import UUID

import pytest

from audit import queries as log
from consent.api import evaluations
from tests.cast import say
from tests.partners import EVALUATION, Partner, check_problem, question

pytestmark = pytest.mark.django_db
USE = {"name": "use", "properties": {"purpose": "recommendations"}}
PURCHASES = {"type": "attributes", "id": "purchases"}


def about(identifier: str) -> dict[str, Any]:
    return {"subject": {"type": "customer", "id": identifier}}


def ask(partner: Partner, *items: Any, semantic: str | None = None, **defaults: Any) -> list[Any]:
    body = {"action": USE, "resource": PURCHASES} | defaults | {"evaluations": list(items)}
    if semantic:
        body["options"] = {"evaluations_semantic": semantic}
    answer = partner.post(evaluations.PATH, body)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["evaluations"])


def test_each_answer_is_that_of_a_single_question(shop_app: Partner, ada: UUID, ben: UUID) -> None:
    names = [shop_app.id_of(ada), shop_app.id_of(ben), "ps_nobody", "ref:crm:1"]
    found = ask(shop_app, *(about(name) for name in names))
    for name, answer in zip(names, found, strict=True):
        single = shop_app.post(EVALUATION, question(name)).json()
        for varying in ("id", "why", "event", "as_of", "valid_until"):
            answer["context"].pop(varying)
            single["context"].pop(varying)
        assert answer == single
    assert [answer["decision"] for answer in found] == [True, False, False, False]


def test_one_question_about_many_is_one_entry(shop_app: Partner, ada: UUID, ben: UUID) -> None:
    people = [about(shop_app.id_of(ada)), about(shop_app.id_of(ben))]
    other = about(shop_app.id_of(ada)) | {"resource": {"type": "attributes", "id": "age_band"}}
    found = ask(shop_app, *people, other)
    events = [answer["context"]["event"] for answer in found]
    assert events[0] == events[1] != events[2]
    assert len(log.events(filters=log.Filters(kind="decision.batch"))) == 2


def test_an_item_replaces_a_default_whole(shop_app: Partner, ada: UUID) -> None:
    channel = {"name": "use", "properties": {"purpose": "recommendations", "channel": "email"}}
    say(ada, "refused", "recommendations", channels=("sms",))
    whole, limited = ask(shop_app, {}, {"action": channel}, **about(shop_app.id_of(ada)))
    assert (whole["decision"], limited["decision"]) == (False, True)


def test_a_bad_item_is_denied_in_its_place(shop_app: Partner, ada: UUID) -> None:
    good = about(shop_app.id_of(ada))
    found = ask(shop_app, good, 7, good | {"context": {"time": "now"}}, {}, good)
    assert [answer["decision"] for answer in found] == [True, False, False, False, True]
    errors = [answer["context"]["error"]["pointer"] for answer in found[1:4]]
    assert errors == ["/evaluations/1", "/evaluations/2/context/time", "/evaluations/3/subject"]


def test_the_three_ways_to_end(shop_app: Partner, ada: UUID, ben: UUID) -> None:
    yes, no, bad = about(shop_app.id_of(ada)), about(shop_app.id_of(ben)), 7

    def said(semantic: str, *items: Any) -> list[bool]:
        return [answer["decision"] for answer in ask(shop_app, *items, semantic=semantic)]

    assert said("execute_all", yes, no, yes) == [True, False, True]
    assert said("deny_on_first_deny", yes, no, yes) == [True, False]
    assert said("deny_on_first_deny", yes, bad, no) == [True, False]
    assert said("permit_on_first_permit", no, bad, yes, no) == [False, False, True]
    assert said("permit_on_first_permit", no, no) == [False, False]


def test_without_a_list_it_is_one_question(shop_app: Partner, ada: UUID) -> None:
    body = question(shop_app.id_of(ada))
    for sent in (body, body | {"evaluations": []}):
        assert shop_app.post(evaluations.PATH, sent).json()["decision"] is True


def test_a_third_party_learns_nothing_more(northwind: Partner, ada: UUID) -> None:
    action = {"name": "use", "properties": {"purpose": "targeted_ads"}}
    found = ask(northwind, about(northwind.id_of(ada)), about("ps_nobody"), action=action)
    assert {answer["context"]["reason_code"] for answer in found} == {"CONSENT_MISSING"}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"evaluations": {}},
        {"evaluations": [{}] * 1001},
        {"evaluations": [{}], "options": {"evaluations_semantic": "maybe"}},
        {"evaluations": [{}], "options": 7},
        {"evaluations": []},
    ],
)
def test_a_body_that_is_wrong_as_a_whole_is_refused(shop_app: Partner, body: Any) -> None:
    check_problem(shop_app.post(evaluations.PATH, body), 400, "INVALID_REQUEST")


def test_it_is_announced(shop_app: Partner) -> None:
    found = shop_app.get("/.well-known/authzen-configuration").json()
    assert found["access_evaluations_endpoint"].endswith(evaluations.PATH)
