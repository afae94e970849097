"""Putting on record who really received what (GDPR Art. 15(1)(c), 19), before it leaves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from consent.questions import Ruling
from keys import queries as keys
from profiles.models import Disclosure


def disclose(
    *,
    subject_id: UUID,
    recipient: str,
    purpose: str,
    attributes: Sequence[str],
    ruling: Ruling,
    at: datetime,
) -> UUID:
    """One disclosure under the ruling's permit and its use in the log; the log entry's id.

    The caller hands the values out only after this has committed.
    """
    permit = ruling.permit
    if permit is None:
        raise ValueError("Nothing is disclosed without a permit.")
    with transaction.atomic():
        entry = audit.append(
            kind="use",
            at=at,
            tag=keys.subject_tag(subject_id, at=at),
            facts={
                "decision": str(ruling.id),
                "permit": str(permit),
                "purpose": purpose,
                "recipient": recipient,
                "attributes": sorted(attributes),
            },
        )
        Disclosure.objects.create(
            subject_id=subject_id,
            recipient_id=recipient,
            purpose=purpose,
            attributes=sorted(attributes),
            at=at,
            permit=permit,
            log_event=entry,
        )
    return entry
