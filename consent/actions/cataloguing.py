"""Publishing a catalogue document: controllers, attributes, recipients, purposes, notices."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from audit import actions as audit
from consent.actions import editions
from consent.actions.publishing import publish_notice
from consent.models import (
    Attribute,
    Controller,
    LegalBasis,
    Notice,
    Purpose,
    Recipient,
    RecipientGrant,
)
from consent.notices.wording import Wording

DEFAULT_DOCUMENT = Path(__file__).resolve().parent.parent / "data" / "catalogue.json"


def default_document() -> dict[str, Any]:
    """The catalogue that ships with the service."""
    document: dict[str, Any] = json.loads(DEFAULT_DOCUMENT.read_text(encoding="utf-8"))
    return document


def load(*, document: Mapping[str, Any], by: str, at: datetime) -> None:
    """Bring the catalogue to what `document` says, in one commit; loading twice changes nothing.

    Purposes that the document does not name stay. Notices are only ever added.
    Raises ConsentRefused for a notice that lacks one of its six rows.
    """
    with transaction.atomic():
        _upsert(Controller, document["controllers"], unique=["code"])
        _upsert(Attribute, document["attributes"], unique=["code"])
        purposes = _load_purposes(document["purposes"])
        _load_bases(document["purposes"], purposes)
        _load_notices(document["purposes"], purposes, by=by, at=at)
        _load_recipients(document["recipients"], purposes)
        editions.keep(at=at)
        audit.append(kind="catalogue.loaded", at=at, facts={"by": by, "purposes": sorted(purposes)})


def _upsert(
    model: type[Model], entries: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> None:
    """Insert rows, or bring the ones that are there to the document, in one statement."""
    if not entries:
        return
    names = {name for entry in entries for name in entry}
    model._default_manager.bulk_create(
        [model(**entry) for entry in entries],
        update_conflicts=True,
        unique_fields=list(unique),
        update_fields=sorted(names - set(unique)),
    )


def _load_purposes(entries: Sequence[Mapping[str, Any]]) -> dict[str, Purpose]:
    rows = [
        {"controller_id": entry["controller"]} | _without(entry, "controller", "bases", "notices")
        for entry in entries
    ]
    names = {name for row in rows for name in row} - {"controller_id", "code"}
    Purpose.objects.bulk_create(
        [Purpose(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["controller", "code"],
        update_fields=sorted(names),
    )
    return {purpose.code: purpose for purpose in Purpose.objects.all()}


def _without(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in names}


def _load_bases(entries: Sequence[Mapping[str, Any]], purposes: Mapping[str, Purpose]) -> None:
    LegalBasis.objects.bulk_create(
        [
            LegalBasis(purpose=purposes[entry["code"]], **basis)
            for entry in entries
            for basis in entry["bases"]
        ],
        update_conflicts=True,
        unique_fields=["purpose", "jurisdiction", "effective_from"],
        update_fields=["basis", "conditions"],
    )


def _load_notices(
    entries: Sequence[Mapping[str, Any]],
    purposes: Mapping[str, Purpose],
    *,
    by: str,
    at: datetime,
) -> None:
    published = set(Notice.objects.values_list("purpose__code", "version"))
    for entry in entries:
        for notice in entry["notices"]:
            if (entry["code"], notice["version"]) not in published:
                publish_notice(
                    purpose=purposes[entry["code"]],
                    version=notice["version"],
                    wordings=[Wording(**wording) for wording in notice["texts"]],
                    material=notice.get("material", True),
                    valid_days=notice.get("valid_days"),
                    by=by,
                    at=datetime.fromisoformat(notice["published_at"]),
                    recorded_at=at,
                )


def _load_recipients(entries: Sequence[Mapping[str, Any]], purposes: Mapping[str, Purpose]) -> None:
    _upsert(Recipient, [_without(entry, "grants") for entry in entries], unique=["code"])
    RecipientGrant.objects.bulk_create(
        [
            RecipientGrant(
                recipient_id=entry["code"],
                purpose=purposes[grant["purpose"]],
                attributes=grant.get("attributes", []),
                channels=grant.get("channels", []),
            )
            for entry in entries
            for grant in entry.get("grants", [])
        ],
        update_conflicts=True,
        unique_fields=["recipient", "purpose"],
        update_fields=["attributes", "channels"],
    )
