"""Every role tries everything on every table of the log, and is refused."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, connections

from audit import actions
from audit.bodies import belongs, decode
from tests.audit.conftest import NOW, verified

pytestmark = pytest.mark.usefixtures("db")
TABLES = {
    "audit_event": "kind",
    "audit_event_default": "kind",
    "audit_mention": "kind",
    "audit_outbox": "at",
    "audit_leaf": "at",
    "audit_tile": "number",
    "audit_head": "size",
    "audit_checkpoint": "note",
    "audit_prune": "month",
    "audit_retention": "months",
}
ROLES = ("default", "policy", "sequencer", "officer", "pruner")
CHANGES = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table}",
    "INSERT INTO {table} SELECT * FROM {table}",
    "DROP TABLE {table}",
    "ALTER TABLE {table} ADD COLUMN more text",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
)
# What the sequencer is for; its leaves and checkpoints it can only add.
WORK = {
    ("sequencer", "audit_outbox", "DELETE FROM {table}"),
    ("sequencer", "audit_leaf", "INSERT INTO {table} SELECT * FROM {table}"),
    ("sequencer", "audit_checkpoint", "INSERT INTO {table} SELECT * FROM {table}"),
    ("sequencer", "audit_tile", "INSERT INTO {table} SELECT * FROM {table}"),
    ("sequencer", "audit_tile", "UPDATE {table} SET {column} = {column}"),
    ("sequencer", "audit_head", "UPDATE {table} SET {column} = {column}"),
}
REFUSED = r"permission denied|must be owner|no privileges"


def refused(role: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=REFUSED), connections[role].cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(("role", "table"), list(product(ROLES, TABLES)))
def test_no_role_changes_a_table_of_the_log(role: str, table: str) -> None:
    for change in CHANGES:
        if (role, table, change) in WORK:
            continue
        statement = change.format(table=table, column=TABLES[table])
        with pytest.raises(ProgrammingError, match=REFUSED):
            _try(role, statement)


def _try(role: str, statement: str) -> None:
    if role == "default":
        # Because a refusal ends the transaction that the application's role is in.
        point = connection.savepoint()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.savepoint_rollback(point)
    else:
        with connections[role].cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "SET ROLE sayso_owner",
        "DROP FUNCTION audit_append(uuid, timestamptz, text, bytea, bytea)",
        "DROP FUNCTION audit_refuse() CASCADE",
        "CREATE TABLE public.audit_event_mine (id int)",
        "SELECT audit_protect('audit_event', true)",
    ],
)
def test_no_role_takes_the_guards_off(role: str, statement: str) -> None:
    refused(role, statement)


@pytest.mark.parametrize("role", ["policy", "officer", "pruner"])
@pytest.mark.parametrize("table", sorted(TABLES))
def test_who_has_no_business_with_a_table_does_not_read_it(role: str, table: str) -> None:
    if role == "pruner" and table in {"audit_prune", "audit_retention"}:
        return
    refused(role, f"SELECT * FROM {table}")


@pytest.mark.parametrize("role", ["policy", "officer", "pruner", "sequencer"])
def test_only_the_application_appends(role: str) -> None:
    refused(role, "SELECT audit_append(gen_random_uuid(), now(), 'use', NULL, '{}')")


@pytest.mark.parametrize("role", ["default", "policy", "officer", "sequencer"])
def test_only_the_pruner_prunes(role: str) -> None:
    nothing = "gen_random_uuid(), gen_random_uuid(), now(), ''"
    refused(role, f"SELECT audit_prune_month({nothing})")


@pytest.mark.parametrize("role", ROLES)
def test_no_role_owns_anything_of_the_log(role: str) -> None:
    with connections[role].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'audit%%' "
            "AND pg_has_role(current_user, relowner, 'MEMBER')"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_what_an_officer_reads_is_on_record(committed: None) -> None:
    wanted = [actions.append(kind="use", at=NOW, facts={"n": n}) for n in range(3)]
    actions.append(kind="use", at=NOW + timedelta(days=1), facts={})
    until = NOW + timedelta(hours=1)
    with connections["officer"].cursor() as cursor:
        cursor.execute("SELECT id FROM audit_officer_events(%s, %s, NULL)", [NOW, until])
        assert [row[0] for row in cursor.fetchall()] == wanted
        cursor.execute("SELECT id FROM audit_officer_events(%s, %s, %s)", [NOW, until, wanted[1]])
        assert [row[0] for row in cursor.fetchall()] == wanted[2:]
        cursor.execute("SELECT * FROM audit_officer_events('2026-01-01', '2100-01-01', NULL)")
        read = [row for row in cursor.fetchall() if row[2] == "log.read"]
    assert len(read) == 3
    assert decode(bytes(read[0][4])).facts["since"] == f"{NOW:%Y-%m-%dT%H:%M:%S}"
    for event_id, at, kind, tag, body, _index in read:
        assert belongs(bytes(body), event_id, kind, at, tag)
        said = decode(bytes(body))
        assert said.facts["role"] == settings.DATABASES["officer"]["USER"]
        assert UUID(int=event_id.int).version == 7
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
    assert verified().problem is None


@pytest.mark.parametrize("since", ["NULL", "'-infinity'"])
def test_an_officer_says_what_time_is_read(since: str) -> None:
    with (
        pytest.raises(Exception, match="from when"),
        connections["officer"].cursor() as cursor,
    ):
        cursor.execute(f"SELECT * FROM audit_officer_events({since}, now(), NULL)")
