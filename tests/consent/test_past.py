"""The past as it was: bitemporal, half-open, under the catalogue of its time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from hypothesis import given as law
from hypothesis import settings
from hypothesis import strategies as st
from zeal import zeal_context

from audit import queries as log
from audit.identifiers import uuid7
from consent import editions
from consent.actions import cataloguing
from consent.actions import editions as edition_actions
from consent.api.authzen import show_time
from consent.catalogue import Catalogue
from consent.compiling import compile_state
from consent.models import CatalogueEdition, ConsentEvent, Purpose
from consent.queries import catalogue as catalogues
from consent.queries import editions as past_editions
from consent.queries import past, states
from consent.queries.past import Moment
from tests.cast import bring_in, given, say
from tests.partners import Partner, check_problem

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + hours * HOUR


@pytest.fixture
def person(catalogue: None) -> UUID:
    """Ada's twin, whose day is told hour by hour: in at 0, Yes at 2, No at 4, Yes at 6."""
    with time_machine.travel(at(0), tick=False):
        subject_id = bring_in("EU-DE")
    for hour, state in ((2, "given"), (4, "withdrawn"), (6, "given")):
        with time_machine.travel(at(hour), tick=False):
            if state == "given":
                given(subject_id)
            else:
                say(subject_id, state, "recommendations")
    return subject_id


def allowed(subject_id: UUID, valid: datetime, known: datetime | None = None) -> str:
    """How much of the recommendations was allowed."""
    with zeal_context():
        found = past.standing(
            subject_id=subject_id, moment=Moment(valid, known or timezone.now()), language="en"
        )
    return next(use.allowed for use in found.uses if use.code == "recommendations")


def test_the_state_is_that_of_the_moment(person: UUID) -> None:
    held = [allowed(person, at(hour)) for hour in (1, 3, 5, 7)]

    assert held == ["nothing", "all", "nothing", "all"]


def test_what_begins_at_a_moment_holds_at_it_and_not_before(person: UUID) -> None:
    tick = timedelta(microseconds=1)

    assert allowed(person, at(2) - tick) == "nothing"
    assert allowed(person, at(2)) == "all"
    assert allowed(person, at(4) - tick) == "all"
    assert allowed(person, at(4)) == "nothing"


def test_what_was_not_known_yet_does_not_count(person: UUID) -> None:
    assert allowed(person, at(5), known=at(3)) == "all"
    assert allowed(person, at(5), known=at(4)) == "nothing"


def test_what_is_recorded_late_changes_the_past_as_known_now_only(person: UUID) -> None:
    first = ConsentEvent.objects.filter(subject=person).order_by("recorded_at")[0]
    ConsentEvent.objects.create(
        id=uuid7(), subject=first.subject, state="withdrawn", purpose=first.purpose,
        method="import", actor="person", valid_from=at(3), recorded_at=at(8),
        log_event=first.log_event,
    )  # fmt: skip

    assert allowed(person, at(3.5), known=at(7)) == "all"
    assert allowed(person, at(3.5), known=at(8)) == "nothing"


def test_nobody_was_known_before_they_came(person: UUID) -> None:
    found = past.past(person, Moment(at(-1), at(-1)))

    assert found.content is None
    assert found.epoch == 0


@settings(max_examples=25)
@law(valid=st.integers(-2, 40), known=st.integers(-2, 40))
def test_the_past_is_the_fold_of_what_was_said_and_known(valid: int, known: int) -> None:
    if not Purpose.objects.exists():
        cataloguing.load(document=cataloguing.default_document(), by="tests", at=START)
    subject_id = told()
    moment = Moment(at(valid / 4), at(known / 4))
    found = past.past(subject_id, moment)
    if found.content is None:
        assert known < 0
        return
    with zeal_context():
        every = [fact for fact in states.event_facts(subject_id)
                 if fact.recorded_at <= moment.known_at]  # fmt: skip
    naive = [fact for fact in every if fact.valid_from <= moment.valid_at]
    person = ConsentEvent.objects.filter(subject=subject_id).select_related("subject")[0].subject
    assert (
        found.content
        == compile_state(
            person=states.person_facts(person), events=naive, at=moment.valid_at
        ).content
    )


_told: list[UUID] = []


def told() -> UUID:
    """One person with five late and early events, made once per database."""
    known = [one for one in _told if ConsentEvent.objects.filter(subject=one).exists()]
    if known:
        return known[0]
    with time_machine.travel(at(0), tick=False):
        subject_id = bring_in("EU-DE")
        given(subject_id)
    base = ConsentEvent.objects.select_related("subject", "purpose").get(subject=subject_id)
    for state, valid, recorded in (
        ("withdrawn", 2, 6), ("given", 3, 3), ("refused", 5, 8), ("given", 7, 7),
    ):  # fmt: skip
        ConsentEvent.objects.create(
            id=uuid4(), subject=base.subject, state=state, purpose=base.purpose,
            notice=base.notice if state == "given" else None, language="en", method="import",
            actor="person", valid_from=at(valid), recorded_at=at(recorded),
            log_event=base.log_event,
        )  # fmt: skip
    _told.append(subject_id)
    return subject_id


def test_the_catalogue_of_the_time_decides(person: UUID) -> None:

    now = timezone.now()
    before = past_editions.as_of(now).catalogue
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consent_purpose SET retired_at = %s WHERE code = %s",
                       [now, "recommendations"])  # fmt: skip
    edition_actions.keep_current(at=now + HOUR)

    assert past_editions.as_of(now).catalogue == before
    later = past_editions.as_of(now + HOUR).catalogue
    assert later.purposes["recommendations"].retired_at is not None
    assert before.purposes["recommendations"].retired_at is None


def test_a_catalogue_that_was_not_kept_is_not_passed_off_as_exact(person: UUID) -> None:
    assert not past_editions.as_of(datetime(2001, 1, 1, tzinfo=UTC)).exact
    assert past_editions.as_of(timezone.now()).exact


def test_loading_a_catalogue_keeps_its_edition_in_the_same_commit(catalogue: None) -> None:
    version = catalogues.current_version()
    kept = CatalogueEdition.objects.get(pk=version)

    assert past_editions.edition(version) == catalogues.catalogue(version)
    assert bytes(kept.digest) == editions.digest(kept.document)
    assert not edition_actions.keep_current(at=timezone.now())


def test_every_catalogue_comes_back_as_it_was(catalogue: None) -> None:
    now: Catalogue = catalogues.catalogue()

    assert editions.catalogue_of(editions.document_of(now)) == now


@pytest.mark.parametrize("broken", [{}, {"version": "one"}, {"version": 1, "attributes": []}])
def test_an_edition_of_another_release_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(editions.EditionUnreadable):
        editions.catalogue_of(broken)


def test_an_older_edition_takes_defaults_for_what_it_lacks(catalogue: None) -> None:
    now = catalogues.catalogue()
    document = editions.document_of(now)
    del document["moments"]

    assert editions.catalogue_of(document) == replace(now, moments=())


HISTORY = "/v1/subjects/{}/consents/history"
CONSENTS = "/v1/subjects/{}/consents"
STRINGS = "/v1/subjects/{}/strings"


def test_the_history_has_everything_the_last_first_and_in_pages(
    shop_app: Partner, person: UUID
) -> None:
    path = HISTORY.format(shop_app.id_of(person))

    first = shop_app.get(f"{path}?limit=2").json()
    second = shop_app.get(f"{path}?limit=2&after={first['next']}").json()

    assert [event["state"] for event in first["events"]] == ["given", "withdrawn"]
    assert [event["state"] for event in second["events"]] == ["given"]
    assert second["next"] is None
    assert first["effective"] is None
    assert first["events"][0]["notice"] == "recommendations@2"
    entry = log.events(filters=log.Filters(kind="history.read"))[0]
    assert entry.tag is not None and entry.facts["recipient"] == "shop-app"


def test_the_history_of_a_moment_says_what_held(shop_app: Partner, person: UUID) -> None:
    path = HISTORY.format(shop_app.id_of(person))
    when = at(5).isoformat().replace("+00:00", "Z")

    found = shop_app.get(f"{path}?valid_at={when}").json()

    assert [event["state"] for event in found["events"]] == ["withdrawn", "given"]
    held = {one["purpose"]: one for one in found["effective"]["purposes"]}
    assert held["recommendations"]["decision"] is False
    assert found["effective"]["valid_at"] == when


def test_the_effective_state_of_a_moment(shop_app: Partner, person: UUID) -> None:
    path = CONSENTS.format(shop_app.id_of(person))

    def decision(query: str) -> bool:
        answer = shop_app.get(path + query)
        assert answer.status_code == 200, answer.content
        held = {one["purpose"]: one for one in answer.json()["purposes"]}
        return bool(held["recommendations"]["decision"])

    assert decision("")
    assert decision("?valid_at=2026-11-01T15:00:00Z")
    assert not decision("?valid_at=2026-11-01T17:00:00Z")
    assert decision("?valid_at=2026-11-01T17:00:00Z&known_at=2026-11-01T15:30:00Z")
    past_answer = shop_app.get(path + "?valid_at=2026-11-01T15:00:00%2B00:00")
    assert "ETag" not in past_answer
    assert past_answer.json()["catalogue"]["exact"] in (True, False)


@pytest.mark.parametrize("name", ["valid_at", "known_at"])
@pytest.mark.parametrize("path", [HISTORY, CONSENTS, STRINGS])
def test_a_time_that_is_none_or_has_not_come_is_refused(
    shop_app: Partner, person: UUID, path: str, name: str
) -> None:
    address = path.format(shop_app.id_of(person))
    for sent, code in (("yesterday", "INVALID_REQUEST"), ("2026-11-01", "INVALID_REQUEST"),
                       ("2999-01-01T00:00:00Z", "INVALID_TIME")):  # fmt: skip
        members = check_problem(shop_app.get(f"{address}?{name}={sent}"), 400, code)
        assert members["errors"][0]["pointer"] == f"/{name}"


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=evt_1"])
def test_a_page_that_is_none_is_refused(shop_app: Partner, person: UUID, query: str) -> None:
    path = HISTORY.format(shop_app.id_of(person))

    check_problem(shop_app.get(f"{path}?{query}"), 400, "INVALID_REQUEST")


def test_a_third_party_sees_its_own_part_and_nobody_looks_like_somebody(
    northwind: Partner, person: UUID
) -> None:
    nobody = northwind.id_of(uuid4())
    refused = northwind.get(HISTORY.format(northwind.id_of(person))).json()
    unknown = northwind.get(HISTORY.format(nobody)).json()
    assert refused["events"] == unknown["events"] == []

    given(person, "targeted_ads")
    events = northwind.get(HISTORY.format(northwind.id_of(person))).json()["events"]
    assert [(event["state"], event["purpose"]) for event in events] == [("given", "targeted_ads")]


def test_looking_back_opens_nothing(shop_app: Partner, person: UUID) -> None:
    shop_app.get(CONSENTS.format(shop_app.id_of(person)) + "?valid_at=2026-11-01T15:00:00Z")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consent_permit")
        assert cursor.fetchone() == (0,)


def test_a_moment_says_which_statement_held_then(shop_app: Partner, person: UUID) -> None:
    path = CONSENTS.format(shop_app.id_of(person))

    def because(query: str) -> Any:
        held = {one["purpose"]: one for one in shop_app.get(path + query).json()["purposes"]}
        return held["recommendations"]["because"]

    no = because("?valid_at=2026-11-01T17:00:00Z")
    assert (no["why"], no["holds"]["state"]) == ("own_no", "withdrawn")
    assert no["holds"]["at"] == "2026-11-01T16:00:00Z"
    assert no["sentence"].startswith("You said No on 2026-11-01; your Yes")
    unknown = because("?valid_at=2026-11-01T17:00:00Z&known_at=2026-11-01T15:30:00Z")
    assert (unknown["holds"]["state"], unknown["over"]) == ("given", None)
    assert because("?valid_at=2026-11-01T13:00:00Z")["holds"] is None
    assert because("?known_at=2026-11-01T11:00:00Z") is None
    now = because("")
    assert because("?valid_at=2026-11-01T19:00:00Z") == now


def test_no_statement_is_told_to_a_third_party_of_the_past_either(
    northwind: Partner, person: UUID
) -> None:
    given(person, "targeted_ads")
    path = CONSENTS.format(northwind.id_of(person))
    for query in ("", f"?valid_at={show_time(timezone.now())}"):
        shown = northwind.get(path + query).json()["purposes"]
        assert shown and all(one["because"] is None for one in shown)


def test_the_strings_of_a_moment_say_what_held_then(shop_app: Partner, person: UUID) -> None:
    path = STRINGS.format(shop_app.id_of(person))

    def granted(query: str) -> Any:
        answer = shop_app.get(path + query)
        assert answer.status_code == 200, answer.content
        return answer.json()["consent_mode"]["update"]

    now, no = granted(""), granted("?valid_at=2026-11-01T17:00:00Z")
    assert granted("?valid_at=2026-11-01T15:00:00Z") == now != no
    assert granted("?valid_at=2026-11-01T17:00:00Z&known_at=2026-11-01T15:30:00Z") == now
    early = shop_app.get(path + "?known_at=2026-11-01T11:00:00Z").json()
    assert (early["epoch"], early["known_at"]) == (0, "2026-11-01T11:00:00Z")
