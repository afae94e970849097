"""A copy of the whole log as files (C2SP tlog-tiles), to be verified where nobody trusts us.

`checkpoint`, `vkey`, `tile/LEVEL/...` and `tile/entries/...`: bundles of 256 events, each event
behind its length in two bytes. An event whose bytes are gone is written with the length 0.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.db import connection, transaction

from audit.errors import LogDamaged
from audit.models import SignedHead
from audit.publishing import FILE_NAME, KEY_FILE_NAME, verifier_key
from audit.queries import latest_checkpoint, tile
from audit.tile_paths import ENTRIES, path_of
from audit.tiles import WIDTH, levels

BUNDLES_AT_ONCE = 16

_BODIES = b"""
SELECT l.index, e.body
FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id AND e.at = l.at
WHERE l.index >= %s AND l.index < %s ORDER BY l.index
"""


def copy_log(folder: Path) -> SignedHead | None:
    """Writes the log of the latest checkpoint into a new or empty folder; None: no event yet.

    The checkpoint comes last: a folder without one is an unfinished copy. Raises LogDamaged
    where a place or tile is missing, OSError where the folder holds something or is not writable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty.")
    head = latest_checkpoint()
    if head is None:
        return None
    for name, content in _files(head.size):
        path = folder / "tile" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / KEY_FILE_NAME).write_text(f"{verifier_key()}\n", encoding="utf-8")
    (folder / FILE_NAME).write_text(head.note, encoding="utf-8")
    return head


def _files(size: int) -> Iterator[tuple[str, bytes]]:
    for level in range(levels(size)):
        for number, width in _parts(size >> (8 * level)):
            name = path_of(level, number, width)
            content = tile(level, number, width)
            if content is None:
                raise LogDamaged(f"Tile {name} of the log is missing or cut short: run verify_log.")
            yield name, content
    yield from _bundles(size)


def _bundles(size: int) -> Iterator[tuple[str, bytes]]:
    step = BUNDLES_AT_ONCE * WIDTH
    for start in range(0, size, step):
        bodies = _bodies(start, min(start + step, size))
        for number, width in _parts(len(bodies)):
            part = bodies[number * WIDTH : number * WIDTH + width]
            content = b"".join(len(body).to_bytes(2, "big") + body for body in part)
            yield path_of(ENTRIES, start // WIDTH + number, width), content


def _parts(count: int) -> Iterator[tuple[int, int]]:
    for number in range(-(-count // WIDTH)):
        yield number, min(WIDTH, count - number * WIDTH)


def _bodies(start: int, end: int) -> list[bytes]:
    with transaction.atomic():
        connection.ensure_connection()
        with connection.wrap_database_errors:
            cursor = psycopg.Cursor(connection.connection)
            # Because a batch must look its rows up, whatever the statistics say.
            for planning in (b"hashjoin", b"mergejoin", b"seqscan"):
                cursor.execute(b"SET LOCAL enable_%b = off" % planning)
            rows = cursor.execute(_BODIES, (start, end), binary=True).fetchall()
    if [index for index, _ in rows] != list(range(start, end)):
        raise LogDamaged("A place of the tree is empty: run verify_log.")
    return [body or b"" for _, body in rows]
