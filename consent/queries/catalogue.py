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
    ChannelEntry,
    FeatureEntry,
    Grant,
    PurposeEntry,
    RecipientEntry,
    ancestors,
)
from consent.jurisdiction_documents import from_document, merged
from consent.jurisdictions import Jurisdictions
from consent.models import (
    Attribute,
    Channel,
    Feature,
    JurisdictionEdition,
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
    """Load anew the next time: for whoever saw a version that was then rolled back."""
    with _lock:
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
            provider=row.provider,
        )
        for row in Attribute.objects.all()
    }
    purposes, recipients, law = _purposes(), _recipients(), jurisdictions()
    return Catalogue(
        version=version,
        attributes=attributes,
        purposes=purposes,
        recipients=recipients,
        members=_members(attributes),
        moments=_moments(purposes.values(), recipients.values(), law),
        channels=_channels(),
        features=_features(),
        jurisdictions=law,
        signal_statutory_only=settings.GPC_STATUTORY_ONLY,
    )


def _moments(
    purposes: Iterable[PurposeEntry], recipients: Iterable[RecipientEntry], law: Jurisdictions
) -> tuple[datetime, ...]:
    moments = {edition.effective_from for row in law.values() for edition in row}
    contracts = (recipient.contract or () for recipient in recipients)
    moments.update(moment for contract in contracts for moment in contract if moment is not None)
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
        bases[row.purpose_id].append(basis_entry(row))
    live, covering = _notices()
    return {
        row.name: purpose_entry(
            row,
            tuple(bases[row.pk]),
            live_notice=live.get(row.pk),
            oldest_covering_notice=covering.get(row.pk),
        )
        for row in Purpose.objects.all()
    }


def basis_entry(row: LegalBasis) -> Basis:
    """One stored basis as the rules want it."""
    return Basis(
        jurisdiction=row.jurisdiction,
        basis=row.basis,
        conditions=frozenset(row.conditions),
        since=row.effective_from,
        until=row.effective_until,
    )


def purpose_entry(
    row: Purpose,
    bases: tuple[Basis, ...],
    *,
    live_notice: int | None,
    oldest_covering_notice: int | None,
) -> PurposeEntry:
    """One stored purpose as the rules want it; `bases` newest first."""
    return PurposeEntry(
        code=row.code,
        controller=row.controller_id,
        purpose_class=row.purpose_class,
        attributes=frozenset(row.attributes),
        channels=frozenset(row.channels),
        retired_at=row.retired_at,
        bases=bases,
        live_notice=live_notice,
        oldest_covering_notice=oldest_covering_notice,
        main=row.name == row.code,
        source=row.source,
        minimum_people=row.minimum_people,
    )


def jurisdictions() -> Jurisdictions:
    """The law that ships, and what operators loaded beside it."""
    rows = JurisdictionEdition.objects.values_list("code", "effective_from", "profile")
    return merged(
        [
            from_document({"code": code, "effective_from": since.isoformat(), "profile": profile})
            for code, since, profile in rows
        ]
    )


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
        grants[row.recipient_id][row.purpose.name] = Grant(
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
            controller=row.controller_id or "",
            contract=_contract(row),
        )
        for row in Recipient.objects.all()
    }


def _contract(row: Recipient) -> tuple[datetime, datetime | None] | None:
    if not row.contract_reference or row.contract_from is None:
        return None
    return row.contract_from, row.contract_until


def _channels() -> dict[str, ChannelEntry]:
    return {
        row.code: ChannelEntry(
            code=row.code,
            electronic=row.electronic,
            default_level=row.default_level,
            needs_named_yes=row.needs_named_yes,
        )
        for row in Channel.objects.order_by("position", "code")
    }


def _features() -> dict[str, FeatureEntry]:
    return {
        row.code: FeatureEntry(
            code=row.code,
            purpose=row.purpose.name,
            required=tuple(row.required),
            optional=tuple(row.optional),
            channel=row.channel_id,
            minimum_level=row.minimum_level,
            fallback=row.fallback,
        )
        for row in Feature.objects.select_related("purpose").order_by("code")
    }
