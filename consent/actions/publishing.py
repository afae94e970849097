"""Publishing a notice: from then on its words are fixed, and an older version has ended."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit import actions as audit
from consent.errors import ConsentRefused
from consent.models import Notice, NoticeText, Purpose
from consent.notices.wording import ROWS, Wording, joint_hash, wording_hash


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
            content_hash=joint_hash(hashes),
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
                "purpose": purpose.name,
                "version": version,
                "hash": bytes(notice.content_hash).hex(),
            },
        )
    return notice


def _check_rows(wording: Wording) -> None:
    missing = [row for row in ROWS if not wording.rows.get(row, "").strip()]
    if missing or not wording.title.strip():
        raise ConsentRefused(
            "NOTICE_INCOMPLETE",
            "A notice needs a title and all six rows in every language.",
            fix="Add: " + ", ".join(missing or ["title"]) + ".",
            pointer=f"/texts/{wording.language}",
        )
