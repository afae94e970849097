"""After an erasure the files of the servers hold only boxes that nothing opens any more.

A canary is planted wherever a person can leave words; then the bytes below PostgreSQL are read:
heap files after DELETE and VACUUM, the write-ahead log, a dump, the broker, logs, our own files.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from django.conf import settings

from config.launcher import postgres
from keys import queries as keys
from keys.errors import KeyDestroyed
from profiles.models import Request
from tests.cast import ada, ben, catalogue
from tests.conftest import as_owner
from tests.profiles import test_erasing as erasing
from tests.profiles.acts import alone, opened

__all__ = ["ada", "ben", "catalogue"]

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> str:
    """A word that no other test has written into the shared write-ahead log."""
    word = f"kanari{uuid4().hex}"
    monkeypatch.setattr(erasing, "CANARY", word)
    monkeypatch.setattr(erasing, "EMAIL", f"{word}@birds.example")
    return word


@pytest.fixture
def server() -> Path:
    """The data folder of PostgreSQL, as the kernel knows it."""
    with as_owner(settings.DATABASES["owner"]["NAME"]) as connection:
        pid = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert pid is not None
        try:
            return Path(os.readlink(f"/proc/{pid[0]}/cwd"))
        except OSError:
            pytest.skip("the files of the server cannot be read by this account")


def written_out(server: Path) -> None:
    """VACUUM every table and put every page on disk."""
    secrets = json.loads((server.parent.parent / "postgres.json").read_text())
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"], user=postgres.SUPERUSER,
        password=secrets[postgres.SUPERUSER], dbname=owner["NAME"], autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute("VACUUM")
        connection.execute("CHECKPOINT")


def below(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield str(path), path.read_bytes()


def heap(server: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of this database: tables, indexes, long values."""
    name = settings.DATABASES["owner"]["NAME"]
    with as_owner(name) as connection:
        row = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    assert row is not None
    yield from below(server / "base" / str(row[0]))


def around(server: Path) -> Iterator[tuple[str, bytes]]:
    """The write-ahead log, and what both servers and we ourselves wrote beside it."""
    yield from below(server / "pg_wal", Path(settings.VAR_DIR), Path(settings.KEYSTORE_DIR))
    for path in server.parent.parent.glob("*.log"):
        yield str(path), path.read_bytes()


def dump() -> Iterator[tuple[str, bytes]]:
    """What pg_dump takes along, boxes in hexadecimal."""
    owner = settings.DATABASES["owner"]
    program = postgres._programs(Path("/nowhere"), None) / "pg_dump"
    done = subprocess.run(
        [program, "--host", owner["HOST"], "--port", str(owner["PORT"]), "--username",
         owner["USER"], "--no-password", owner["NAME"]],
        env={"PGPASSWORD": owner["PASSWORD"], "PATH": os.defpath},
        capture_output=True, check=True,
    )  # fmt: skip
    assert b"profiles_vaultblock" in done.stdout
    yield "pg_dump", done.stdout


def broker() -> Iterator[tuple[str, bytes]]:
    """Every value in the broker."""
    client = redis.Redis.from_url(settings.BROKER_URL)
    for key in client.scan_iter():
        read = {
            b"string": lambda one: [client.get(one)],
            b"list": lambda one: client.lrange(one, 0, -1),
            b"set": client.smembers,
            b"hash": client.hgetall,
            b"zset": lambda one: client.zrange(one, 0, -1),
        }[client.type(key)]
        yield f"broker {key!r}", key + repr(read(key)).encode()


def everything(server: Path) -> Iterator[tuple[str, bytes]]:
    for source in (heap(server), around(server), dump(), broker()):
        yield from source


def test_after_an_erasure_no_file_holds_the_canary_and_no_key_opens_its_boxes(
    committed: None, ada: UUID, ben: UUID, canary: str, server: Path
) -> None:
    alone(erasing.planted)(ben)
    blocks = erasing.boxes_of(ben)
    assert len(blocks) >= 20
    _, dumped = next(dump())
    assert all(bytes(box).hex().encode() in dumped for box, *_ in blocks)

    assert erasing.erased(ben).state == "complete"
    written_out(server)

    assert erasing.traces(everything(server)) == []
    left = b"".join(content for _, content in heap(server))
    logged = b"".join(content for name, content in around(server) if "pg_wal" in name)
    # Because a row that was deleted stays in its page: that is why the key had to go.
    surviving = [one for one in blocks if bytes(one[0])[13:] in left or bytes(one[0]) in logged]
    assert surviving
    remaining = list(erasing.every_key())
    for box, attribute, month, version in surviving:
        assert not any(
            erasing.opens(key, bytes(box), _bound(ben, attribute, month, version))
            for key in remaining
        )
    with pytest.raises(KeyDestroyed):
        keys.data_key(ben)


def test_a_plain_word_is_found_in_heap_log_and_dump_even_after_delete_and_vacuum(
    committed: None, ben: UUID, canary: str, server: Path
) -> None:
    request = opened(ben, "complaint")
    Request.objects.filter(pk=request.pk).update(prepared_by=canary)
    written_out(server)
    assert erasing.traces(dump()) == ["pg_dump"]
    assert erasing.traces(heap(server))
    Request.objects.filter(pk=request.pk).update(prepared_by="")
    written_out(server)
    assert erasing.traces(dump()) == []
    assert any("pg_wal" in name for name in erasing.traces(around(server)))
    assert redis.Redis.from_url(settings.BROKER_URL).set(canary, "1", ex=60)
    assert erasing.traces(broker())
    redis.Redis.from_url(settings.BROKER_URL).delete(canary)


def _bound(subject: UUID, attribute: str, month: date, version: int) -> bytes:
    place = [subject.bytes, attribute.encode(), month.isoformat().encode(), str(version).encode()]
    return b"|".join(place)
