"""The database of the tests, as the roles of production see it.

Run under `python -m config.launcher.testbed`, as `make test` does. Each worker process gets a
database of its own, cloned from one that the owner migrated once. `default` signs in as the
application's restricted role.

- `db`: everything done through `default` is rolled back. The aliases `policy` and `sequencer`
  work too, each in autocommit: what they write stays (verdicts are keyed by their content).
- `committed`: nothing is rolled back; afterwards the worker's database is cloned anew.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker
from zeal import zeal_context
from zeal.constants import initialize_app_registry
from zeal.patch import patch

from audit import identifiers
from config import restore_gate
from config.launcher import browser
from consent.actions import asking, cataloguing
from consent.queries import catalogue as catalogues
from consent.queries import names
from keys import queries as keys

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
TEMPLATE = f"template_{RUN}"
DATABASE = f"test_{RUN}_{WORKER}"
# Because publishing the shipped catalogue takes longer than most tests, those that live in it
# find it in a database of their own.
CATALOGUED = "_catalogue"
# Because the machine may be busy, a slow example is no failure; a wrong one is.
hypothesis.settings.register_profile(
    "sayso", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("sayso")
# Because the web server's module asks when it is imported, before there is a database.
restore_gate.gate.take_as_open(for_seconds=3600)
REALLY_COMMITTED = {"committed", "transactional_db", "live_server"}


@pytest.fixture(scope="session", autouse=True)
def own_folders() -> Iterator[Path]:
    """A key store and a var folder for this worker alone."""
    with tempfile.TemporaryDirectory(prefix="sayso-worker-") as name:
        folder = Path(name)
        for setting, part in (
            ("VAR_DIR", "var"),
            ("KEYSTORE_DIR", "var/keys"),
            ("EXPORTS_DIR", "var/exports"),
            ("MAIL_DIR", "var/mail"),
        ):
            place = folder / part
            place.mkdir(mode=0o700, parents=True)
            setattr(settings, setting, place)
            os.environ["SAYSO_VAR_DIR" if setting == "VAR_DIR" else setting] = str(place)
        yield folder


@pytest.fixture(scope="session")
def django_db_setup(own_folders: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This worker's database, from a template migrated by whichever worker came first."""
    original = settings.DATABASES["owner"]["NAME"]
    with django_db_blocker.unblock():
        with as_owner(original) as maintenance:
            maintenance.execute("SELECT pg_advisory_lock(1)")
            if not exists(maintenance, TEMPLATE):
                make_template(maintenance)
            if not exists(maintenance, TEMPLATE + CATALOGUED):
                make_catalogued(maintenance)
        clone(original)
        clone(original, CATALOGUED)
        use(DATABASE)
        # Because a test may sign a checkpoint before another makes the first key.
        keys.check()
        yield
        connections.close_all()
        with as_owner(original) as maintenance:
            drop(maintenance, DATABASE)
            drop(maintenance, DATABASE + CATALOGUED)


def as_owner(database: str) -> psycopg.Connection:
    """A connection of the owner outside Django, in autocommit."""
    owner = settings.DATABASES["owner"]
    return psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        dbname=database,
        autocommit=True,
    )


def exists(maintenance: psycopg.Connection, name: str) -> bool:
    """Whether there is a database of this name."""
    found = maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def drop(maintenance: psycopg.Connection, name: str) -> None:
    """Drop a database, whoever is still signed in."""
    maintenance.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def make_template(maintenance: psycopg.Connection) -> None:
    """Migrate a new database as the owner and put it aside under its final name."""
    unfinished = f"unfinished_{RUN}"
    drop(maintenance, unfinished)
    maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    use(unfinished)
    call_command("migrate", verbosity=0)
    connections.close_all()
    maintenance.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(unfinished), sql.Identifier(TEMPLATE)
        )
    )


def make_catalogued(maintenance: psycopg.Connection) -> None:
    """The same with the shipped catalogue published, put aside under its final name."""
    unfinished = f"unfinished_{RUN}{CATALOGUED}"
    connections.close_all()
    copy(maintenance, TEMPLATE, unfinished)
    use(unfinished)
    cataloguing.load(document=cataloguing.default_document(), by="tests", at=timezone.now())
    connections.close_all()
    maintenance.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(unfinished), sql.Identifier(TEMPLATE + CATALOGUED)
        )
    )


def clone(original: str, which: str = "") -> None:
    """Put a fresh copy of a template in the place of this worker's database."""
    connections.close_all()
    with as_owner(original) as maintenance:
        copy(maintenance, TEMPLATE + which, DATABASE + which)


def copy(maintenance: psycopg.Connection, source: str, target: str) -> None:
    """Make `target` anew as a copy of `source`, open to the same roles."""
    drop(maintenance, target)
    maintenance.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(target), sql.Identifier(source)
        )
    )
    # Because privileges on a database itself are not copied with it.
    maintenance.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(target))
    )
    for alias in ("default", "policy", "sequencer", "pruner", "officer"):
        maintenance.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(target), sql.Identifier(settings.DATABASES[alias]["USER"])
            )
        )


def use(name: str) -> None:
    """Point every alias, and the processes that tests start, at the database `name`."""
    for alias in connections:
        connections[alias].close()
        before = connections[alias].settings_dict["NAME"]
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name
        variable = "DATABASE_URL" if alias == "default" else f"DATABASE_{alias.upper()}_URL"
        if url := os.environ.get(variable):
            os.environ[variable] = url.removesuffix(f"/{before}") + f"/{name}"


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Takes the place of pytest-django's: one transaction on `default`, none elsewhere.

    Because its own would wrap every alias, and no alias would see what another has written;
    and because its cleaning afterwards truncates tables that refuse it.
    """
    marker = request.node.get_closest_marker("django_db")
    really = bool(marker and marker.kwargs.get("transaction"))
    which = CATALOGUED if "catalogue" in request.fixturenames else ""
    with django_db_blocker.unblock():
        if connections["default"].settings_dict["NAME"] != DATABASE + which:
            use(DATABASE + which)
        forget_what_was_remembered()
        if really or REALLY_COMMITTED & set(request.fixturenames):
            yield
            clone("postgres", which)
            return
        atomic = transaction.atomic(using="default")
        # Because code under test may open `durable` blocks, as Django's TestCase allows.
        atomic._from_testcase = True
        atomic.__enter__()
        yield
        transaction.set_rollback(True, using="default")
        atomic.__exit__(None, None, None)


def forget_what_was_remembered() -> None:
    """Because a version number means another catalogue in another test."""
    # Because a fresh copy of the template is older than what earlier tests committed.
    (settings.KEYSTORE_DIR / "high-water").unlink(missing_ok=True)
    restore_gate.gate.take_as_open(for_seconds=3600)
    catalogues.forget()
    names.forget()
    asking._outcomes_kept.clear()


@pytest.fixture
def committed(_django_db_helper: None) -> None:
    """A database in which commits are real; it is replaced after the test."""


@pytest.fixture(scope="session")
def watched_relations() -> None:
    """Lets zeal see the models, which it does by itself only as an installed app."""
    initialize_app_registry()
    patch()


@pytest.fixture(autouse=True)
def no_query_in_a_loop(watched_relations: None) -> Iterator[None]:
    """Raises where related objects are fetched one by one."""
    with zeal_context():
        yield


@pytest.fixture(autouse=True)
def identifiers_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Identifiers rise for the life of a process; a test that travelled ahead binds no other."""
    monkeypatch.setattr(identifiers, "_latest", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly what was left out, so that nobody takes a green run for a whole one."""
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = [report for report in skipped if "browser" in report.keywords]
    if left_out:
        reason = "asked by BROWSER_TESTS=skip" if browser.skipped() else "see above"
        terminalreporter.write_line(f"SKIPPED {len(left_out)} browser tests: {reason}", red=True)
