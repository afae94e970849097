"""POST /v1/consent-events, GET /v1/subjects/{id}/consents, GET /v1/purposes."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from zeal import zeal_ignore

from audit import queries as log
from audit.public_ids import EVENT, parsed
from consent.actions import idempotency, subjects
from consent.models import ConsentEvent, IdempotentAnswer, Recipient, Subject, SubjectReference
from consent.queries.identifiers import pairwise_id
from tests.cast import bring_in, given, say
from tests.partners import EVALUATION, Partner, check_problem, database_down, question

pytestmark = pytest.mark.django_db
EVENTS = "/v1/consent-events"
# Because bringing somebody in and recording what they said each compile the state.
twice = partial(zeal_ignore, [{"model": "consent.ConsentState", "field": "get()"}])
YES = {
    "state": "given",
    "purpose": "recommendations",
    "notice": "recommendations@2",
    "language": "en",
    "method": "web",
}


def recorded() -> int:
    """How many consent events there are."""
    return ConsentEvent.objects.count()


def test_a_yes_is_recorded_with_its_receipt_and_ticket(shop_app: Partner, ben: UUID) -> None:
    person = shop_app.id_of(ben)
    shown_at = datetime.now(UTC) - timedelta(minutes=1)

    answer = shop_app.post(EVENTS, YES | {"subject": person, "shown_at": shown_at.isoformat()})

    body = answer.json()
    assert answer.status_code == 201
    assert body["subject"] == person
    assert body["receipt"]["id"].startswith("rcp_")
    assert body["receipt"]["notice"] == "recommendations@2"
    assert body["propagation"]["epoch"] == body["epoch"] == 2
    entry = log.event(parsed(EVENT, body["receipt"]["event"]))
    assert entry.kind == "consent.given"
    event = ConsentEvent.objects.get()
    assert (event.source_id, event.method, event.shown_at) == ("shop-app", "web", shown_at)
    assert shop_app.post(EVALUATION, question(person)).json()["decision"] is True


@pytest.mark.parametrize(
    ("state", "purpose"),
    [
        ("refused", "recommendations"),
        ("withdrawn", "recommendations"),
        ("objected", None),
        ("opted_out", None),
        ("limited", None),
        ("restricted", None),
    ],
)
def test_what_restricts_is_accepted_from_everyone_even_while_paused(
    northwind: Partner, ada: UUID, state: str, purpose: str | None
) -> None:
    Recipient.objects.filter(pk="northwind").update(paused_at=datetime.now(UTC))
    body = {"subject": northwind.id_of(ada), "state": state, "if_epoch": 99}
    if purpose:
        body |= {"purpose": purpose}

    assert northwind.post(EVENTS, body).status_code == 201


def test_what_restricts_is_not_lost_over_a_wrong_notice_or_time(
    shop_app: Partner, ada: UUID
) -> None:
    person = shop_app.id_of(ada)
    for changes in ({"notice": "recommendations@9"}, {"shown_at": "2999-01-01T00:00:00Z"}):
        body = {"subject": person, "state": "withdrawn", "purpose": "recommendations"} | changes
        answer = shop_app.post(EVENTS, body)
        assert answer.status_code == 201
        assert answer.json()["receipt"]["notice"] is None


def test_a_paused_partner_cannot_pass_on_a_yes(northwind: Partner, ada: UUID) -> None:
    Recipient.objects.filter(pk="northwind").update(paused_at=datetime.now(UTC))
    body = YES | {
        "subject": northwind.id_of(ada),
        "purpose": "targeted_ads",
        "notice": "targeted_ads@1",
    }

    check_problem(northwind.post(EVENTS, body), 403, "RECIPIENT_PAUSED")


def test_a_third_party_passes_on_a_yes_to_its_own_purposes_only(
    northwind: Partner, ada: UUID
) -> None:
    body = YES | {"subject": northwind.id_of(ada)}
    check_problem(northwind.post(EVENTS, body), 403, "PURPOSE_NOT_YOURS")
    lifting = {"subject": northwind.id_of(ada), "state": "unrestricted"}
    check_problem(northwind.post(EVENTS, lifting), 403, "PURPOSE_NOT_YOURS")

    own = body | {"purpose": "targeted_ads", "notice": "targeted_ads@1"}
    assert northwind.post(EVENTS, own).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"state": "shrugged"}, 422, "STATE_UNKNOWN", "/state"),
        ({"state": "erased"}, 422, "STATE_UNKNOWN", "/state"),
        ({"state": "held"}, 422, "STATE_UNKNOWN", "/state"),
        ({"state": None}, 400, "INVALID_REQUEST", "/state"),
        ({"purpose": "growth"}, 422, "PURPOSE_UNKNOWN", "/purpose"),
        ({"purpose": 1}, 400, "INVALID_REQUEST", "/purpose"),
        ({"notice": "recommendations@77"}, 422, "NOTICE_UNKNOWN", "/notice"),
        ({"notice": "email_marketing@1"}, 422, "NOTICE_UNKNOWN", "/notice"),
        ({"notice": "recommendations@1"}, 422, "NOTICE_NOT_LIVE", "/notice"),
        ({"notice": "secret"}, 400, "INVALID_REQUEST", "/notice"),
        ({"language": "fr"}, 422, "LANGUAGE_NOT_SHOWN", "/language"),
        ({"shown_at": "2999-01-01T00:00:00Z"}, 422, "INVALID_TIME", "/shown_at"),
        ({"shown_at": "0001-01-01T00:00:00Z"}, 422, "NOTICE_NOT_LIVE", "/notice"),
        ({"shown_at": "yesterday"}, 400, "INVALID_REQUEST", "/shown_at"),
        ({"attributes": ["phone"]}, 422, "CATEGORY_NOT_COVERED", "/attributes/0"),
        ({"attributes": ["purchases", "a b"]}, 400, "INVALID_REQUEST", "/attributes/1"),
        ({"recipient": "nobody"}, 422, "RECIPIENT_UNKNOWN", "/recipient"),
        ({"evidence": "secret@mail.example"}, 400, "INVALID_REQUEST", "/evidence"),
        ({"actor": "secret"}, 400, "INVALID_REQUEST", "/actor"),
        ({"if_epoch": 7}, 409, "STALE_EPOCH", "/if_epoch"),
        ({"if_epoch": "secret"}, 400, "INVALID_REQUEST", "/if_epoch"),
        ({"subject": 7}, 400, "INVALID_REQUEST", "/subject"),
        ({"birth_date": "secret"}, 400, "INVALID_REQUEST", "/birth_date"),
        ({"birth_date": "2999-01-01"}, 400, "INVALID_REQUEST", "/birth_date"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_is_written(
    shop_app: Partner, ben: UUID, change: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    answer = shop_app.post(EVENTS, YES | {"subject": shop_app.id_of(ben)} | change)

    members = check_problem(answer, status, code)
    assert [fault["pointer"] for fault in members["errors"]] == [pointer]
    assert b"secret" not in answer.content
    assert members["fix"]
    assert recorded() == 0


@pytest.mark.parametrize("missing", ["notice", "language", "purpose", "subject", "state"])
def test_a_yes_without_one_of_its_members_is_refused(
    shop_app: Partner, ben: UUID, missing: str
) -> None:
    body = YES | {"subject": shop_app.id_of(ben)}
    del body[missing]

    assert shop_app.post(EVENTS, body).status_code in {400, 422}
    assert recorded() == 0


def test_an_unknown_person_is_refused_and_another_partners_id_is_unknown(
    shop_app: Partner, northwind: Partner, ada: UUID
) -> None:
    before = recorded()
    for partner, identifier in (
        (shop_app, pairwise_id(recipient="shop-app", subject_id=uuid4())),
        (shop_app, northwind.id_of(ada)),
        (northwind, shop_app.id_of(ada)),
        (northwind, "ref:crm:1"),
        (shop_app, "ada@lark.example"),
    ):
        body = {"subject": identifier, "state": "withdrawn", "purpose": "targeted_ads"}
        answer = partner.post(EVENTS, body)
        check_problem(answer, 404, "SUBJECT_UNKNOWN")
        assert identifier.encode() not in answer.content
    assert recorded() == before


def test_an_erased_person_is_gone_for_good(shop_app: Partner, ada: UUID) -> None:
    subjects.mark_erased(subject_id=ada, at=datetime.now(UTC))

    answer = shop_app.post(EVENTS, YES | {"subject": shop_app.id_of(ada)})

    check_problem(answer, 410, "SUBJECT_ERASED")


def test_a_first_party_makes_a_new_person_by_reference(shop_app: Partner, catalogue: None) -> None:
    body = YES | {
        "subject": "ref:crm:4711",
        "jurisdiction": "EU-DE",
        "birth_date": "1990-02-03",
    }

    with twice():
        first = shop_app.post(EVENTS, body)
    second = shop_app.post(EVENTS, body | {"jurisdiction": "US-CA", "birth_date": "2020-01-01"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["subject"] == second.json()["subject"]
    person = Subject.objects.get()
    assert person.jurisdictions == ["EU-DE"]
    assert person.birth_month is not None and person.birth_month.isoformat() == "1990-03-01"
    assert b"4711" not in bytes(SubjectReference.objects.get().index)
    asked = shop_app.post(EVALUATION, question("ref:crm:4711"))
    assert asked.json()["decision"] is True


def test_without_a_jurisdiction_the_strictest_rules_hold(shop_app: Partner) -> None:
    body = {"subject": "ref:crm:1", "state": "refused", "purpose": "sale"}
    with twice():
        assert shop_app.post(EVENTS, body).status_code == 201

    assert Subject.objects.get().jurisdictions == ["UNKNOWN"]


def test_a_refused_yes_makes_nobody(shop_app: Partner) -> None:
    answer = shop_app.post(EVENTS, YES | {"subject": "ref:crm:2", "notice": "recommendations@9"})

    check_problem(answer, 422, "NOTICE_UNKNOWN")
    assert not Subject.objects.exists()


def test_a_malformed_reference_is_a_400(shop_app: Partner) -> None:
    for identifier in ("ref:", "ref:crm", "ref:CRM:1", "ref:crm:", "ref:crm:a b"):
        answer = shop_app.post(EVENTS, YES | {"subject": identifier})
        check_problem(answer, 400, "INVALID_REQUEST")


def test_the_same_key_and_body_is_answered_again_and_done_once(
    shop_app: Partner, ben: UUID
) -> None:
    body = YES | {"subject": shop_app.id_of(ben)}

    first = shop_app.post(EVENTS, body, Idempotency_Key='"8e03978e-40d5-43e8-bc93-6894a57f9324"')
    again = shop_app.post(EVENTS, body, Idempotency_Key="8e03978e-40d5-43e8-bc93-6894a57f9324")

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert recorded() == 1


def test_the_same_key_with_another_body_is_a_422(shop_app: Partner, ben: UUID) -> None:
    body = YES | {"subject": shop_app.id_of(ben)}
    shop_app.post(EVENTS, body, Idempotency_Key="k-1")

    answer = shop_app.post(EVENTS, body | {"state": "opted_in"}, Idempotency_Key="k-1")

    check_problem(answer, 422, "IDEMPOTENCY_KEY_REUSED")
    assert recorded() == 1


def test_keys_of_two_partners_do_not_meet(shop_app: Partner, northwind: Partner, ada: UUID) -> None:
    for partner in (shop_app, northwind):
        body = {"subject": partner.id_of(ada), "state": "refused", "purpose": "targeted_ads"}
        answer = partner.post(EVENTS, body, Idempotency_Key="same")
        assert answer.status_code == 201
        assert "Idempotent-Replayed" not in answer


def test_a_key_is_forgotten_after_a_day(
    shop_app: Partner, ben: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "KEPT", timedelta(0))
    body = {"subject": shop_app.id_of(ben), "state": "refused", "purpose": "sale"}

    for _ in range(2):
        assert "Idempotent-Replayed" not in shop_app.post(EVENTS, body, Idempotency_Key="k")

    assert IdempotentAnswer.objects.count() == 1


def test_a_refusal_is_not_kept(shop_app: Partner, ben: UUID) -> None:
    body = YES | {"subject": shop_app.id_of(ben), "notice": "recommendations@9"}
    check_problem(shop_app.post(EVENTS, body, Idempotency_Key="k"), 422, "NOTICE_UNKNOWN")

    good = YES | {"subject": shop_app.id_of(ben)}
    assert shop_app.post(EVENTS, good, Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("key", ["", '""', "a b", '"a', "é", "x" * 256])
def test_a_key_that_is_none_is_a_400(shop_app: Partner, key: str) -> None:
    answer = shop_app.post(EVENTS, YES | {"subject": "ref:crm:1"}, Idempotency_Key=key)

    check_problem(answer, 400, "IDEMPOTENCY_KEY_INVALID")


def test_a_request_in_flight_is_a_409(committed: None, shop_app: Partner, ben: UUID) -> None:
    body = {"subject": shop_app.id_of(ben), "state": "refused", "purpose": "sale"}
    begun, go_on = Event(), Event()

    def slow() -> idempotency.Outcome:
        begun.set()
        go_on.wait(20)
        return idempotency.Outcome(201, {})

    def first() -> None:
        idempotency.once(
            scope=f"{shop_app.client_id} POST {EVENTS}",
            key="k",
            request=body,
            at=datetime.now(UTC),
            do=slow,
        )
        connection.close()

    worker = Thread(target=first)
    worker.start()
    try:
        assert begun.wait(20)
        answer = shop_app.post(EVENTS, body, Idempotency_Key="k")
    finally:
        go_on.set()
        worker.join()

    members = check_problem(answer, 409, "IDEMPOTENCY_IN_FLIGHT")
    assert members["retry"] == "after:1"
    assert shop_app.post(EVENTS, body, Idempotency_Key="k")["Idempotent-Replayed"] == "true"


def test_a_kept_answer_names_nobody(shop_app: Partner, ben: UUID) -> None:
    person = shop_app.id_of(ben)
    shop_app.post(EVENTS, YES | {"subject": person}, Idempotency_Key="k")

    kept = json.dumps(IdempotentAnswer.objects.get().answer)

    assert person not in kept and str(ben) not in kept and ben.hex not in kept


def test_a_database_that_is_down_is_a_503_and_writes_nothing(
    committed: None, shop_app: Partner, ben: UUID
) -> None:
    body = {"subject": shop_app.id_of(ben), "state": "refused", "purpose": "sale"}
    with database_down():
        answer = shop_app.post(EVENTS, body, Idempotency_Key="k")

    members = check_problem(answer, 503, "SERVICE_UNAVAILABLE")
    assert members["retry"].startswith("after:") and answer["Retry-After"]
    assert recorded() == 0
    assert shop_app.post(EVENTS, body, Idempotency_Key="k").status_code == 201


# What holds now


def purposes_of(partner: Partner, identifier: str) -> dict[str, Any]:
    """The purposes in a read of consents, by code."""
    answer = partner.get(f"/v1/subjects/{identifier}/consents")
    assert answer.status_code == 200, answer.content
    return {entry["purpose"]: entry for entry in answer.json()["purposes"]}


def test_the_effective_state_is_what_the_gate_says(shop_app: Partner, ada: UUID) -> None:
    say(ada, "withdrawn", "recommendations", attributes=("age_band",))
    person = shop_app.id_of(ada)

    shown = purposes_of(shop_app, person)

    for code, entry in shown.items():
        asked = shop_app.post(EVALUATION, question(person, code, *entry["attributes"])).json()
        assert entry["decision"] == asked["decision"], code
        for attribute, answer in asked["context"]["attributes"].items():
            assert entry["attributes"][attribute]["decision"] == answer["decision"]
    assert shown["recommendations"]["attributes"]["purchases"]["decision"] is True
    assert shown["recommendations"]["attributes"]["age_band"]["reason_code"] == "CONSENT_REFUSED"


def test_the_etag_is_the_epoch(shop_app: Partner, ada: UUID) -> None:
    path = f"/v1/subjects/{shop_app.id_of(ada)}/consents"
    first = shop_app.get(path)
    tag = first["ETag"]

    assert tag == f'"{first.json()["epoch"]}"'
    unchanged = shop_app.get(path, If_None_Match=f'"nonsense", {tag}')
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", tag)
    say(ada, "withdrawn", "recommendations")
    changed = shop_app.get(path, If_None_Match=tag)
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_a_look_is_on_record(shop_app: Partner, ada: UUID) -> None:
    purposes_of(shop_app, shop_app.id_of(ada))

    entry = log.events(filters=log.Filters(kind="consents.read"))[0]
    assert entry.tag is not None and entry.facts == {"recipient": "shop-app"}


def test_a_first_party_hears_that_somebody_is_unknown(shop_app: Partner) -> None:
    nobody = pairwise_id(recipient="shop-app", subject_id=uuid4())

    check_problem(shop_app.get(f"/v1/subjects/{nobody}/consents"), 404, "SUBJECT_UNKNOWN")


def test_a_third_party_sees_its_purposes_and_the_same_of_everybody_who_is_no_yes(
    northwind: Partner, ada: UUID, dan: UUID
) -> None:
    refusing = bring_in("EU-DE")
    say(refusing, "refused", "targeted_ads")
    nobody = pairwise_id(recipient="northwind", subject_id=uuid4())
    shapes = set()
    for identifier in [*(northwind.id_of(person) for person in (ada, dan, refusing)), nobody]:
        answer = northwind.get(f"/v1/subjects/{identifier}/consents")
        body = answer.json()
        assert body.pop("subject") == identifier
        assert body.pop("as_of") and answer["ETag"] == '"0"'
        shapes.add(json.dumps(body, sort_keys=True))

    assert len(shapes) == 1
    assert [entry["purpose"] for entry in json.loads(shapes.pop())["purposes"]] == ["targeted_ads"]

    given(ada, "targeted_ads")
    seen = northwind.get(f"/v1/subjects/{northwind.id_of(ada)}/consents")
    assert seen.json()["purposes"][0]["decision"] is True
    assert seen["ETag"] != '"0"'


def test_the_catalogue_names_live_notices_and_their_hashes(shop_app: Partner) -> None:
    found = {entry["code"]: entry for entry in shop_app.get("/v1/purposes").json()["purposes"]}

    notice = found["recommendations"]["notice"]
    assert notice["id"] == "recommendations@2"
    assert set(notice["languages"]) == {"en", "uk"}
    assert all(len(digest) == 64 for digest in notice["languages"].values())
    assert found["recommendations"]["label"]["en"]


def test_a_first_party_reads_which_statement_holds_and_why(
    shop_app: Partner, northwind: Partner, cleo: UUID
) -> None:
    given(cleo, "targeted_ads")
    say(cleo, "signal_on")
    shown = purposes_of(shop_app, shop_app.id_of(cleo))
    why = shown["targeted_ads"]["because"]
    # `say` speaks as the portal does, so that is whose words the signal came with.
    assert (why["why"], why["holds"]["state"]) == ("signal", "signal_on")
    assert why["over"] == {"state": "given", "source": "portal", "at": why["over"]["at"]}
    assert why["sentence"].startswith("Stopped by your browser’s signal on 20")
    assert shown["recommendations"]["because"]["why"] == "nothing_said"
    theirs = purposes_of(northwind, northwind.id_of(cleo))
    assert theirs["targeted_ads"]["because"] is None
    path = f"/v1/subjects/{shop_app.id_of(cleo)}/consents"
    ukrainian = json.loads(shop_app.get(path, Accept_Language="uk").content)
    sentences = [entry["because"]["sentence"] for entry in ukrainian["purposes"]]
    assert any(sentence.startswith("Зупинено сигналом") for sentence in sentences)
