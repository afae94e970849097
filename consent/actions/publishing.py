"""Publishing a notice: from then on its words are fixed, and an older version has ended."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from audit import actions as audit
from consent.models import Notice, NoticeText, Purpose
from consent.notices.materiality import Terms
from consent.notices.wording import Wording, joint_hash, wording_hash
from consent.queries.words import Words

DOCUMENT = "document"


def publish_notice(
    *,
    purpose: Purpose,
    version: int,
    words: Words,
    terms: Terms,
    material: bool,
    valid_days: int | None,
    by: str,
    at: datetime,
    recorded_at: datetime,
) -> Notice:
    """Publish one version of a notice that comes in a document, which proposes it.

    The caller has checked it (`queries.document_notices`) and keeps the catalogue's edition.
    """
    with transaction.atomic():
        notice = Notice.objects.create(
            purpose=purpose,
            version=version,
            material=material,
            valid_days=valid_days,
            details=dict(words.details),
            dropped=dict(words.dropped),
            component=words.component,
            state=Notice.State.APPROVED,
            drafted_by=DOCUMENT,
            proposed_by=DOCUMENT,
            proposed_at=recorded_at,
            approved_by=by,
            approved_at=recorded_at,
            content_hash=b"",
        )
        notice.content_hash = write_words(notice, words.wordings)
        publish(notice=notice, purpose=purpose, terms=terms, by=by, at=at, recorded_at=recorded_at)
    return notice


def write_words(notice: Notice, wordings: Mapping[str, Wording]) -> bytes:
    """Store all wordings of a notice that is not published yet; the hash over them."""
    hashes = {language: wording_hash(wording) for language, wording in wordings.items()}
    notice.texts.exclude(language__in=list(wordings)).delete()
    NoticeText.objects.bulk_create(
        [
            NoticeText(
                notice=notice,
                language=language,
                title=wording.title,
                rows=dict(wording.rows),
                content_hash=hashes[language],
            )
            for language, wording in wordings.items()
        ],
        update_conflicts=True,
        unique_fields=["notice", "language"],
        update_fields=["title", "rows", "content_hash"],
    )
    return joint_hash(hashes, notice.details)


def publish(
    *, notice: Notice, purpose: Purpose, terms: Terms, by: str, at: datetime, recorded_at: datetime
) -> None:
    """An approved notice becomes the live one at `at`; the caller holds the transaction.

    `terms` are what the catalogue lets the purpose do then.
    """
    Notice.objects.filter(
        purpose=purpose, published_at__isnull=False, superseded_at__isnull=True
    ).update(superseded_at=at)
    notice.state = Notice.State.PUBLISHED
    notice.published_at = at
    notice.terms = terms.as_json()
    notice.save()
    audit.append(
        kind="notice.published",
        at=recorded_at,
        facts={
            "by": by,
            "purpose": purpose.name,
            "version": notice.version,
            "hash": bytes(notice.content_hash).hex(),
            "material": notice.material,
        },
    )
