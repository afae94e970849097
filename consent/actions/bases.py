"""The legal basis of a purpose: ended and followed by another, never changed behind its back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from consent.catalogue import Basis, PurposeEntry, basis_for
from consent.catalogue_faults import Fault
from consent.models import NOES, ConsentEvent, LegalBasis, Purpose
from consent.queries.catalogue import basis_entry, purpose_entry
from consent.vocabulary import CONSENT_BASES

_MOMENT = timedelta(microseconds=1)


class _Named(NamedTuple):
    """One basis of the document, where it stands there, and the row that is it, if there is."""

    place: str
    purpose: Purpose
    row: LegalBasis
    held: LegalBasis | None


def load(
    named: Mapping[str, Mapping[str, Any]],
    purposes: Mapping[str, Purpose],
    places: Mapping[str, str],
    *,
    at: datetime,
) -> list[Fault]:
    """Add and end bases as the document says; faults instead where it rewrites what has been.

    A basis in force keeps its name and conditions and can only be ended, today or later. A new
    one begins today or later where the purpose is not new. It does not take the place of
    consent once somebody has said No: who was asked is not overruled (GDPR Art. 5(1)(a), 7(3)).
    """
    held: dict[int, list[LegalBasis]] = {}
    for row in LegalBasis.objects.order_by("-effective_from"):
        held.setdefault(row.purpose_id, []).append(row)
    wanted = [
        _named(basis, f"{places[name]}/bases/{index}", purposes[name], held)
        for name, entry in named.items()
        for index, basis in enumerate(entry["bases"])
    ]
    new = [one for one in wanted if one.held is None]
    ended = [one for one in wanted if one.held and _end(one) != one.held.effective_until]
    found = [fault for one in wanted if one.held for fault in _rewritten(one, one.held, at)]
    found += [fault for one in new for fault in _intruding(one, held, at)]
    found += _overruling(new, held)
    if not found:
        _write(new, ended)
    return found


def _named(
    basis: Mapping[str, Any], place: str, purpose: Purpose, held: Mapping[int, list[LegalBasis]]
) -> _Named:
    until = basis.get("effective_until")
    row = LegalBasis(
        purpose=purpose,
        jurisdiction=basis["jurisdiction"],
        basis=basis["basis"],
        conditions=list(basis.get("conditions", ())),
        effective_from=datetime.fromisoformat(basis["effective_from"]),
        effective_until=datetime.fromisoformat(until) if until else None,
    )
    same = (
        one
        for one in held.get(purpose.pk, ())
        if (one.jurisdiction, one.effective_from) == (row.jurisdiction, row.effective_from)
    )
    return _Named(place, purpose, row, next(same, None))


def _end(one: _Named) -> datetime | None:
    return one.row.effective_until


def _rewritten(one: _Named, held: LegalBasis, at: datetime) -> list[Fault]:
    found = []
    if (one.row.basis, sorted(one.row.conditions)) != (held.basis, sorted(held.conditions)):
        found.append(
            Fault(
                f"{one.place}/basis",
                "A basis does not change: give it an effective_until and add the one that follows.",
            )
        )
    ends = {moment for moment in (_end(one), held.effective_until) if moment is not None}
    if _end(one) != held.effective_until and any(moment < at for moment in ends):
        found.append(
            Fault(f"{one.place}/effective_until", "A basis is ended from now on, not backwards.")
        )
    return found


def _intruding(one: _Named, held: Mapping[int, list[LegalBasis]], at: datetime) -> list[Fault]:
    if held.get(one.purpose.pk) and one.row.effective_from < at:
        return [
            Fault(
                f"{one.place}/effective_from",
                "A further basis of a purpose in use begins now or later, not backwards.",
            )
        ]
    return []


def _overruling(new: list[_Named], held: Mapping[int, list[LegalBasis]]) -> list[Fault]:
    swaps = [one for one in new if _replaces_consent(one, held.get(one.purpose.pk, []))]
    if not swaps:
        return []
    refused = set(
        ConsentEvent.objects.filter(
            purpose__in={one.purpose.pk for one in swaps}, state__in=NOES
        ).values_list("purpose_id", flat=True)
    )
    return [
        Fault(
            f"{one.place}/basis",
            "People have said No to this purpose, so it stays on consent; a purpose of its own "
            "may rest on another basis.",
        )
        for one in swaps
        if one.purpose.pk in refused
    ]


def _replaces_consent(one: _Named, held: list[LegalBasis]) -> bool:
    if not held or one.row.basis in (*CONSENT_BASES, "none"):
        return False
    before = _entry(one.purpose, held)
    found = basis_for(before, one.row.jurisdiction, one.row.effective_from - _MOMENT)
    return found is not None and found.basis in CONSENT_BASES


def _entry(purpose: Purpose, held: list[LegalBasis]) -> PurposeEntry:
    bases: tuple[Basis, ...] = tuple(basis_entry(row) for row in held)
    return purpose_entry(purpose, bases, live_notice=None, oldest_covering_notice=None)


def _write(new: list[_Named], ended: list[_Named]) -> None:
    for one in ended:
        if one.held is not None:
            one.held.effective_until = _end(one)
    LegalBasis.objects.bulk_update(
        [one.held for one in ended if one.held is not None], ["effective_until"]
    )
    LegalBasis.objects.bulk_create([one.row for one in new])
