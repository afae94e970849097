"""The catalogue as a frozen picture, loaded once per version and process."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from threading import Lock

from django.conf import settings

from consent.catalogue import (
    AttributeEntry,
    Basis,
    Catalogue,
    Grant,
    PurposeEntry,
    RecipientEntry,
    ancestors,
)
from consent.jurisdiction_data import JURISDICTIONS
from consent.models import (
    Attribute,
    LegalBasis,
    Notice,
    Purpose,
    Recipient,
    RecipientGrant,
)
from consent.queries.states import raw_cursor

READ_VERSION = "SELECT version FROM consent_catalogueversion"
_lock = Lock()
_kept: dict[int, Catalogue] = {}


def current_version() -> int:
    """The number of the catalogue now; it moves with every change, in the same commit."""
    row = raw_cursor().execute(READ_VERSION, prepare=True).fetchone()
    if row is None:
        raise LookupError("The catalogue has no version row; run manage.py migrate.")
    return int(row[0])


def catalogue(version: int | None = None) -> Catalogue:
    """The catalogue at `version` (default: now); one load per version and process."""
    wanted = current_version() if version is None else version
    kept = _kept.get(wanted)
    if kept is not None:
        return kept
    with _lock:
        loaded = _load()
        _kept.clear()
        _kept[loaded.version] = loaded
    return loaded


def forget() -> None:
    """Drop what this process keeps; the next question reads the catalogue anew."""
    _kept.clear()


def last_loaded() -> Catalogue:
    """The catalogue this process used last, without asking the database when there is one.

    For wording an answer that was just decided; decisions name their version.
    """
    return next(iter(_kept.values()), None) or catalogue()


def load() -> Catalogue:
    """The catalogue as this transaction sees it, read anew and kept nowhere."""
    return _load()


def _load() -> Catalogue:
    version = current_version()
    attributes = {
        row.code: AttributeEntry(
            code=row.code,
            data_class=row.data_class,
            is_group=row.is_group,
            provenance=row.provenance,
            ancestors=ancestors(row.code),
        )
        for row in Attribute.objects.all()
    }
    purposes = _purposes()
    return Catalogue(
        version=version,
        attributes=attributes,
        purposes=purposes,
        recipients=_recipients(),
        members=_members(attributes),
        moments=_moments(purposes.values()),
        signal_statutory_only=settings.GPC_STATUTORY_ONLY,
    )


def _moments(purposes: Iterable[PurposeEntry]) -> tuple[datetime, ...]:
    moments = {edition.effective_from for row in JURISDICTIONS.values() for edition in row}
    for purpose in purposes:
        moments.update(
            moment
            for basis in purpose.bases
            for moment in (basis.since, basis.until)
            if moment is not None
        )
        if purpose.retired_at is not None:
            moments.add(purpose.retired_at)
    return tuple(sorted(moments))


def _members(attributes: dict[str, AttributeEntry]) -> dict[str, tuple[str, ...]]:
    members: dict[str, list[str]] = defaultdict(list)
    for entry in attributes.values():
        if not entry.is_group:
            for name in (entry.code, *entry.ancestors):
                members[name].append(entry.code)
    return {name: tuple(sorted(codes)) for name, codes in members.items()}


def _purposes() -> dict[str, PurposeEntry]:
    bases: dict[int, list[Basis]] = defaultdict(list)
    for row in LegalBasis.objects.order_by("-effective_from"):
        bases[row.purpose_id].append(
            Basis(
                jurisdiction=row.jurisdiction,
                basis=row.basis,
                conditions=frozenset(row.conditions),
                since=row.effective_from,
                until=row.effective_until,
            )
        )
    live, covering = _notices()
    return {
        row.code: PurposeEntry(
            code=row.code,
            controller=row.controller_id,
            purpose_class=row.purpose_class,
            attributes=frozenset(row.attributes),
            channels=frozenset(row.channels),
            retired_at=row.retired_at,
            bases=tuple(bases[row.pk]),
            live_notice=live.get(row.pk),
            oldest_covering_notice=covering.get(row.pk),
        )
        for row in Purpose.objects.all()
    }


def _notices() -> tuple[dict[int, int], dict[int, int]]:
    """Per purpose: the live version, and the oldest whose Yes still covers it."""
    live: dict[int, int] = {}
    covering: dict[int, int] = {}
    published = Notice.objects.filter(published_at__isnull=False)
    for row in published.order_by("purpose_id", "version"):
        if row.material or row.purpose_id not in covering:
            covering[row.purpose_id] = row.version
        if row.superseded_at is None:
            live[row.purpose_id] = row.version
    return live, covering


def _recipients() -> dict[str, RecipientEntry]:
    grants: dict[str, dict[str, Grant]] = defaultdict(dict)
    for row in RecipientGrant.objects.select_related("purpose"):
        grants[row.recipient_id][row.purpose.code] = Grant(
            attributes=frozenset(row.attributes), channels=frozenset(row.channels)
        )
    return {
        row.code: RecipientEntry(
            code=row.code,
            role=row.role,
            country=row.country,
            transfer_mechanism=row.transfer_mechanism,
            paused=row.paused_at is not None,
            grants=grants[row.code],
        )
        for row in Recipient.objects.all()
    }
