"""The live catalogue as one document, now and as it was: what `catalogue export` writes.

Members at their default are left out, entries stand in a fixed order: exporting what was
imported gives the same document again.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from consent.catalogue_faults import FORMAT
from consent.jurisdiction_documents import in_documents
from consent.models import (
    Attribute,
    CatalogueSnapshot,
    Channel,
    Controller,
    Feature,
    LegalBasis,
    Notice,
    NoticeText,
    Purpose,
    Recipient,
    RecipientGrant,
)
from consent.notices.prominence import EXCHANGE_CARD
from consent.notices.wording import ROWS
from consent.queries import catalogue as catalogues


def document() -> dict[str, Any]:
    """The catalogue as it is now."""
    return {
        "format": FORMAT,
        "controllers": _controllers(),
        "attributes": _attributes(),
        "channels": _channels(),
        "purposes": _purposes(),
        "recipients": _recipients(),
        "features": _features(),
        "jurisdictions": in_documents(catalogues.jurisdictions()),
    }


def document_at(at: datetime) -> dict[str, Any]:
    """The catalogue as it was imported last before `at`, with the notices published by then.

    Raises LookupError where nothing had been imported yet.
    """
    kept = CatalogueSnapshot.objects.filter(at__lte=at).order_by("-at", "-version").first()
    if kept is None:
        raise LookupError("Nothing had been imported by then.")
    found: dict[str, Any] = kept.document
    published = _notices(at)
    names = dict(Purpose.objects.values_list("name", "pk"))
    main = next(entry["code"] for entry in found["controllers"] if entry.get("is_main"))
    for entry in found["purposes"]:
        code, controller = entry["code"], entry["controller"]
        name = code if controller == main else f"{controller}:{code}"
        entry["notices"] = published.get(names.get(name, 0), [])
    return found


def _without(entry: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    """The members of an entry that are not at their default."""
    nothing = object()
    return {name: value for name, value in entry.items() if defaults.get(name, nothing) != value}


def _controllers() -> list[dict[str, Any]]:
    return [
        _without(
            {
                "code": row.code,
                "name": row.name,
                "country": row.country,
                "contact": row.contact,
                "is_main": row.is_main,
            },
            is_main=False,
        )
        for row in Controller.objects.order_by("-is_main", "code")
    ]


def _attributes() -> list[dict[str, Any]]:
    return [
        _without(
            {
                "code": row.code,
                "label": row.label,
                "dpv": row.dpv,
                "data_class": row.data_class,
                "is_group": row.is_group,
                "provenance": row.provenance,
                "provider": row.provider,
            },
            dpv="",
            data_class="ordinary",
            is_group=False,
            provenance="provided",
            provider="person",
        )
        for row in Attribute.objects.order_by("code")
    ]


def _channels() -> list[dict[str, Any]]:
    return [
        _without(
            {
                "code": row.code,
                "label": row.label,
                "electronic": row.electronic,
                "default_level": row.default_level,
                "needs_named_yes": row.needs_named_yes,
                "position": row.position,
            },
            needs_named_yes=False,
        )
        for row in Channel.objects.order_by("position", "code")
    ]


def _purposes() -> list[dict[str, Any]]:
    bases, notices = _bases(), _notices(None)
    rows = Purpose.objects.order_by("-controller__is_main", "controller", "position", "code")
    return [
        _without(
            {
                "code": row.code,
                "controller": row.controller_id,
                "purpose_class": row.purpose_class,
                "label": row.label,
                "attributes": list(row.attributes),
                "channels": list(row.channels),
                "asked": row.asked,
                "position": row.position,
                "dpv": row.dpv,
                "retention_days": row.retention_days,
                "retired_at": _moment(row.retired_at),
                "source": row.source,
                "minimum_people": row.minimum_people,
                "incentive": row.incentive,
                "bases": bases[row.pk],
                "notices": notices[row.pk],
            },
            channels=[],
            asked=True,
            position=0,
            dpv="",
            retention_days=None,
            retired_at=None,
            source="",
            minimum_people=None,
            incentive=None,
        )
        for row in rows
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _bases() -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in LegalBasis.objects.order_by("jurisdiction", "effective_from"):
        found[row.purpose_id].append(
            _without(
                {
                    "jurisdiction": row.jurisdiction,
                    "basis": row.basis,
                    "conditions": list(row.conditions),
                    "effective_from": row.effective_from.isoformat(),
                    "effective_until": _moment(row.effective_until),
                },
                conditions=[],
                effective_until=None,
            )
        )
    return found


def _notices(until: datetime | None) -> dict[int, list[dict[str, Any]]]:
    """Published notices by purpose; with `until` only those that were published by then."""
    texts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for text in NoticeText.objects.order_by("language"):
        rows: Mapping[str, str] = text.rows
        texts[text.notice_id].append(
            {
                "language": text.language,
                "title": text.title,
                "rows": {name: rows[name] for name in (*ROWS, *rows) if name in rows},
            }
        )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    published = Notice.objects.filter(published_at__isnull=False).order_by("version")
    for notice in published.filter(published_at__lte=until) if until else published:
        found[notice.purpose_id].append(
            _without(
                {
                    "version": notice.version,
                    "published_at": _moment(notice.published_at),
                    "material": notice.material,
                    "valid_days": notice.valid_days,
                    "details": notice.details,
                    "dropped": notice.dropped,
                    "component": notice.component,
                    "texts": texts[notice.pk],
                },
                material=True,
                valid_days=None,
                details={},
                dropped={},
                component=EXCHANGE_CARD,
            )
        )
    return found


def _recipients() -> list[dict[str, Any]]:
    grants: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for grant in RecipientGrant.objects.select_related("purpose").order_by("purpose__name"):
        grants[grant.recipient_id].append(
            _without(
                {
                    "purpose": grant.purpose.name,
                    "attributes": list(grant.attributes),
                    "channels": list(grant.channels),
                },
                attributes=[],
                channels=[],
            )
        )
    return [
        _without(
            {
                "code": row.code,
                "name": row.name,
                "role": row.role,
                "country": row.country,
                "transfer_mechanism": row.transfer_mechanism,
                "contact": row.contact,
                "controller": row.controller_id,
                "contract": _contract(row),
                "grants": grants[row.code],
            },
            transfer_mechanism="",
            contact="",
            controller=None,
            contract=None,
            grants=[],
        )
        for row in Recipient.objects.order_by("code")
    ]


def _contract(row: Recipient) -> dict[str, Any] | None:
    if not row.contract_reference:
        return None
    return _without(
        {
            "reference": row.contract_reference,
            "from": _moment(row.contract_from),
            "until": _moment(row.contract_until),
        },
        until=None,
    )


def _features() -> list[dict[str, Any]]:
    return [
        _without(
            {
                "code": row.code,
                "purpose": row.purpose.name,
                "required": list(row.required),
                "optional": list(row.optional),
                "channel": row.channel_id,
                "minimum_level": row.minimum_level,
                "fallback": row.fallback,
            },
            optional=[],
            channel=None,
        )
        for row in Feature.objects.select_related("purpose").order_by("code")
    ]
