"""Searches: the people, data and uses that single questions permit, and nobody else."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import given as law
from hypothesis import strategies as st

from audit import queries as log
from consent.api import search_people
from consent.models import MessageCount, Purpose
from consent.queries import population
from consent.questions import Question
from keys import queries as keys
from tests.cast import bring_in, given, say
from tests.consent.test_past import person
from tests.consent.test_population import PURPOSES, live, one_by_one, people
from tests.partners import EVALUATION, Partner, check_problem, partner_of

__all__ = ["person"]
pytestmark = pytest.mark.django_db
SUBJECT, RESOURCE, ACTION = (f"/access/v1/search/{kind}" for kind in ("subject", "resource",
                                                                      "action"))  # fmt: skip
USE = {"name": "use", "properties": {"purpose": "recommendations"}}
PURCHASES = {"type": "attributes", "id": "purchases"}
ANYBODY = {"type": "customer"}


def whom(**changes: Any) -> dict[str, Any]:
    return {"subject": ANYBODY, "action": USE, "resource": PURCHASES} | changes


def about(partner: Partner, subject_id: UUID, **changes: Any) -> dict[str, Any]:
    subject = {"type": "customer", "id": partner.id_of(subject_id)}
    return {"subject": subject, "action": USE, "resource": PURCHASES} | changes


def found(partner: Partner, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = partner.post(path, body)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def pages(
    partner: Partner, path: str, body: dict[str, Any], *, limit: int
) -> Iterator[list[dict[str, Any]]]:
    token = ""
    while True:
        answer = found(partner, path, body | {"page": {"token": token, "limit": limit}})
        yield answer["results"]
        assert answer["page"]["count"] == len(answer["results"]) <= limit
        token = answer["page"]["next_token"]
        if not token:
            return


def ids(results: list[dict[str, Any]]) -> list[str]:
    return [result["id"] for result in results]


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@law(
    st.lists(people, min_size=1, max_size=6),
    st.sampled_from(PURPOSES),
    st.sampled_from(["purchases", "purchases.produce", "age_band"]),
    st.sampled_from([None, "email", "sms"]),
    st.booleans(),
    st.integers(1, 4),
)
def test_a_subject_search_is_the_people_whom_single_questions_permit(
    shop_app: Partner, northwind: Partner, crowd: list[dict[str, object]], purpose: str,
    attribute: str, channel: str | None, first_party: bool, limit: int,
) -> None:  # fmt: skip
    now, partner = timezone.now(), shop_app if first_party else northwind
    subject_ids = [live(one, now) for one in crowd]
    properties = {"purpose": purpose} | ({"channel": channel} if channel else {})
    body = whom(action={"name": "use", "properties": properties},
                resource={"type": "attribute", "id": attribute})  # fmt: skip

    told = [name for page in pages(partner, SUBJECT, body, limit=limit) for name in ids(page)]

    question = Question(None, purpose, (attribute,), partner.recipient, channel=channel)
    expected = {partner.id_of(one) for one in one_by_one(question, subject_ids, timezone.now())}
    assert set(told) & {partner.id_of(one) for one in subject_ids} == expected
    assert len(told) == len(set(told))


def test_a_resource_search_is_the_data_that_single_questions_permit(
    shop_app: Partner, ada: UUID, ben: UUID
) -> None:
    say(ada, "refused", "recommendations", attributes=("purchases.meat",))
    for subject_id, some in ((ada, True), (ben, False)):
        told = found(
            shop_app, RESOURCE, about(shop_app, subject_id, resource={"type": "attribute"})
        )
        names = ids(told["results"])
        assert bool(names) is some
        assert {one["type"] for one in told["results"]} <= {"attribute"}
        for leaf in ("purchases.produce", "purchases.meat", "age_band", "phone"):
            single = about(shop_app, subject_id, resource={"type": "attribute", "id": leaf})
            assert found(shop_app, EVALUATION, single)["decision"] == (leaf in names)


def test_an_action_search_is_the_uses_that_single_questions_permit(
    shop_app: Partner, ada: UUID
) -> None:
    given(ada, "email_marketing")
    body = about(shop_app, ada)
    del body["action"]
    told = found(shop_app, ACTION, body)["results"]
    named = {one["properties"]["purpose"] for one in told}
    assert "recommendations" in named and {one["name"] for one in told} == {"use"}
    for purpose in PURPOSES:
        single = body | {"action": {"name": "use", "properties": {"purpose": purpose}}}
        assert found(shop_app, EVALUATION, single)["decision"] == (purpose in named)
    paged = [one for page in pages(shop_app, ACTION, body, limit=1) for one in page]
    assert paged == told


def test_a_moment_is_answered_as_it_was(shop_app: Partner, person: UUID) -> None:
    """Yes at 14, No at 16, Yes at 18 o'clock."""
    held = {15: True, 17: False, 19: True, 13: False}
    use = {key: value for key, value in about(shop_app, person).items() if key != "action"}
    for hour, permitted in held.items():
        context = {"valid_at": f"2026-11-01T{hour}:00:00Z"}
        told = [
            name
            for page in pages(shop_app, SUBJECT, whom(context=context), limit=1)
            for name in ids(page)
        ]
        assert told == ([shop_app.id_of(person)] if permitted else [])
        data = found(shop_app, RESOURCE, about(shop_app, person, context=context))
        assert ("purchases.produce" in ids(data["results"])) == permitted
        assert data["context"]["valid_at"] == context["valid_at"]
        uses = found(shop_app, ACTION, use | {"context": context})["results"]
        assert ("recommendations" in {one["properties"]["purpose"] for one in uses}) == permitted
    late = {"valid_at": "2026-11-01T17:00:00Z", "known_at": "2026-11-01T15:30:00Z"}
    assert ids(found(shop_app, SUBJECT, whom(context=late))["results"]) == [shop_app.id_of(person)]
    assert found(shop_app, SUBJECT, whom(context={"known_at": "2026-11-01T11:00:00Z"}))[
        "results"
    ] == []  # fmt: skip
    needed = {"name": "use", "properties": {"purpose": "service_delivery"}}
    for hour, known in ((11, False), (13, True)):
        body = whom(
            action=needed,
            resource={"type": "attribute", "id": "name"},
            context={"known_at": f"2026-11-01T{hour}:00:00Z"},
        )
        assert bool(found(shop_app, SUBJECT, body)["results"]) is known
    entry = log.events(filters=log.Filters(kind="history.search"))[-1]
    tags = [keys.subject_tag(person, at=timezone.now())]
    assert log.is_about(entry, tags)
    assert log.events_for_tags(tags, kind="history")[0].kind == "history.read"


def test_who_was_joined_then_counts_as_joined(shop_app: Partner, person: UUID) -> None:
    other = bring_in("EU-DE")
    say(other, "refused", "recommendations")
    path = f"/v1/subjects/{shop_app.id_of(person)}/joins"
    before = timezone.now()
    joined = shop_app.post(path, {"other": shop_app.id_of(other), "kind": "duplicate"})
    assert joined.status_code == 201, joined.content

    def told(moment: Any) -> list[str]:
        context = {"valid_at": moment.isoformat(), "known_at": moment.isoformat()}
        return ids(found(shop_app, SUBJECT, whom(context=context))["results"])

    assert told(before) == [shop_app.id_of(person)]
    assert told(timezone.now()) == []


def test_each_person_found_finds_the_search(shop_app: Partner, ada: UUID, ben: UUID) -> None:
    told = found(shop_app, SUBJECT, whom())

    assert ids(told["results"]) == [shop_app.id_of(ada)]
    assert told["page"] == {"next_token": "", "count": 1, "total": 1}
    kinds = [entry.kind for entry in log.events(filters=log.Filters(kind="decision"))]
    assert sorted(kinds) == ["decision.batch", "decision.bulk"]
    now = timezone.now()
    assert log.events_for_tags([keys.subject_tag(ada, at=now)], kind="decision")
    assert not log.events_for_tags([keys.subject_tag(ben, at=now)], kind="decision")


def test_a_search_that_finds_nobody_is_on_record(northwind: Partner, ada: UUID) -> None:
    assert found(northwind, SUBJECT, whom())["results"] == []
    (entry,) = log.events(filters=log.Filters(kind="decision"))
    assert (entry.kind, entry.facts["recipient"]) == ("decision.bulk", "northwind")


def test_a_search_counts_no_message(shop_app: Partner, ada: UUID) -> None:
    given(ada, "email_marketing")
    action = {"name": "use", "properties": {"purpose": "email_marketing", "channel": "email"}}
    name = {"type": "attribute", "id": "name"}
    found(shop_app, SUBJECT, whom(action=action, resource=name))
    found(shop_app, RESOURCE, about(shop_app, ada, action=action))
    assert not MessageCount.objects.exists()


@pytest.mark.parametrize("path", [RESOURCE, ACTION])
def test_a_third_party_cannot_tell_nobody_from_somebody_who_refuses(
    northwind: Partner, ada: UUID, path: str
) -> None:
    told = []
    for subject_id in (ada, uuid4()):
        answer = found(northwind, path, about(northwind, subject_id))
        answer["context"].pop("event")
        answer["context"].pop("as_of")
        told.append(answer)
    assert told[0] == told[1]
    assert told[0]["results"] == []


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        (SUBJECT, {"subject": {"type": "machine"}}),
        (SUBJECT, {"action": {"name": "sell", "properties": {"purpose": "recommendations"}}}),
        (SUBJECT, {"action": {"name": "use", "properties": {"purpose": "horoscopes"}}}),
        (SUBJECT, {"context": {"time": "2026-01-01T00:00:00Z"}}),
        (RESOURCE, {"resource": {"type": "vehicle"}}),
        (RESOURCE, {"action": {"name": "use", "properties": {"purpose": "horoscopes"}}}),
        (ACTION, {"resource": {"type": "attribute", "id": "aura"}}),
    ],
)
def test_what_is_not_understood_finds_nothing(
    shop_app: Partner, ada: UUID, path: str, changes: dict[str, Any]
) -> None:
    body = (whom() if path == SUBJECT else about(shop_app, ada)) | changes
    assert found(shop_app, path, body)["results"] == []


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"subject": None}, "/subject", "INVALID_REQUEST"),
        ({"subject": {}}, "/subject/type", "INVALID_REQUEST"),
        ({"action": None}, "/action", "INVALID_REQUEST"),
        ({"page": []}, "/page", "INVALID_REQUEST"),
        ({"page": {"limit": 0}}, "/page/limit", "INVALID_REQUEST"),
        ({"page": {"limit": 1001}}, "/page/limit", "INVALID_REQUEST"),
        ({"page": {"limit": True}}, "/page/limit", "INVALID_REQUEST"),
        ({"page": {"token": "abc"}}, "/page/token", "INVALID_REQUEST"),
        ({"page": {"token": 7}}, "/page/token", "INVALID_REQUEST"),
        ({"context": {"valid_at": "yesterday"}}, "/context/valid_at", "INVALID_REQUEST"),
        ({"context": {"known_at": 7}}, "/context/known_at", "INVALID_REQUEST"),
        ({"context": {"valid_at": "2999-01-01T00:00:00Z"}}, "/context/valid_at", "INVALID_TIME"),
    ],
)
def test_what_is_no_search_is_refused(
    shop_app: Partner, changes: dict[str, Any], pointer: str, code: str
) -> None:
    members = check_problem(shop_app.post(SUBJECT, whom(**changes)), 400, code)
    assert members["errors"][0]["pointer"] == pointer


def test_a_token_leads_on_in_its_own_search_alone(
    shop_app: Partner, northwind: Partner, ada: UUID
) -> None:
    given(bring_in("EU-DE"))
    first = found(shop_app, SUBJECT, whom(page={"limit": 1}))
    page = {"token": first["page"]["next_token"], "limit": 1}
    other = {"type": "attribute", "id": "age_band"}
    for partner, body in ((shop_app, whom(resource=other)), (northwind, whom())):
        refused = check_problem(
            partner.post(SUBJECT, body | {"page": page}), 400, "INVALID_REQUEST"
        )
        assert refused["errors"][0]["pointer"] == "/page/token"
    assert len(found(shop_app, SUBJECT, whom(page=page))["results"]) == 1


def test_a_search_needs_the_scope_to_decide(shop_app: Partner) -> None:
    reader = partner_of("shop-app", "consent:read")
    for path in (SUBJECT, RESOURCE, ACTION):
        assert reader.post(path, whom()).status_code == 403


def test_nobody_is_found_where_the_store_is_away(
    shop_app: Partner, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(search_people, "ask_people", away)
    answer = found(shop_app, SUBJECT, whom())
    assert (answer["results"], answer["context"]["event"]) == ([], None)
    assert answer["context"]["reason_code"] == "DECISION_UNAVAILABLE"


def test_a_person_who_says_no_between_the_pages_is_not_told(shop_app: Partner, ada: UUID) -> None:
    other = bring_in("EU-DE")
    given(other)
    first = found(shop_app, SUBJECT, whom(page={"limit": 1}))
    left = max(ada, other)
    assert ids(first["results"]) == [shop_app.id_of(min(ada, other))]
    say(left, "withdrawn", "recommendations")
    second = found(shop_app, SUBJECT, whom(page={"limit": 1, "token": first["page"]["next_token"]}))
    assert (second["results"], second["page"]["next_token"]) == ([], "")
    assert second["context"]["event"] is not None


def test_a_use_for_figures_alone_finds_nobody_as_no_single_question_does(
    shop_app: Partner, ada: UUID
) -> None:
    Purpose.objects.filter(code="service_improvement").update(minimum_people=2)
    three = [bring_in("EU-DE") for _ in range(3)]
    for one in three:
        given(one, "service_improvement")
    use = {"name": "use", "properties": {"purpose": "service_improvement"}}
    question = Question(None, "service_improvement", ("purchases",), "shop-app")
    assert population.select(question=question, at=timezone.now()).count == 3
    for context in ({}, {"valid_at": timezone.now().isoformat()}):
        told = found(shop_app, SUBJECT, whom(action=use, context=context))
        assert told["results"] == []
        assert told["page"].get("total", 0) == 0
        body = about(shop_app, three[0], action=use, context=context)
        assert found(shop_app, RESOURCE, body)["results"] == []
