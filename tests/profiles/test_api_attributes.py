"""PUT and GET /v1/subjects/{id}/attributes: values in, and out only under a permit."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from audit import queries as log
from audit.public_ids import EVENT, parsed
from consent.actions import subjects
from consent.models import Subject
from consent.queries.identifiers import pairwise_id
from profiles.models import Disclosure
from profiles.queries import vault
from tests.cast import given, say
from tests.partners import Partner, check_problem, database_down

pytestmark = pytest.mark.django_db


def path_of(partner: Partner, person: UUID) -> str:
    """Where a partner reads and writes the attributes of a person."""
    return f"/v1/subjects/{partner.id_of(person)}/attributes"


def read(partner: Partner, person: UUID, attributes: str, purpose: str = "recommendations") -> Any:
    """The parsed answer of a read."""
    query = f"?purpose={purpose}&attributes={attributes}"
    answer = partner.get(path_of(partner, person) + query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_exactly_what_is_permitted_is_read(shop_app: Partner, ada: UUID) -> None:
    body = read(shop_app, ada, "purchases,age_band,phone,name")

    assert body["attributes"]["age_band"]["value"] == "45-54"
    assert body["attributes"]["age_band"]["source"] == "tests"
    assert body["attributes"]["purchases.produce"]["value"] == [["apples", 3, 1, 199, "b1"]]
    assert set(body["attributes"]) == {"age_band", "purchases.produce"}
    assert body["refused"] == {
        "phone": {"reason_code": "CATEGORY_NOT_COVERED"},
        "name": {"reason_code": "CATEGORY_NOT_COVERED"},
    }
    assert "purchases.grocery" in body["not_held"]
    assert "Ada Lark" not in json.dumps(body)


def test_who_received_what_is_on_record(shop_app: Partner, ada: UUID) -> None:
    body = read(shop_app, ada, "age_band")

    row = Disclosure.objects.get()
    assert (row.recipient_id, row.purpose, row.attributes) == (
        "shop-app",
        "recommendations",
        ["age_band"],
    )
    use = log.event(row.log_event)
    assert use.kind == "use" and use.tag is not None
    assert use.facts["decision"] == str(parsed("dec", body["decision"]))
    assert log.event(parsed(EVENT, body["event"])).kind == "decision.permit"
    assert "45-54" not in json.dumps(use.facts)


def test_a_no_opens_nothing_and_discloses_nothing(shop_app: Partner, ada: UUID, ben: UUID) -> None:
    say(ada, "withdrawn", "recommendations")

    for person in (ada, ben):
        body = read(shop_app, person, "purchases,age_band")
        assert body["attributes"] == {} and body["not_held"] == []
        assert set(body["refused"]) == {"purchases", "age_band"}
    assert not Disclosure.objects.exists()


def test_a_refused_attribute_stays_closed(shop_app: Partner, ada: UUID) -> None:
    say(ada, "withdrawn", "recommendations", attributes=("age_band",))

    body = read(shop_app, ada, "purchases,age_band")

    assert set(body["attributes"]) == {"purchases.produce"}
    assert body["refused"] == {"age_band": {"reason_code": "CONSENT_REFUSED"}}


def test_a_third_party_reads_under_its_own_purpose_only(northwind: Partner, ada: UUID) -> None:
    assert read(northwind, ada, "age_band")["attributes"] == {}
    assert read(northwind, ada, "age_band", "targeted_ads")["attributes"] == {}

    given(ada, "targeted_ads")

    body = read(northwind, ada, "age_band,email", "targeted_ads")
    assert set(body["attributes"]) == {"age_band"}
    assert body["refused"] == {"email": {"reason_code": "CATEGORY_NOT_COVERED"}}


def test_a_third_party_cannot_tell_a_no_from_nobody(northwind: Partner, ada: UUID) -> None:
    nobody = pairwise_id(recipient="northwind", subject_id=uuid4())
    shapes = set()
    for identifier in (northwind.id_of(ada), nobody):
        query = "?purpose=targeted_ads&attributes=age_band"
        body = northwind.get(f"/v1/subjects/{identifier}/attributes{query}").json()
        for varying in ("subject", "decision", "why", "event", "as_of"):
            assert body.pop(varying)
        shapes.add(json.dumps(body, sort_keys=True))
    assert len(shapes) == 1


def test_a_catalogue_without_the_purpose_reads_nothing(shop_app: Partner, ada: UUID) -> None:
    body = read(shop_app, ada, "age_band", "growth")

    assert body["attributes"] == {}
    assert body["reason_code"] == "PURPOSE_UNKNOWN"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", "/purpose"),
        ("?purpose=recommendations", "/attributes"),
        ("?purpose=a%20secret&attributes=age_band", "/purpose"),
        ("?purpose=recommendations&attributes=", "/attributes"),
        ("?purpose=recommendations&attributes=a%20secret", "/attributes"),
        ("?purpose=recommendations&attributes=age%00secret", "/attributes"),
    ],
)
def test_a_malformed_query_is_a_400(shop_app: Partner, ada: UUID, query: str, pointer: str) -> None:
    answer = shop_app.get(path_of(shop_app, ada) + query)

    members = check_problem(answer, 400, "INVALID_REQUEST")
    assert pointer in [fault["pointer"] for fault in members["errors"]]
    assert b"secret" not in answer.content


def test_values_are_written_with_source_and_time(shop_app: Partner, ada: UUID) -> None:
    body = {"attributes": {"age_band": "55-64", "household_composition": "2 adults"}}

    answer = shop_app.put(path_of(shop_app, ada), body | {"source": "account"})

    assert answer.status_code == 200
    assert answer.json()["attributes"] == ["age_band", "household_composition"]
    seen = read(shop_app, ada, "age_band,household_composition")["attributes"]
    assert seen["age_band"]["value"] == "55-64"
    assert seen["age_band"]["source"] == "shop-app:account"
    entry = log.events(filters=log.Filters(kind="attributes.written"))[0]
    assert "55-64" not in json.dumps(entry.facts)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"attributes": {"age_band": "55-64", "shoe_size": 42}}, 422, "CATEGORY_NOT_COVERED"),
        ({"attributes": {"purchases": "all"}}, 422, "CATEGORY_NOT_COVERED"),
        ({"attributes": {}}, 400, "INVALID_REQUEST"),
        ({"attributes": ["age_band"]}, 400, "INVALID_REQUEST"),
        ({"attributes": {"age_band": None}}, 400, "INVALID_REQUEST"),
        ({"attributes": {"age_band": {"secret": 1}}}, 400, "INVALID_REQUEST"),
        ({"attributes": {"age_band": "secret" * 1000}}, 400, "INVALID_REQUEST"),
        ({}, 400, "INVALID_REQUEST"),
        (b"{", 400, "INVALID_REQUEST"),
        (b'{"attributes": {"age_band": "secret\\u0000"}}', 400, "INVALID_REQUEST"),
        (b'{"attributes": {"age_band": "\xff"}}', 400, "INVALID_REQUEST"),
        (b'{"x": "' + b"a" * 1_048_576 + b'"}', 413, "BODY_TOO_LARGE"),
    ],
)
def test_what_cannot_be_stored_is_refused_whole(
    shop_app: Partner, ada: UUID, body: Any, status: int, code: str
) -> None:
    before = vault.inventory(ada)

    answer = shop_app.put(path_of(shop_app, ada), body)

    check_problem(answer, status, code)
    assert b"secret" not in answer.content
    assert vault.inventory(ada) == before
    assert read(shop_app, ada, "age_band")["attributes"]["age_band"]["value"] == "45-54"


def test_another_content_type_is_a_415(shop_app: Partner, ada: UUID) -> None:
    answer = shop_app.put(path_of(shop_app, ada), b"a=b", Content_Type="text/plain")

    check_problem(answer, 415, "CONTENT_TYPE_UNSUPPORTED")


def test_a_first_party_makes_a_person_and_a_third_party_does_not(
    shop_app: Partner, northwind: Partner
) -> None:
    body = {"attributes": {"age_band": "35-44"}, "jurisdiction": "EU-DE+US-CA"}

    made = shop_app.put("/v1/subjects/ref:crm:9/attributes", body)

    assert made.status_code == 200 and made.json()["subject"].startswith("ps_")
    assert Subject.objects.get().jurisdictions == ["EU-DE", "US-CA"]
    refused = northwind.put("/v1/subjects/ref:crm:10/attributes", body)
    check_problem(refused, 404, "SUBJECT_UNKNOWN")
    assert Subject.objects.count() == 1


def test_nobody_is_made_when_a_value_is_refused(shop_app: Partner) -> None:
    body = {"attributes": {"shoe_size": 42}}

    check_problem(
        shop_app.put("/v1/subjects/ref:crm:9/attributes", body), 422, "CATEGORY_NOT_COVERED"
    )
    assert not Subject.objects.exists()


def test_a_third_party_writes_what_its_purposes_cover(northwind: Partner, ada: UUID) -> None:
    path = path_of(northwind, ada)

    assert northwind.put(path, {"attributes": {"income_band": "50-74K"}}).status_code == 200
    answer = northwind.put(path, {"attributes": {"email": "other@lark.example"}})
    check_problem(answer, 422, "CATEGORY_NOT_COVERED")
    assert b"lark" not in answer.content


def test_nothing_is_written_of_an_erased_person(shop_app: Partner, ada: UUID) -> None:
    subjects.mark_erased(subject_id=ada, at=datetime.now(UTC))

    answer = shop_app.put(path_of(shop_app, ada), {"attributes": {"age_band": "55-64"}})

    check_problem(answer, 410, "SUBJECT_ERASED")


def test_a_database_that_is_down_is_a_503(committed: None, shop_app: Partner, ada: UUID) -> None:
    path = path_of(shop_app, ada)
    with database_down():
        written = shop_app.put(path, {"attributes": {"age_band": "55-64"}})
        seen = shop_app.get(f"{path}?purpose=recommendations&attributes=age_band")

    check_problem(written, 503, "SERVICE_UNAVAILABLE")
    check_problem(seen, 503, "SERVICE_UNAVAILABLE")
    assert read(shop_app, ada, "age_band")["attributes"]["age_band"]["value"] == "45-54"
