"""What officers read is on record: which page, by which filters, never with their values."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from audit import actions as audit
from keys import queries as keys
from keys.errors import KeyDestroyed, KeyUnknown


def record_sign_in(*, by: UUID, at: datetime) -> UUID:
    """An officer came in."""
    return audit.append(kind="officer.signed_in", at=at, facts={"by": str(by)})


def record_sign_out(*, by: UUID, at: datetime) -> UUID:
    """An officer left."""
    return audit.append(kind="officer.signed_out", at=at, facts={"by": str(by)})


def record_read(
    *, page: str, by: UUID, at: datetime, filters: Iterable[str] = (), about: str = ""
) -> UUID:
    """One page was shown; `about` is the id of an entry or a request, never of a person."""
    facts: dict[str, str | list[str]] = {"page": page, "by": str(by)}
    if names := sorted(filters):
        facts["filters"] = names
    if about:
        facts["about"] = about
    return audit.append(kind="console.read", at=at, facts=facts)


def record_export(*, form: str, filters: Iterable[str], size: int, by: UUID, at: datetime) -> UUID:
    """A list of entries left the console as a file, under the checkpoint of `size` leaves."""
    return audit.append(
        kind="console.exported",
        at=at,
        facts={"by": str(by), "form": form, "filters": sorted(filters), "size": size},
    )


def record_person_read(
    *, subject_id: UUID, reason: str, request_ref: str, by: UUID, at: datetime
) -> UUID:
    """An officer read the consents of a person; the entry shows in that person's activity."""
    return audit.append(
        kind="console.person_read",
        at=at,
        tag=_tag(subject_id, at),
        facts={"by": str(by), "reason": reason, "about": request_ref},
    )


def _tag(subject_id: UUID, at: datetime) -> bytes | None:
    """The person's mark; None once the person was erased, when nobody can be marked."""
    try:
        return keys.subject_tag(subject_id, at=at)
    except (KeyDestroyed, KeyUnknown):
        return None
