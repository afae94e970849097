"""Law that an operator loads: as strict as what ships, unless an officer answers for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from audit import actions as audit
from consent.catalogue_faults import Fault
from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdiction_documents import Loaded, from_document, members_of
from consent.jurisdictions import Edition, profile_for
from consent.models import JurisdictionEdition
from consent.strictness import weaker


def load(
    entries: Sequence[Mapping[str, Any]], *, by: str, at: datetime, accept_weaker: str
) -> list[Fault]:
    """Keep the editions that differ from what ships; faults for those that may not be.

    An edition that was loaded and is in force stays as it is. One that protects less than the
    shipped profile of its day is taken only with `accept_weaker`, an officer's name, on record.
    """
    found: list[Fault] = []
    rows = list(JurisdictionEdition.objects.all())
    held = {(row.code, row.effective_from): row for row in rows}
    for index, entry in enumerate(entries):
        loaded = from_document(entry)
        row = held.get((loaded.code, loaded.edition.effective_from))
        if _stands(loaded, row):
            continue
        pointer = f"/jurisdictions/{index}/profile"
        lost = lost_members(loaded)
        if row is not None and row.effective_from <= at:
            found.append(
                Fault(pointer, "This edition is in force and stays; load one of a later day.")
            )
        elif lost and not accept_weaker:
            found.append(
                Fault(
                    f"{pointer}/{lost[0]}",
                    "This protects people less than the law that ships: " + ", ".join(lost) + ". "
                    "An officer can answer for it by name (--accept-weaker NAME).",
                )
            )
        else:
            _keep(loaded, row, lost, by=by, at=at, accept_weaker=accept_weaker)
    return found


def lost_members(loaded: Loaded) -> tuple[str, ...]:
    """In what an edition protects less than the shipped profile that binds on its first day."""
    shipped = profile_for(JURISDICTIONS, loaded.code, loaded.edition.effective_from)
    return weaker(loaded.edition.profile, shipped)


def _stands(loaded: Loaded, row: JurisdictionEdition | None) -> bool:
    """Whether this is what holds already."""
    if row is not None:
        return bool(row.profile == members_of(loaded.edition.profile))
    shipped: Sequence[Edition] = JURISDICTIONS.get(loaded.code, ())
    return loaded.edition in shipped


def _keep(
    loaded: Loaded,
    row: JurisdictionEdition | None,
    lost: tuple[str, ...],
    *,
    by: str,
    at: datetime,
    accept_weaker: str,
) -> None:
    row = row or JurisdictionEdition(code=loaded.code, effective_from=loaded.edition.effective_from)
    row.profile = members_of(loaded.edition.profile)
    row.accepted_by = accept_weaker if lost else ""
    row.loaded_at = at
    row.save()
    if lost:
        audit.append(
            kind="jurisdiction.weakened",
            at=at,
            facts={
                "by": accept_weaker,
                "loaded_by": by,
                "jurisdiction": loaded.code,
                "from": loaded.edition.effective_from.isoformat(),
                "members": list(lost),
            },
        )
