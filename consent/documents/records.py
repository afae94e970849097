"""The internal record: every fact of the event under the names that the service uses itself."""

from typing import Any

from consent.documents.facts import EventFacts, NoticeFacts, Party, PurposeFacts, shown
from consent.documents.facts import shown_or_none as moment

FORMAT = "sayso-record@1"


def render(facts: EventFacts) -> dict[str, Any]:
    """The record as JSON."""
    return {
        "format": FORMAT,
        "id": facts.receipt_id,
        "event": facts.log_id,
        "subject": facts.person,
        "state": facts.state,
        "status": facts.status,
        "purposes": [_purpose(purpose) for purpose in facts.purposes],
        "attributes": list(facts.attributes),
        "channels": list(facts.channels),
        "recipient": facts.recipient,
        "consent_types": list(facts.consent_types),
        "notice": _notice(facts.notice) if facts.notice else None,
        "shown_at": moment(facts.shown_at),
        "method": facts.method,
        "actor": facts.actor,
        "evidence": facts.evidence or None,
        "source": facts.source,
        "valid_from": shown(facts.valid_from),
        "expires_at": moment(facts.expires_at),
        "recorded_at": shown(facts.recorded_at),
        "jurisdictions": list(facts.jurisdictions),
        "as_of": shown(facts.as_of),
    }


def _purpose(purpose: PurposeFacts) -> dict[str, Any]:
    return {
        "purpose": purpose.code,
        "name": purpose.name,
        "class": purpose.purpose_class,
        "controller": _party(purpose.controller),
        "bases": dict(purpose.bases),
        "attributes": [category.code for category in purpose.data],
        "recipients": [_party(party) for party in purpose.recipients],
        "retention_days": purpose.retention_days,
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "code": party.code,
        "name": party.name,
        "role": party.role,
        "country": party.country,
        "contact": party.contact,
    }


def _notice(notice: NoticeFacts) -> dict[str, Any]:
    return {
        "notice": notice.name,
        "language": notice.language,
        "title": notice.title,
        "rows": dict(notice.rows),
        "words_hash": notice.words_hash,
        "notice_hash": notice.notice_hash,
        "published_at": moment(notice.published_at),
    }
