"""Writing the vault: encrypted before it reaches the database, refused if no purpose covers it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from consent.errors import ConsentRefused
from consent.queries import catalogue as catalogues
from consent.queries.states import raw_cursor
from keys import queries as keys
from profiles.boxes import SCHEMA_VERSION, close
from profiles.models.vault import TIMELESS

PUT = "SELECT profiles_vault_put(%s, %s, %s, %s, %s, %s, %s, %s)"
ERASE = "SELECT profiles_vault_erase(%s)"


@dataclass(frozen=True, slots=True)
class Block:
    """One value (month TIMELESS) or one month of records, of one attribute of one person."""

    subject_id: UUID
    attribute: str
    value: Any
    month: date = TIMELESS


def write(
    *, subject_id: UUID, values: Mapping[str, Any], source: str, by: str, at: datetime
) -> None:
    """Store single values of one person and put on record which attributes were written.

    Raises ConsentRefused for an attribute that no purpose covers, and for an erased person.
    """
    _check_covered(values)
    with transaction.atomic():
        put(
            blocks=[Block(subject_id, attribute, value) for attribute, value in values.items()],
            source=source,
            at=at,
        )
        audit.append(
            kind="attributes.written",
            at=at,
            tag=keys.subject_tag(subject_id, at=at),
            facts={"attributes": sorted(values), "source": source, "by": by},
        )


def put(*, blocks: Sequence[Block], source: str, at: datetime, add_part: bool = False) -> None:
    """Encrypt and store blocks in one call; `add_part` adds to a month instead of replacing.

    The bulk way in: the caller puts on record what was written.
    """
    boxes = [
        close(
            keys.data_key(block.subject_id),
            block.value,
            subject_id=block.subject_id,
            attribute=block.attribute,
            month=block.month,
        )
        for block in blocks
    ]
    raw_cursor().execute(
        PUT,
        (
            [block.subject_id for block in blocks],
            [block.attribute for block in blocks],
            [block.month for block in blocks],
            [SCHEMA_VERSION] * len(blocks),
            boxes,
            source,
            at,
            add_part,
        ),
    )


def erase(*, subject_id: UUID) -> int:
    """Delete all blocks of one person; the number of blocks that went."""
    row = raw_cursor().execute(ERASE, (subject_id,)).fetchone()
    return int(row[0]) if row else 0


def _check_covered(attributes: Iterable[str]) -> None:
    catalogue = catalogues.catalogue()
    covered = {
        leaf
        for purpose in catalogue.purposes.values()
        for code in purpose.attributes
        for leaf in catalogue.leaves(code)
    }
    for attribute in attributes:
        if attribute not in covered:
            raise ConsentRefused(
                "CATEGORY_NOT_COVERED",
                "An attribute is covered by no purpose, so it may not be stored.",
                fix="Send only attributes that a purpose of the catalogue declares.",
                pointer="/attributes",
            )
