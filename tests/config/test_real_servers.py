"""Servers of somebody else: the two further roles are made, found again, or asked for."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg
import pytest
from psycopg import sql

from config.launcher import postgres, real_servers
from config.launcher.errors import LauncherError
from config.launcher.postgres import Postgres

FURTHER = postgres.FURTHER


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A server that has the owner and the application's role alone."""
    with tempfile.TemporaryDirectory(prefix="sayso-launcher-") as name:
        # Because the account that runs PostgreSQL for root must pass through.
        Path(name).chmod(0o711)
        running = postgres.start(Path(name) / "servers", durable=False)
        yield running
        running.stop()


@pytest.fixture(autouse=True)
def no_further_roles(server: Postgres) -> None:
    forget_further_roles(server)


def forget_further_roles(server: Postgres) -> None:
    with postgres.superuser(server) as admin:
        for role in FURTHER:
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
        admin.execute(f"ALTER ROLE {postgres.OWNER} CREATEROLE")


def given(server: Postgres) -> dict[str, str]:
    return {
        "DATABASE_URL": server.url(postgres.APP),
        "DATABASE_OWNER_URL": server.url(postgres.OWNER),
    }


def who(url: str) -> str:
    options = environ.Env.db_url_config(url).get("OPTIONS", {})
    with psycopg.connect(url.partition("?")[0], **options) as connection:
        return str(connection.execute("SELECT current_user").fetchone()[0])


def test_the_roles_are_made_and_found_again(server: Postgres, tmp_path: Path) -> None:
    first = real_servers.complete(given(server), tmp_path)
    again = real_servers.complete(given(server), tmp_path)

    assert first == again
    assert who(first["DATABASE_POLICY_URL"]) == "sayso_policy"
    assert who(first["DATABASE_SEQUENCER_URL"]) == "sayso_sequencer"
    assert (tmp_path / "roles.json").stat().st_mode & 0o777 == 0o600


def test_roles_of_another_installation_are_used_through_the_owner(
    server: Postgres, tmp_path: Path
) -> None:
    real_servers.complete(given(server), tmp_path / "first")

    found = real_servers.complete(given(server), tmp_path / "second")

    assert postgres.OWNER in found["DATABASE_POLICY_URL"]
    assert who(found["DATABASE_POLICY_URL"]) == "sayso_policy"


def test_an_application_that_owns_its_tables_is_refused(server: Postgres, tmp_path: Path) -> None:
    same = dict.fromkeys(given(server), server.url(postgres.OWNER))

    with pytest.raises(LauncherError, match="name the same role"):
        real_servers.complete(same, tmp_path)


def test_given_addresses_are_kept(server: Postgres, tmp_path: Path) -> None:
    addresses = given(server) | dict.fromkeys(real_servers.LOGINS, "as given")

    assert real_servers.complete(addresses, tmp_path) == addresses


def test_an_owner_that_may_not_make_roles_is_told_what_to_type(
    server: Postgres, tmp_path: Path
) -> None:
    with postgres.superuser(server) as admin:
        admin.execute(f"ALTER ROLE {postgres.OWNER} NOCREATEROLE")

    with pytest.raises(LauncherError) as refused:
        real_servers.complete(given(server), tmp_path)

    assert 'CREATE ROLE "sayso_policy"' in str(refused.value)
    assert "ALTER ROLE" in str(refused.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "not a broker's address"),
        ("http://127.0.0.1/", "not a broker's address"),
        ("redis://:hidden@127.0.0.1:1/0", "does not answer at 127.0.0.1:1"),
        ("amqp://a:hidden@127.0.0.1:1/v", "does not answer at 127.0.0.1:1"),
        ("redis://:hidden@[::1/0", "not a broker's address"),
    ],
)
def test_a_broker_that_cannot_be_used_is_said_without_its_password(url: str, message: str) -> None:
    with pytest.raises(LauncherError) as refused:
        real_servers.check_broker(url)

    assert message in str(refused.value)
    assert "hidden" not in str(refused.value)
