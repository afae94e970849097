"""Publishing a catalogue document: controllers, attributes, recipients, purposes, notices."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from audit import actions as audit
from consent.errors import ConsentRefused
from consent.models import (
    Attribute,
    Controller,
    LegalBasis,
    Notice,
    NoticeText,
    Purpose,
    Recipient,
    RecipientGrant,
)

DEFAULT_DOCUMENT = Path(__file__).resolve().parent.parent / "data" / "catalogue.json"
ROWS = ("look_at", "so_that", "who_sees", "how_long", "if_yes", "if_no")


@dataclass(frozen=True, slots=True)
class Wording:
    """One language of a notice: a title and the six rows (`ROWS`) of the exchange card."""

    language: str
    title: str
    rows: Mapping[str, str]


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
        _load_rows(document)
        for entry in document["purposes"]:
            _load_purpose(entry, by=by, at=at)
        for entry in document["recipients"]:
            _load_recipient(entry)
        audit.append(
            kind="catalogue.loaded",
            at=at,
            facts={"by": by, "purposes": [entry["code"] for entry in document["purposes"]]},
        )


def _load_rows(document: Mapping[str, Any]) -> None:
    for entry in document["controllers"]:
        Controller.objects.update_or_create(code=entry["code"], defaults=_rest(entry))
    for entry in document["attributes"]:
        Attribute.objects.update_or_create(code=entry["code"], defaults=_rest(entry))


def _rest(entry: Mapping[str, Any], *left_out: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in {"code", *left_out}}


def _load_purpose(entry: Mapping[str, Any], *, by: str, at: datetime) -> None:
    fields = _rest(entry, "controller", "bases", "notices")
    purpose, _ = Purpose.objects.update_or_create(
        controller_id=entry["controller"], code=entry["code"], defaults=fields
    )
    for basis in entry["bases"]:
        LegalBasis.objects.update_or_create(
            purpose=purpose,
            jurisdiction=basis["jurisdiction"],
            effective_from=basis["effective_from"],
            defaults={"basis": basis["basis"], "conditions": basis.get("conditions", [])},
        )
    published = set(purpose.notices.values_list("version", flat=True))
    for notice in entry["notices"]:
        if notice["version"] not in published:
            publish_notice(
                purpose=purpose,
                version=notice["version"],
                wordings=[Wording(**wording) for wording in notice["texts"]],
                material=notice.get("material", True),
                valid_days=notice.get("valid_days"),
                by=by,
                at=datetime.fromisoformat(notice["published_at"]),
                recorded_at=at,
            )


def publish_notice(
    *,
    purpose: Purpose,
    version: int,
    wordings: Sequence[Wording],
    material: bool,
    valid_days: int | None,
    by: str,
    at: datetime,
    recorded_at: datetime,
) -> Notice:
    """Publish one version of a notice; the live one before it is superseded at that moment.

    Raises ConsentRefused where a row is missing: words that were not shown bind nobody.
    """
    for wording in wordings:
        _check_rows(wording)
    with transaction.atomic():
        Notice.objects.filter(
            purpose=purpose, published_at__isnull=False, superseded_at__isnull=True
        ).update(superseded_at=at)
        hashes = {wording.language: wording_hash(wording) for wording in wordings}
        notice = Notice.objects.create(
            purpose=purpose,
            version=version,
            material=material,
            valid_days=valid_days,
            content_hash=_joint_hash(hashes),
        )
        NoticeText.objects.bulk_create(
            [
                NoticeText(
                    notice=notice,
                    language=wording.language,
                    title=wording.title,
                    rows=dict(wording.rows),
                    content_hash=hashes[wording.language],
                )
                for wording in wordings
            ]
        )
        notice.published_at = at
        notice.save(update_fields=["published_at"])
        audit.append(
            kind="notice.published",
            at=recorded_at,
            facts={
                "by": by,
                "purpose": purpose.code,
                "version": version,
                "hash": bytes(notice.content_hash).hex(),
            },
        )
    return notice


def wording_hash(wording: Wording) -> bytes:
    """SHA-256 over the canonical JSON of exactly these words."""
    words = {"language": wording.language, "title": wording.title, "rows": dict(wording.rows)}
    text = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def _joint_hash(hashes: Mapping[str, bytes]) -> bytes:
    return hashlib.sha256(b"".join(hashes[language] for language in sorted(hashes))).digest()


def _check_rows(wording: Wording) -> None:
    missing = [row for row in ROWS if not wording.rows.get(row, "").strip()]
    if missing or not wording.title.strip():
        raise ConsentRefused(
            "NOTICE_INCOMPLETE",
            "A notice needs a title and all six rows in every language.",
            fix="Add: " + ", ".join(missing or ["title"]) + ".",
            pointer=f"/texts/{wording.language}",
        )


def _load_recipient(entry: Mapping[str, Any]) -> None:
    recipient, _ = Recipient.objects.update_or_create(
        code=entry["code"], defaults=_rest(entry, "grants")
    )
    for grant in entry.get("grants", []):
        RecipientGrant.objects.update_or_create(
            recipient=recipient,
            purpose=Purpose.objects.get(code=grant["purpose"]),
            defaults={
                "attributes": grant.get("attributes", []),
                "channels": grant.get("channels", []),
            },
        )
