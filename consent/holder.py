"""Consent as a holder of personal data: shown whole, and after an erasure kept as bare proof."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consent import acts
from consent.actions import asks, frequencies, recording, subjects
from consent.actions.locking import lock_subject
from consent.models import Ask, ConsentEvent, MessageCount, Subject, SubjectReference
from consent.queries import catalogue as catalogues
from consent.queries import join_rows, names, receipts, uses
from consent.retention import proof_kept_until
from keys.holding import Kept, Outcome, Section

Row = dict[str, Any]
OURSELVES = "shop"
# Because the index must still be found, so that no import takes the person for a new one.
SUPPRESSED = "erased"


class ConsentHolder:
    """What the person said, and what we told them: purposes, bases, recipients, retention."""

    name = "consent"
    portable = True

    def export(self, subject_id: UUID, *, permit: Any) -> Iterator[Section]:
        """Consents with the words that were shown; for a copy also what Art. 15(1) asks for."""
        language = permit.language
        yield Section(_("What you allowed and refused"), _said(subject_id, language))
        if permit.right == "portability":
            return
        yield Section(
            _("What your data is used for, on what basis, how long"),
            _purposes(subject_id, language, permit.now()),
        )
        yield Section(_("Who may receive it"), _recipients(language))
        yield Section(_("Who is responsible"), _controllers())
        # Because what holds for a person follows from their joined records too.
        yield Section(_("Records that were joined with yours"), join_rows.rows(subject_id))
        yield Section(_("Questions we put to you"), _questions(subject_id, language))
        yield Section(_("Messages to you that were allowed, by day"), _messages(subject_id))

    def erase(self, subject_id: UUID, *, at: datetime) -> Outcome:
        """Turn the person into a tombstone that nothing can be recorded for; idempotent.

        The shop's own references stay as keyed fingerprints that lead to the tombstone.
        """
        subject = lock_subject(subject_id)
        kept = self.keeps(subject_id, at=at)
        if subject.status == Subject.Status.ERASED:
            return Outcome(self.name, 0, kept)
        act = acts.Act(state="erased", method="erasure", actor="controller")
        recording.record(subject_id=subject_id, act=act, by=OURSELVES, at=at)
        indexes = list(subject.references.values_list("index", flat=True))
        subjects.mark_erased(subject_id=subject_id, at=at)
        asked = asks.forget_person(subject_id=subject_id)
        asked += frequencies.forget_person(subject_id=subject_id)
        SubjectReference.objects.bulk_create(
            SubjectReference(index=index, system=SUPPRESSED, subject_id=subject_id)
            for index in indexes
        )
        # Because age, places and the names of the systems that knew the person went.
        return Outcome(self.name, 1 + len(indexes) + asked, kept)

    def keeps(self, subject_id: UUID, *, at: datetime) -> list[Kept]:
        """What an erasure leaves here, and why."""
        until = proof_kept_until(at)
        kept = [
            Kept(
                _("What you allowed and refused and when, under a number that names nobody"),
                "GDPR Art. 7(1), 5(2), 17(3)(b) and (e)",
                until,
            )
        ]
        if ConsentEvent.objects.filter(subject_id=subject_id, state="objected").exists():
            kept.append(
                Kept(
                    _("That you objected to marketing, so that it stays stopped"),
                    "GDPR Art. 21(3)",
                    None,
                )
            )
        if SubjectReference.objects.filter(subject_id=subject_id).exists():
            kept.append(
                Kept(
                    _("A fingerprint of your customer number, so that no import brings you back"),
                    "GDPR Art. 17(1), 5(2)",
                    None,
                )
            )
        return kept


def _said(subject_id: UUID, language: str) -> Iterator[Row]:
    called = names.names()
    page, more = 1, True
    while more:
        cards, more = receipts.receipts_of(subject_id=subject_id, page=page)
        for card in cards:
            yield _said_row(card, called, language)
        page += 1


def _said_row(card: receipts.ReceiptCard, called: names.Names, language: str) -> Row:
    words = card.words
    return {
        "at": card.at.isoformat(),
        "state": card.state,
        "purpose": called.purpose(card.purpose, language) if card.purpose else "",
        "attributes": [called.attribute(code, language) for code in card.attributes],
        "channels": list(card.channels),
        "recipient": called.recipient(card.recipient) if card.recipient else "",
        "method": card.method,
        "actor": card.actor,
        "expires_at": card.expires_at.isoformat() if card.expires_at else None,
        "words_version": words.version if words else None,
        "words": " ".join([words.title, *(text for _row, text in words.rows)]) if words else "",
        "words_sha256": card.words_hash,
        "receipt": card.number,
        "log_event": str(card.log_event),
    }


def _purposes(subject_id: UUID, language: str, at: datetime) -> Iterator[Row]:
    for use in uses.standing(subject_id=subject_id, language=language, at=at).uses:
        yield {
            "purpose": use.name,
            "in_use": use.active,
            "why": names.reason(use.reason, language),
            "legal_basis": list(use.bases),
            "attributes": [scope.name for scope in use.scopes if scope.parent is None],
            "recipients": list(use.companies),
            "retention_days": use.retention_days,
        }


def _recipients(language: str) -> Iterator[Row]:
    called = names.names()
    for entry in catalogues.catalogue().recipients.values():
        yield {
            "recipient": called.recipient(entry.code),
            "role": entry.role,
            "country": entry.country,
            "transfer_mechanism": entry.transfer_mechanism,
            "purposes": [called.purpose(code, language) for code in sorted(entry.grants)],
        }


def _controllers() -> Iterator[Row]:
    for card in names.controllers():
        yield {"controller": card.name, "country": card.country, "contact": card.contact}


def _questions(subject_id: UUID, language: str) -> Iterator[Row]:
    called = names.names()
    for row in Ask.objects.filter(subject_id=subject_id).order_by("shown_at"):
        yield {
            "at": row.shown_at.isoformat(),
            "purpose": called.purpose(row.purpose, language),
            "where": row.surface,
            "outcome": row.outcome,
        }


def _messages(subject_id: UUID) -> Iterator[Row]:
    for row in MessageCount.objects.filter(subject_id=subject_id).order_by("day", "channel"):
        yield {"day": row.day.isoformat(), "channel": row.channel, "count": row.count}
