"""Whom a partner means: pairwise ids for everyone, own references for first parties."""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from consent.actions.subjects import Newcomer, register
from consent.api.problems import malformed
from consent.api.tokens import Caller
from consent.errors import SubjectUnknown
from consent.jurisdictions import UNKNOWN
from consent.models import Subject
from consent.queries.identifiers import (
    PAIRWISE_PREFIX,
    REFERENCE_PREFIX,
    find_subject,
    pairwise_id,
)
from consent.queries.states import read_state
from keys import queries as keys
from keys.errors import KeyDestroyed, KeyUnknown

OLDEST = 130
REFERENCE = re.compile(r"ref:([a-z][a-z0-9-]{0,39}):([\x21-\x7e]{1,128})")


def known(caller: Caller, identifier: str) -> UUID:
    """The subject behind an identifier; raises SubjectUnknown for nobody we know."""
    subject_id = find_subject(
        recipient=caller.recipient, first_party=caller.first_party, identifier=identifier
    )
    if subject_id is None or read_state(subject_id).epoch is None:
        raise SubjectUnknown
    return subject_id


def seen(caller: Caller, identifier: str) -> UUID | None:
    """The subject; for a third party None where there is nobody, as it must not learn that.

    Raises SubjectUnknown towards first parties.
    """
    try:
        return known(caller, identifier)
    except SubjectUnknown:
        if caller.first_party:
            raise
        return None


def known_or_new(
    caller: Caller,
    identifier: str,
    *,
    jurisdictions: tuple[str, ...],
    birth_date: date | None,
    at: datetime,
    status: str = Subject.Status.KNOWN,
) -> UUID:
    """The same, and a first party's new reference makes a new person.

    `jurisdictions` and `birth_date` count for a new person only: where someone lives and how
    old they are is not changed in passing; `status` is pseudonymous for a device.
    """
    match = REFERENCE.fullmatch(identifier)
    if not caller.first_party or not identifier.startswith(REFERENCE_PREFIX):
        return known(caller, identifier)
    if match is None:
        raise malformed(
            "/subject",
            "A reference has the form ref:SYSTEM:ID.",
            fix="SYSTEM is a lower-case word, ID up to 128 printable characters without spaces.",
        )
    found = find_subject(recipient=caller.recipient, first_party=True, identifier=identifier)
    if found is not None:
        return found
    newcomer = Newcomer(
        jurisdictions=jurisdictions or (UNKNOWN,),
        birth_date=birth_date,
        status=status,
        references=((match[1], match[2]),),
    )
    try:
        with transaction.atomic():
            return register(newcomer=newcomer, by=caller.recipient, at=at).pk
    except IntegrityError:
        # Because another request has made the same person in this moment.
        return known(caller, identifier)


def jurisdictions_of(data: dict[str, Any]) -> tuple[str, ...]:
    """The optional member `jurisdiction`: one profile, or several joined by `+`."""
    given: str | None = data.get("jurisdiction")
    return tuple(dict.fromkeys(given.split("+"))) if given else ()


def shown(caller: Caller, subject_id: UUID) -> str:
    """The id this caller knows the person by."""
    return pairwise_id(recipient=caller.recipient, subject_id=subject_id)


def name_for(caller: Caller, subject_id: UUID | None, identifier: str) -> str | None:
    """What to call the person in an answer: the caller's pairwise id, or what looks like one.

    The same for somebody and nobody; anything else that was sent is not repeated.
    """
    if subject_id is not None:
        return shown(caller, subject_id)
    return identifier if identifier.startswith(PAIRWISE_PREFIX) else None


def tag_of(subject_id: UUID | None, *, at: datetime) -> bytes | None:
    """The person's mark in the log, None for nobody we know and after an erasure."""
    if subject_id is None:
        return None
    try:
        return keys.subject_tag(subject_id, at=at)
    except (KeyUnknown, KeyDestroyed):
        return None
