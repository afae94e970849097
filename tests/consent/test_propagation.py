"""Where a change has arrived: tickets, the feed that partners follow, acknowledgements."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Thread
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone
from zeal import zeal_ignore

from audit import queries as log
from consent.actions import spreading, states
from consent.actions.asking import PERMIT_LIFETIME
from consent.actions.deferring import DeferredUse, defer
from consent.actions.importing import PastAct, PersonActs, import_events
from consent.acts import Act
from consent.consuming import Changed
from consent.models import Change, ChangeArrival, ConsentEvent, Recipient
from consent.queries import changes, propagation
from consent.queries.consumers import consumer_names, consumers
from consent.questions import Ruling
from consent.tasks import permitted_task
from profiles import rights
from profiles.models import RequestStep
from profiles.queries import vault
from tests.cast import bring_in, given, say
from tests.conftest import as_owner
from tests.partners import Partner, check_problem, partner_of, with_scope
from tests.profiles.acts import alone, opened

pytestmark = pytest.mark.django_db
FEED, ACK = "/v1/changes", "/v1/acknowledgements"
NORTHWIND = "partner:northwind"
OWN = ["gate", "queue", "recommender"]


class Silent:
    """A consumer that takes changes and never says that it has applied them."""

    name = "silent"

    def apply(self, changes: Sequence[Changed], *, at: datetime) -> Collection[int]:
        return ()


class Broken:
    """A consumer that fails."""

    name = "broken"

    def apply(self, changes: Sequence[Changed], *, at: datetime) -> Collection[int]:
        raise RuntimeError("with a name in it")


@alone
def last_event(subject_id: UUID) -> UUID:
    event = ConsentEvent.objects.filter(subject=subject_id).order_by("recorded_at", "id").last()
    assert event is not None
    return event.pk


@alone
def ticket_of(subject_id: UUID, at: datetime | None = None) -> propagation.Ticket:
    found = propagation.ticket(last_event(subject_id), at=at or timezone.now())
    assert found is not None
    return found


def awaited(subject_id: UUID) -> list[str]:
    return [stop.consumer for stop in ticket_of(subject_id).stops]


def spread() -> int:
    return spreading.spread(at=timezone.now())


@alone
def epoch_of(subject_id: UUID) -> int:
    return Change.objects.filter(subject=subject_id).latest("id").epoch


# Who must hear of it


def test_the_gate_has_a_change_at_commit_and_the_rest_when_they_say_so(ada: UUID) -> None:
    say(ada, "withdrawn", "recommendations")

    before = ticket_of(ada)
    assert [stop.consumer for stop in before.stops] == OWN
    assert [stop.consumer for stop in before.missing] == ["queue", "recommender"]
    spread()
    after = ticket_of(ada)
    assert after.is_closed and after.arrived == 3
    assert after.stops[0].arrived_at == after.since
    assert spread() == 0


def test_a_partner_hears_of_those_it_may_or_might_use_and_of_nobody_else(
    ada: UUID, ben: UUID
) -> None:
    given(ada, "targeted_ads")
    assert NORTHWIND in awaited(ada)
    say(ada, "withdrawn", "targeted_ads")
    assert NORTHWIND in awaited(ada)
    say(ada, "withdrawn", "recommendations")
    assert NORTHWIND not in awaited(ada)
    say(ben, "refused", "targeted_ads")
    assert awaited(ben) == OWN


def test_what_is_imported_is_a_change_like_any_other(ada: UUID, ben: UUID) -> None:
    given(ada, "targeted_ads")
    at = timezone.now()
    acts = [PastAct(Act("withdrawn", "targeted_ads"), valid_from=at)]
    before = Change.objects.latest("id").pk
    import_events(people=[PersonActs(ada, acts), PersonActs(ben, acts)], by="tests", at=at)

    arrivals = ChangeArrival.objects.filter(change__gt=before)
    told = set(arrivals.values_list("change__subject_id", "consumer", "arrived_at"))
    assert told == {
        (person, name, at if name == "gate" else None)
        for person, names in ((ada, [*OWN, NORTHWIND]), (ben, OWN))
        for name in names
    }


@pytest.mark.parametrize("state", ["opted_out", "restricted", "signal_on", "erasure_pending"])
def test_what_stops_everything_concerns_each_partner_that_had_something(
    cleo: UUID, ben: UUID, state: str
) -> None:
    say(cleo, state)
    say(ben, state)

    assert NORTHWIND in awaited(cleo)
    assert NORTHWIND not in awaited(ben)


def test_a_paused_partner_is_told_as_well(ada: UUID) -> None:
    given(ada, "targeted_ads")
    Recipient.objects.filter(pk="northwind").update(paused_at=timezone.now())
    say(ada, "withdrawn", "targeted_ads")

    assert NORTHWIND in awaited(ada)


def test_newcomers_are_no_news_to_a_partner(catalogue: None) -> None:
    newcomer = bring_in("EU-DE")

    assert not ChangeArrival.objects.filter(
        change__subject=newcomer, consumer__startswith="partner:"
    ).exists()


# Tickets stay open until everybody has answered


@pytest.mark.parametrize("name", ["Silent", "Broken"])
def test_a_consumer_that_never_answers_keeps_the_ticket_open_and_no_other(
    ada: UUID, monkeypatch: pytest.MonkeyPatch, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    named = {name.lower(): f"{__name__}.{name}"} | settings.CHANGE_CONSUMERS
    monkeypatch.setattr(settings, "CHANGE_CONSUMERS", named)
    say(ada, "withdrawn", "recommendations")

    for _ in range(3):
        spread()

    late = timezone.now() + timedelta(seconds=61)
    ticket = ticket_of(ada, at=late)
    assert not ticket.is_closed
    assert [(stop.consumer, stop.state) for stop in ticket.missing] == [(name.lower(), "late")]
    assert propagation.late(at=late)[0][:2] == (name.lower(), 1)
    assert propagation.late(at=timezone.now()) == []
    assert "with a name" not in caplog.text


def test_work_that_began_before_the_change_holds_up_the_queue(ada: UUID) -> None:
    request = opened(ada, rights.COPY)
    step = RequestStep.objects.filter(request=request).order_by("position")[0]
    earlier = timezone.now() - timedelta(seconds=5)
    RequestStep.objects.filter(pk=step.pk).update(state="running", started_at=earlier)
    say(ada, "withdrawn", "recommendations")

    spread()
    assert [stop.consumer for stop in ticket_of(ada).missing] == ["queue"]
    RequestStep.objects.filter(pk=step.pk).update(state="done", finished_at=timezone.now())
    spread()
    assert ticket_of(ada).is_closed


def test_an_acknowledgement_of_an_older_epoch_does_not_close_a_newer_ticket(
    ada: UUID, northwind: Partner
) -> None:
    given(ada, "targeted_ads")
    older = epoch_of(ada)
    say(ada, "withdrawn", "targeted_ads")
    person = northwind.id_of(ada)

    answer = northwind.post(ACK, {"subject": person, "epoch": older})
    assert answer.json()["acknowledged"] == 1
    assert [stop.consumer for stop in ticket_of(ada).missing if stop.partner] == [NORTHWIND]
    assert northwind.post(ACK, {"subject": person, "epoch": older}).json()["acknowledged"] == 0
    northwind.post(ACK, {"subject": person, "epoch": epoch_of(ada)})
    spread()
    assert ticket_of(ada).is_closed


def test_one_partner_cannot_answer_for_another(
    ada: UUID, northwind: Partner, shop_app: Partner
) -> None:
    given(ada, "targeted_ads")
    say(ada, "withdrawn", "targeted_ads")

    body = {"subject": shop_app.id_of(ada), "epoch": 99}
    assert shop_app.post(ACK, body).json()["acknowledged"] == 0
    assert any(stop.partner == "northwind" for stop in ticket_of(ada).missing)


def test_a_partner_that_stays_silent_is_late_and_then_bounded_by_what_it_holds(ada: UUID) -> None:
    given(ada, "targeted_ads")
    say(ada, "withdrawn", "targeted_ads")
    since = ticket_of(ada).since

    assert propagation.HELD_AT_MOST == PERMIT_LIFETIME
    found = {}
    for seconds in (1, 61, 601):
        stops = ticket_of(ada, at=since + timedelta(seconds=seconds)).stops
        found[seconds] = next(stop for stop in stops if stop.partner).state
    assert found == {1: "waiting", 61: "late", 601: "bounded"}
    assert not ticket_of(ada, at=since + timedelta(days=9)).is_closed
    score = propagation.scoreboard(at=since + timedelta(seconds=61))[0]
    assert (score.partner, score.late, score.outstanding) == ("northwind", True, 2)


def test_the_scoreboard_counts_what_was_confirmed_and_how_slowly(
    ada: UUID, northwind: Partner
) -> None:
    given(ada, "targeted_ads")
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        spreading.acknowledge_epoch(
            recipient="northwind", subject_id=ada, epoch=99, at=timezone.now()
        )
        score = propagation.scoreboard(at=timezone.now())[0]
    assert (score.outstanding, score.applied, score.late) == (0, 1, False)
    assert score.slowest is not None and score.slowest >= timedelta(seconds=29)


# Over REST


def test_the_ticket_of_a_receipt_can_be_followed(ada: UUID, shop_app: Partner) -> None:
    given(ada, "targeted_ads")
    body = {"subject": shop_app.id_of(ada), "state": "withdrawn", "purpose": "targeted_ads"}
    ticket = shop_app.post("/v1/consent-events", body).json()["propagation"]["id"]

    shown = shop_app.get(f"/v1/propagation/{ticket}").json()
    assert shown["id"] == ticket
    assert (shown["state"], shown["arrived"], shown["of"]) == ("open", 1, 4)
    assert [stop["consumer"] for stop in shown["stops"]] == [*OWN, "northwind"]
    assert [stop["until"] is None for stop in shown["stops"]] == [True, True, True, False]


def test_a_third_party_sees_its_part_of_what_it_passed_on(
    ada: UUID, northwind: Partner, shop_app: Partner
) -> None:
    body = {"subject": northwind.id_of(ada), "state": "refused", "purpose": "targeted_ads"}
    own = northwind.post("/v1/consent-events", body).json()["propagation"]["id"]
    other = f"chg_{last_event(ada).hex}"
    say(ada, "withdrawn", "recommendations")
    foreign = f"chg_{last_event(ada).hex}"

    assert own == other
    shown = northwind.get(f"/v1/propagation/{own}").json()
    assert {stop["kind"] for stop in shown["stops"]} == {"own"}
    check_problem(northwind.get(f"/v1/propagation/{foreign}"), 404, "TICKET_UNKNOWN")
    check_problem(shop_app.get("/v1/propagation/chg_none"), 404, "TICKET_UNKNOWN")


@pytest.mark.parametrize(
    "body",
    [{}, {"epoch": 3}, {"cursor": "x", "epoch": 3}, {"subject": "ps_x", "epoch": "three"}],
)
def test_an_acknowledgement_says_one_thing(northwind: Partner, body: dict[str, Any]) -> None:
    check_problem(northwind.post(ACK, body), 400, "INVALID_REQUEST")


def test_following_takes_its_own_scope(northwind: Partner) -> None:
    other = with_scope(northwind, "decide")

    check_problem(other.get(FEED), 403, "SCOPE_MISSING")
    check_problem(other.post(ACK, {"cursor": "x"}), 403, "SCOPE_MISSING")


def test_a_cursor_is_for_one_partner_and_for_thirty_days(
    northwind: Partner, shop_app: Partner
) -> None:
    cursor = northwind.get(FEED).json()["cursor"]

    assert northwind.get(f"{FEED}?after={cursor}").status_code == 200
    check_problem(shop_app.get(f"{FEED}?after={cursor}"), 400, "INVALID_REQUEST")
    check_problem(northwind.get(f"{FEED}?after={cursor}x"), 400, "INVALID_REQUEST")
    check_problem(northwind.get(f"{FEED}?limit=0"), 400, "INVALID_REQUEST")
    check_problem(northwind.get(f"{FEED}?wait=11"), 400, "INVALID_REQUEST")
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        later = partner_of("northwind").get(f"{FEED}?after={cursor}")
        check_problem(later, 410, "CURSOR_EXPIRED")
        assert "/v1/changes/snapshot" in later["Link"]


def test_the_snapshot_names_whom_a_partner_may_use_and_nobody_else(
    ada: UUID, ben: UUID, cleo: UUID, northwind: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ada, "targeted_ads")
    monkeypatch.setattr("consent.api.views.changes.SNAPSHOT_PAGE", 1)

    found, following = [], ""
    while following is not None:
        page = northwind.get(f"{FEED}/snapshot?after={following}").json()
        found += [one["subject"] for one in page["subjects"]]
        following = page["next"]
    assert sorted(found) == sorted([northwind.id_of(ada), northwind.id_of(cleo)])
    check_problem(northwind.get(f"{FEED}/snapshot?after=x"), 400, "INVALID_REQUEST")


# The feed, where commits are real


def follow(partner: Partner, cursor: str, **query: Any) -> tuple[list[tuple[str, int]], str]:
    extra = "".join(f"&{name}={value}" for name, value in query.items())
    body = partner.get(f"{FEED}?after={cursor}{extra}").json()
    return [(one["subject"], one["epoch"]) for one in body["changes"]], body["cursor"]


def test_the_feed_tells_every_change_once_in_order_and_closes_what_is_acknowledged(
    committed: None, ada: UUID, cleo: UUID, northwind: Partner
) -> None:
    _, cursor = follow(northwind, "")
    # Because where opting out is the rule a newcomer may be used, and she came before.
    assert northwind.post(ACK, {"cursor": cursor}).json()["acknowledged"] == 1
    given(ada, "targeted_ads")
    say(cleo, "opted_out")
    say(ada, "withdrawn", "targeted_ads")
    say(ada, "withdrawn", "recommendations")

    told, place, places = [], cursor, []
    for _ in range(4):
        page, place = follow(northwind, place, limit=1)
        told += page
        places.append(place)
    first, second, third = (
        (northwind.id_of(ada), epoch_of(ada) - 2),
        (northwind.id_of(cleo), epoch_of(cleo)),
        (northwind.id_of(ada), epoch_of(ada) - 1),
    )
    assert told == [first, second, third]
    assert follow(northwind, cursor)[0] == told

    assert northwind.post(ACK, {"cursor": places[1]}).json()["acknowledged"] == 2
    owed = ChangeArrival.objects.get(consumer=NORTHWIND, arrived_at__isnull=True)
    assert owed.change.epoch == third[1]
    assert northwind.post(ACK, {"cursor": place}).json()["acknowledged"] == 1


def test_the_feed_misses_nothing_that_commits_out_of_order(committed: None, ada: UUID) -> None:
    """A change with a lower number and transaction that commits after a higher one was told."""
    place = changes.beginning()
    name = settings.DATABASES["default"]["NAME"]
    with as_owner(name) as slow, as_owner(name) as fast:
        slow.autocommit = fast.autocommit = False
        for writer, epoch in ((slow, 50), (fast, 51)):
            row = writer.execute(
                "INSERT INTO consent_change (subject_id, epoch, at) VALUES (%s, %s, now()) "
                "RETURNING id",
                [ada, epoch],
            ).fetchone()
            assert row is not None
            writer.execute(
                "INSERT INTO consent_changearrival (change_id, consumer) VALUES (%s, %s)",
                [row[0], NORTHWIND],
            )
        look = partial(changes.following, consumer=NORTHWIND, limit=10)
        fast.commit()
        found, place = look(place=place)
        assert [change.epoch for change in found] == [51]
        assert look(place=place)[0] == []
        slow.commit()
        found, place = look(place=place)
        assert [change.epoch for change in found] == [50]
        assert look(place=place)[0] == []


def test_a_long_poll_ends_with_the_first_change_and_never_lasts_longer_than_it_may(
    committed: None, ada: UUID, northwind: Partner
) -> None:
    _, cursor = follow(northwind, "")
    began = monotonic()
    assert follow(northwind, cursor, wait=1)[0] == []
    assert 0.9 < monotonic() - began < 5

    def later() -> None:
        given(ada, "targeted_ads")
        connection.close()

    writer = Thread(target=later)
    writer.start()
    told, _ = follow(northwind, cursor, wait=10)
    writer.join()
    assert told == [(northwind.id_of(ada), epoch_of(ada))]
    assert monotonic() - began < 9


# Queued work asks as it runs

_read: list[dict[str, Any]] = []


@permitted_task(name="tests.greet")
def greet(use: DeferredUse, ruling: Ruling) -> None:
    """Reads what the permit covers."""
    _read.append(vault.values(subject_id=use.subject_id, ruling=ruling))


def queued(subject_id: UUID) -> dict[str, Any]:
    return defer(
        subject_id=subject_id,
        purpose="recommendations",
        attributes=("age_band",),
        recipient="shop",
        feature="tests.greet",
    )


def test_work_that_was_queued_before_a_withdrawal_uses_nothing(ada: UUID) -> None:
    _read.clear()
    waiting = queued(ada)
    assert greet(use=waiting) is True
    assert _read == [{"age_band": "45-54"}]

    say(ada, "withdrawn", "recommendations")
    assert greet(use=waiting) is False
    assert len(_read) == 1
    entry = log.events(filters=log.Filters(kind="decision.deny"), limit=1)[0]
    assert entry.facts["feature"] == "tests.greet"


def test_queued_work_carries_ids_and_codes_alone(ada: UUID) -> None:
    message = queued(ada)

    assert DeferredUse.of_message(message).message() == message
    assert message["epoch"] == epoch_of(ada)
    assert "45-54" not in str(message)


def test_the_consumers_of_this_service_have_names_of_their_own() -> None:
    names = [consumer.name for consumer in consumers()]

    assert ["gate", *names] == ["gate", *consumer_names()] == OWN


def test_a_state_that_time_changes_is_announced_too(ada: UUID) -> None:
    given(ada, "targeted_ads")
    ends = ConsentEvent.objects.get(pk=last_event(ada)).expires_at
    assert ends is not None
    with zeal_ignore():
        states.refresh(subject_id=ada, at=ends + timedelta(seconds=1))

    newest = Change.objects.filter(subject=ada).latest("id")
    assert newest.consent_event is None
    assert newest.arrivals.filter(consumer=NORTHWIND).exists()
    assert newest.at == ends + timedelta(seconds=1)
