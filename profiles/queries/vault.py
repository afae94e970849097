"""Reading the vault: only under a permit, only what it covers, never without a record."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from consent.queries.states import raw_cursor
from consent.questions import Ruling
from keys import queries as keys
from profiles.boxes import unclose
from profiles.models.vault import TIMELESS
from profiles.values import Held

READ = "SELECT * FROM profiles_vault_read(%s)"
READ_PAGE = "SELECT * FROM profiles_vault_read_page(%s, %s, %s, %s, %s)"
READ_BULK = "SELECT * FROM profiles_vault_read_bulk(%s, %s::uuid[])"
INVENTORY = "SELECT * FROM profiles_vault_inventory(%s)"
PAGE = 500
# Attribute, month, part: the order in which blocks are read.
Place = tuple[str, date, int]
START: Place = ("", date.min, -1)


class NoPermit(Exception):
    """The vault was asked without a permit; the ruling says why there is none."""

    def __init__(self, ruling: Ruling) -> None:
        super().__init__(f"No permit: {ruling.reason_code}.")
        self.ruling = ruling


class _Block(NamedTuple):
    attribute: str
    month: date
    part: int
    version: int
    box: bytes
    source: str
    recorded_at: datetime


class PersonBlock(NamedTuple):
    """One decrypted block of one of many people, read under a bulk permit."""

    subject_id: UUID
    epoch: int
    attribute: str
    month: date
    value: Any


def read(*, subject_id: UUID, ruling: Ruling) -> list[Held]:
    """Decrypt all that the ruling's permit covers, one database round trip.

    A permit that has expired, or whose person has changed their mind since, yields nothing.
    Raises NoPermit, keys.errors.KeyDestroyed.
    """
    permit = _permit_of(ruling)
    rows = raw_cursor().execute(READ, (permit,), prepare=True).fetchall()
    return [_open(subject_id, _Block(*row)) for row in rows]


def values(*, subject_id: UUID, ruling: Ruling) -> dict[str, Any]:
    """The single values (not the monthly records) that a permit covers, by attribute."""
    held = read(subject_id=subject_id, ruling=ruling)
    return {block.attribute: block.value for block in held if block.month == TIMELESS}


def stream(*, subject_id: UUID, ruling: Ruling) -> Iterator[Held]:
    """The same as `read`, page by page: constant memory whatever a person has."""
    after = START
    while True:
        found = page(subject_id=subject_id, ruling=ruling, after=after)
        yield from (held for _place, held in found)
        if len(found) < PAGE:
            return
        after = found[-1][0]


def page(*, subject_id: UUID, ruling: Ruling, after: Place) -> list[tuple[Place, Held]]:
    """Up to PAGE blocks after a place, each with its own place, under the ruling's permit.

    A short page means the end, or that the permit has gone stale: the caller looks.
    """
    permit = _permit_of(ruling)
    rows = raw_cursor().execute(READ_PAGE, (permit, *after, PAGE), prepare=True).fetchall()
    blocks = [_Block(*row) for row in rows]
    return [
        ((block.attribute, block.month, block.part), _open(subject_id, block)) for block in blocks
    ]


def read_many(*, permit: UUID, subject_ids: Sequence[UUID]) -> Iterator[PersonBlock]:
    """Decrypt what a bulk permit covers of some people (at most a few hundred per call)."""
    rows = raw_cursor().execute(READ_BULK, (permit, list(subject_ids)), prepare=True)
    for subject_id, epoch, attribute, month, _part, version, box in rows:
        value = unclose(
            keys.data_key(subject_id),
            bytes(box),
            subject_id=subject_id,
            attribute=attribute,
            month=month,
            version=version,
        )
        yield PersonBlock(subject_id, epoch, attribute, month, value)


def inventory(subject_id: UUID) -> dict[str, int]:
    """How many blocks are held per attribute, without opening any."""
    return dict(raw_cursor().execute(INVENTORY, (subject_id,)).fetchall())


def _permit_of(ruling: Ruling) -> UUID:
    if ruling.permit is None:
        raise NoPermit(ruling)
    return ruling.permit


def _open(subject_id: UUID, block: _Block) -> Held:
    value = unclose(
        keys.data_key(subject_id),
        bytes(block.box),
        subject_id=subject_id,
        attribute=block.attribute,
        month=block.month,
        version=block.version,
    )
    return Held(block.attribute, block.month, value, block.source, block.recorded_at)
