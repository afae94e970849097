"""A log that really commits, its sequencer, and the superuser who tampers with it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings

from audit import actions, publishing
from audit.sequencer import Sequencer
from audit.verify import Verification, verify

GUARDED = (
    "audit_event",
    "audit_leaf",
    "audit_tile",
    "audit_checkpoint",
    "audit_cosignature",
    "audit_head",
)
NOW = datetime(2026, 11, 22, 9, 14, 3, tzinfo=UTC)


def write(count: int, *, kind: str = "decision.permit", **facts: str) -> list[UUID]:
    """Appends events of one kind."""
    return [
        actions.append(kind=kind, at=NOW, facts={"number": number, **facts})
        for number in range(count)
    ]


@pytest.fixture
def published_in(tmp_path: Path) -> Path:
    """Where the sequencer of this test publishes."""
    return tmp_path / "log"


@pytest.fixture
def sequencer(committed: None, published_in: Path) -> Iterator[Sequencer]:
    """The sequencer, in small batches so that tiles grow over several."""
    worker = Sequencer(signer=publishing.signer(), directory=published_in, largest_batch=300)
    yield worker
    worker.close()


@pytest.fixture
def drain(sequencer: Sequencer) -> Callable[[], None]:
    """Sequences until nothing waits."""

    def run() -> None:
        while sequencer.step(at=NOW):
            pass

    return run


def verified(**options: object) -> Verification:
    """The verification of the whole log under the key store's key."""
    return verify(publishing.verifier_key(), **options)  # type: ignore[arg-type]


@pytest.fixture
def tamper(committed: None) -> Iterator[Callable[..., None]]:
    """Runs statements as the owner of the tables with the guards taken off."""
    owner = settings.DATABASES["owner"]
    connection = psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        dbname=owner["NAME"],
        autocommit=True,
    )

    def run(statement: str, *parameters: object) -> None:
        for table in GUARDED:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        connection.execute(statement.encode(), parameters or None)

    yield run
    connection.close()
