"""An event is on record exactly when its transaction is, and nobody takes it back."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)

from audit import actions
from audit.models import Event, Pending
from tests.audit.conftest import NOW, write

pytestmark = pytest.mark.usefixtures("db")

TABLES = [
    "audit_event",
    "audit_event_default",
    "audit_mention",
    "audit_outbox",
    "audit_leaf",
    "audit_tile",
    "audit_head",
    "audit_checkpoint",
]


def test_an_event_and_its_place_in_the_queue_are_written_together() -> None:
    tag = bytes(16)
    event_id = actions.append(
        kind="decision.permit", at=NOW, facts={"purpose": "recommendations"}, tag=tag
    )
    event = Event.objects.get(id=event_id)
    assert (event.kind, event.at, bytes(event.tag)) == ("decision.permit", NOW, tag)
    assert b'"purpose":"recommendations"' in bytes(event.body)
    assert Pending.objects.get(id=event_id).at == NOW


def test_a_rollback_takes_the_event_along() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        event_id = actions.append(kind="use", at=NOW, facts={})
        raise RuntimeError
    assert not Event.objects.filter(id=event_id).exists()
    assert not Pending.objects.filter(id=event_id).exists()


def test_many_events_at_once() -> None:
    entries = [actions.prepare(kind="use", at=NOW, facts={"n": n}) for n in range(50)]
    actions.append_many(entries)
    assert Event.objects.filter(kind="use").count() == Pending.objects.count() == 50


@pytest.mark.parametrize("at", ["1999-01-01", "2026-11-01", "2027-06-30", "9999-12-31"])
def test_no_month_is_missing(at: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    event_id = actions.append(kind="use", at=moment, facts={})
    assert Event.objects.get(id=event_id).at == moment


def test_what_is_too_long_or_has_a_false_tag_is_refused_by_the_database() -> None:
    for tag, body in ((b"short", b"{}"), (None, bytes(16_385))):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT audit_append(%s, %s, %s, %s, %s)", [uuid4(), NOW, "use", tag, body]
            )


def test_one_id_is_written_once() -> None:
    entry = actions.prepare(kind="use", at=NOW, facts={})
    actions.append_many([entry])
    with pytest.raises(DatabaseError), transaction.atomic():
        actions.append_many([entry])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET {} = {}",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "DROP TABLE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "INSERT INTO {} DEFAULT VALUES",
    ],
)
def test_the_application_only_reads(table: str, statement: str) -> None:
    column = {"audit_leaf": "index", "audit_tile": "level", "audit_checkpoint": "size",
              "audit_mention": "kind"}  # fmt: skip
    name = column.get(table, "id")
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, name, name))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET kind = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "INSERT INTO audit_event (id, at, kind, body) VALUES (gen_random_uuid(), now(), 'x', '')",
        "SELECT audit_append(gen_random_uuid(), now(), 'x', NULL, '')",
        "UPDATE audit_leaf SET index = 7",
        "DELETE FROM audit_leaf",
        "DELETE FROM audit_tile",
        "DELETE FROM audit_head",
        "UPDATE audit_checkpoint SET note = ''",
        "DELETE FROM audit_checkpoint",
    ],
)
def test_the_sequencer_changes_no_event(statement: str) -> None:
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, connections["sequencer"].cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def owner(committed: None) -> psycopg.Connection:
    """The owner of the tables, in the mode that silences ordinary triggers where allowed."""
    write(3)
    values = settings.DATABASES["owner"]
    return psycopg.connect(
        host=values["HOST"],
        port=values["PORT"],
        user=values["USER"],
        password=values["PASSWORD"],
        dbname=values["NAME"],
        autocommit=True,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET kind = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "TRUNCATE audit_event_default",
        "TRUNCATE audit_leaf",
        "TRUNCATE audit_tile",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "TRUNCATE audit_checkpoint",
    ],
)
def test_even_the_owner_is_refused(owner: psycopg.Connection, statement: str) -> None:
    with owner, pytest.raises(psycopg.errors.InsufficientPrivilege, match="only grows"):
        owner.execute(statement.encode())


def test_every_guard_holds_in_replica_mode_and_on_every_partition(
    owner: psycopg.Connection,
) -> None:
    with owner:
        rows = owner.execute(
            "SELECT c.relname, t.tgname, t.tgenabled FROM pg_class c "
            "LEFT JOIN pg_trigger t ON t.tgrelid = c.oid "
            "WHERE c.relname ~ '^audit_(event|leaf|tile|head|checkpoint)' "
            "AND c.relkind IN ('r', 'p')"
        ).fetchall()
    assert {enabled for _, _, enabled in rows} == {"A"}
    guards: dict[str, set[str]] = {}
    for table, trigger, _ in rows:
        guards.setdefault(table, set()).add(trigger)
    assert len(guards) >= 9
    for table, found in guards.items():
        grows_in_place = table in {"audit_tile", "audit_head"}
        change = "audit_no_delete" if grows_in_place else "audit_no_change"
        assert found == {change, "audit_no_truncate"}, table


def test_the_next_months_are_made_once(committed: None, drain: Callable[[], None]) -> None:
    actions.append(kind="use", at=datetime(2031, 5, 3, tzinfo=UTC), facts={})
    with connections["sequencer"].cursor() as cursor:
        for expected in (2, 0):
            cursor.execute("SELECT audit_make_partitions('2031-04-15', 3)")
            # Because May has an event in the default partition already, it stays there.
            assert cursor.fetchone() == (expected,)
    for day in (3, 30):
        actions.append(kind="use", at=datetime(2031, 6, day, tzinfo=UTC), facts={})
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM audit_event ORDER BY 1")
        assert cursor.fetchall() == [("audit_event_2031_06",), ("audit_event_default",)]
