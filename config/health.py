"""`/healthz`: this process answers. `/readyz`: it can do its work; the reasons if not.

Reasons are fixed sentences: no address, path, name or count leaves through here.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import KombuError

from audit import queries as audit
from config import restore_gate
from keys import queries as keys
from keys.errors import KeyProblem, KeyStoreLost, KeyStoreUnsafe
from keys.files import private_directory

BROKER_PATIENCE = 2
LOG_PATIENCE = timedelta(minutes=1)
BROKEN = (OSError, KombuError)


class NotReady(Exception):
    """A part does not work; the text says which and what to do."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "up"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 with every part `ok`, or 503 with the reason of each that is not."""
    answers = {}
    for name, check in CHECKS.items():
        try:
            check()
        except NotReady as reason:
            answers[name] = str(reason)
        else:
            answers[name] = "ok"
    ready = set(answers.values()) == {"ok"}
    status = "ready" if ready else "not ready"
    return JsonResponse({"status": status, "parts": answers}, status=200 if ready else 503)


def database() -> None:
    """The application's role can query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        raise NotReady("The database does not answer. Start it or check DATABASE_URL.") from None


def migrations() -> None:
    """Every migration on disk has been applied; asked once per process, as code does not move."""
    if _found.migrated:
        return
    try:
        loader = MigrationLoader(connections["default"])
    except DatabaseError:
        raise NotReady("Unknown, because the database does not answer.") from None
    if loader.graph.nodes.keys() - loader.applied_migrations.keys():
        raise NotReady("The database is behind this version. Run `manage.py migrate`.")
    _found.migrated = True


def broker() -> None:
    """The broker accepts us."""
    address = Connection(
        settings.BROKER_URL,
        connect_timeout=BROKER_PATIENCE,
        transport_options={
            "socket_timeout": BROKER_PATIENCE,
            "socket_connect_timeout": BROKER_PATIENCE,
        },
    )
    try:
        with address:
            address.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE)
    except BROKEN:
        raise NotReady("The broker does not answer. Start it or check BROKER_URL.") from None


def key_store() -> None:
    """Keys can be read, and by nobody else."""
    try:
        # Because an open store looks at its own folder only once.
        private_directory(Path(settings.KEYSTORE_DIR))
        keys.check()
    except KeyStoreUnsafe:
        raise NotReady(
            "The key store is open to other users, or not ours: folders need mode 0700 and "
            "files 0600, owned by the user that runs this process."
        ) from None
    except KeyStoreLost:
        raise NotReady(
            "The key store is not there, or not whole. Restore it from its copy; nothing was "
            "made in its place."
        ) from None
    except KeyProblem:
        raise NotReady(
            "The key store cannot be read. Check KEYSTORE_DIR and what holds the root key (KEK)."
        ) from None


def restore() -> None:
    """Neither the database nor the key store is from the past."""
    if restore_gate.gate.why_closed():
        raise NotReady("Something was restored, or it is not known. Run `manage.py restore_gate`.")


def log() -> None:
    """The sequencer keeps up: events wait for a place in the log no longer than a minute."""
    try:
        waiting, head = audit.backlog(), audit.latest_checkpoint()
    except DatabaseError:
        raise NotReady("Unknown, because the database does not answer.") from None
    if waiting.count and (head is None or timezone.now() - head.at > LOG_PATIENCE):
        raise NotReady("Events wait to be sequenced. Is `manage.py run_sequencer` running?")


class _Found:
    """What stays true for the life of a process."""

    migrated = False


_found = _Found()
CHECKS: dict[str, Callable[[], None]] = {
    "database": database,
    "migrations": migrations,
    "broker": broker,
    "key_store": key_store,
    "restore": restore,
    "log": log,
}
