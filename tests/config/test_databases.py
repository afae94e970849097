"""The promises of tests/conftest.py itself."""

import pytest
from django.db import ProgrammingError, connection, connections


def who(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("alias", "role"),
    [
        ("default", "sayso_app"),
        ("policy", "sayso_policy"),
        ("sequencer", "sayso_sequencer"),
        ("pruner", "sayso_pruner"),
        ("officer", "sayso_officer"),
    ],
)
def test_each_alias_signs_in_as_its_own_role(db: None, alias: str, role: str) -> None:
    assert who(alias) == role


def test_the_application_cannot_make_tables(db: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE intruder (id int)")


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        return int(cursor.fetchone()[0])


def add_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('k', 'v', now())")


@pytest.mark.parametrize("turn", [1, 2])
def test_db_rolls_back(db: None, turn: int) -> None:
    assert sessions() == 0
    add_session()
    assert sessions() == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_committed_commits_and_is_cleaned(committed: None, turn: int) -> None:
    assert sessions() == 0
    add_session()
    connection.close()
    assert sessions() == 1
