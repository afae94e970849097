"""Lines of an import: one consent event each, as JSON, read strictly and refused one by one.

    {"subject": "ps_...", "state": "given", "purpose": "recommendations",
     "notice": "recommendations@2", "language": "en", "valid_from": "2025-03-01T09:00:00Z"}

The members of POST /v1/consent-events, with `valid_from` (when it was said), `expires_at`, and
`id`, the sender's own name of the event.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from audit import public_ids
from consent.actions.importing import PastAct
from consent.acts import Act
from consent.api import imported_yes, strict_json
from consent.api.authzen import CODE, LONGEST_IDENTIFIER, MOST_ATTRIBUTES, read_time
from consent.api.serializers import ACTORS, EVIDENCE, NOTICE, STATES
from consent.api.subjects import OLDEST
from consent.errors import ConsentRefused
from keys import queries as keys

LONGEST_LINE = 65_536
MOST_CHANNELS = 16
IMPORTABLE = (*STATES, "renewed", "unknown")
_NOTICE, _EVIDENCE = re.compile(NOTICE), re.compile(EVIDENCE)
_OWN_ID = re.compile(r"[\x21-\x7e]{1,128}")
# Stands for a line that nobody read to its end.
TOO_LONG = b"\x00"


# The members that many lines have in common: all but who, when and the line's own name.
SHARED = ("state", "purpose", "attributes", "channels", "recipient", "consent_types", "notice",
          "language", "method", "actor", "evidence")  # fmt: skip
MOST_KEPT = 4096


class Said(NamedTuple):
    """What many lines say alike, and the text by which it is known again (`event_ids`)."""

    act: Act
    before_shown_at: str
    after_shown_at: str


class Sent(NamedTuple):
    """One well-formed line, before anybody looks for its subject.

    `jurisdictions` and `birth_date` count for a person who is new.
    """

    subject: str
    past: PastAct
    said: Said
    jurisdictions: tuple[str, ...]
    birth_date: date | None
    own_id: str


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream in constant memory; TOO_LONG for one beyond LONGEST_LINE."""
    rest, skipping = b"", False
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield TOO_LONG if skipping or len(line) > LONGEST_LINE else line
            skipping = False
        if len(rest) > LONGEST_LINE:
            rest, skipping = b"", True
    if rest or skipping:
        yield TOO_LONG if skipping else rest


def read(line: bytes, *, today: date) -> Sent:
    """The event in a line; raises ConsentRefused with a pointer to what is wrong."""
    data = _object(line)
    imported_yes.check(data, _code(data, "state") or "unknown")
    said = _said(data)
    shown_at = _time(data, "shown_at")
    valid_from = _time(data, "valid_from")
    if valid_from is None:
        raise _wrong("valid_from", "is missing", "Send the time at which it was said, in UTC.")
    act = said.act if shown_at is None else replace(said.act, shown_at=shown_at)
    return Sent(
        subject=_subject(data),
        past=PastAct(act, valid_from, expires_at=_time(data, "expires_at")),
        said=said,
        jurisdictions=_places(data),
        birth_date=_birth_date(data, today),
        own_id=_matching(data, "id", _OWN_ID) or "",
    )


_kept: dict[str, Said] = {}


def _said(data: dict[str, Any]) -> Said:
    """What a line says, read once for all lines that say it alike."""
    # Because the text of a value tells its type too: true is not 1.
    key = repr([data.get(name) for name in SHARED])
    said = _kept.get(key)
    if said is None:
        said = _read_said(data)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = said
    return said


def _read_said(data: dict[str, Any]) -> Said:
    purpose = _code(data, "purpose")
    state = _code(data, "state") or "unknown"
    if state not in IMPORTABLE:
        raise ConsentRefused(
            "STATE_UNKNOWN",
            "This state is not one that can be imported.",
            fix="Send one of: " + ", ".join(IMPORTABLE) + ".",
            pointer="/state",
        )
    act = Act(
        state=state,
        purpose=purpose,
        attributes=_codes(data, "attributes", MOST_ATTRIBUTES),
        channels=_codes(data, "channels", MOST_CHANNELS),
        recipient=_code(data, "recipient"),
        consent_types=_codes(data, "consent_types", 4),
        notice=_notice(data, purpose),
        language=_code(data, "language") or "",
        method=_code(data, "method") or "import",
        actor=_actor(data),
        evidence=_matching(data, "evidence", _EVIDENCE) or "",
    )
    return said_of(act)


def said_of(act: Act) -> Said:
    """What lines of this act say alike, whenever its words were shown."""
    before = (
        act.state, act.purpose, *act.attributes, "", *act.channels, "", act.recipient,
        *act.consent_types, act.notice, act.language,
    )  # fmt: skip
    after = (act.method, act.actor, act.evidence)
    return Said(act, "\x1f".join(map(str, before)), "\x1f".join(after))


def event_ids(lines: Sequence[tuple[Sent, UUID]], *, sender: str) -> list[UUID]:
    """The id that the same line about a person always gets, for each of many.

    By the sender's own `id`, else by all that the line says: a line that is sent again, in
    whatever file, is the same event.
    """
    texts = (f"{sender}\n{subject_id.hex}\n{_content(sent)}" for sent, subject_id in lines)
    return [_uuid8(digest) for digest in keys.blind_indexes("imported-event", texts)]


def exported_id(sent: Sent) -> UUID | None:
    """The event that a line names as its own, if it was exported from here."""
    return public_ids.parsed(public_ids.CONSENT_EVENT, sent.own_id) if sent.own_id else None


def _uuid8(digest: bytes) -> UUID:
    """122 bits of a digest as a UUID version 8 (RFC 9562, section 5.8)."""
    number = int.from_bytes(digest[:16], "big")
    return UUID(int=number & ~(0xF << 76 | 0b11 << 62) | 0x8 << 76 | 0b10 << 62)


def _content(sent: Sent) -> str:
    if sent.own_id:
        return f"id {sent.own_id}"
    said, past = sent.said, sent.past
    return (
        f"{said.before_shown_at}\x1f{past.act.shown_at}\x1f{said.after_shown_at}"
        f"\x1f{past.valid_from}\x1f{past.expires_at}"
    )


def _object(line: bytes) -> dict[str, Any]:
    if line == TOO_LONG:
        raise _malformed(f"The line is longer than {LONGEST_LINE} bytes.")
    try:
        data = strict_json.loads(line)
    except strict_json.NotStrictJson as error:
        raise _malformed(str(error).replace("The body", "The line")) from None
    if not isinstance(data, dict):
        raise _malformed("The line is not a JSON object.")
    return data


def _malformed(detail: str) -> ConsentRefused:
    return ConsentRefused("INVALID_REQUEST", detail, fix="Send one JSON object in each line.")


def _wrong(name: str, detail: str, fix: str = "") -> ConsentRefused:
    return ConsentRefused(
        "INVALID_REQUEST",
        f"{name} {detail}.",
        fix=fix or "Correct the member that pointer names.",
        pointer=f"/{name}",
    )


def _subject(data: dict[str, Any]) -> str:
    subject = data.get("subject")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_IDENTIFIER:
        raise _wrong("subject", "is missing or no id", "Send ps_..., or your own ref:SYSTEM:ID.")
    return subject


def _code(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise _wrong(name, "is not a code")
    return value


def _codes(data: dict[str, Any], name: str, most: int) -> tuple[str, ...]:
    values = data.get(name)
    if not values:
        return ()
    if not isinstance(values, list) or len(values) > most:
        raise _wrong(name, f"is not a list of at most {most} codes")
    if not all(isinstance(value, str) and CODE.fullmatch(value) for value in values):
        raise _wrong(name, "holds something that is not a code")
    return tuple(values)


def _matching(data: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _wrong(name, "is not of the form that it must have")
    return value


def _notice(data: dict[str, Any], purpose: str | None) -> int | None:
    """The version; a notice of another purpose is version 0, which was never published."""
    named = _matching(data, "notice", _NOTICE)
    if named is None:
        return None
    about, _, version = named.rpartition("@")
    return int(version) if about == purpose else 0


def _actor(data: dict[str, Any]) -> str:
    actor = data.get("actor", "person")
    if actor not in ACTORS:
        raise _wrong("actor", "is not one that can be recorded", "Send " + ", ".join(ACTORS) + ".")
    return str(actor)


def _time(data: dict[str, Any], name: str) -> datetime | None:
    value = data.get(name)
    if value is None:
        return None
    moment = read_time(value)
    if moment is None:
        raise _wrong(name, "is not an RFC 3339 time with its offset")
    return moment


def _places(data: dict[str, Any]) -> tuple[str, ...]:
    given = data.get("jurisdiction")
    if given is None:
        return ()
    codes = given.split("+") if isinstance(given, str) else [""]
    if not all(CODE.fullmatch(code) for code in codes):
        raise _wrong("jurisdiction", "is not a code, or several joined by +")
    return tuple(dict.fromkeys(codes))


def _birth_date(data: dict[str, Any], today: date) -> date | None:
    given = data.get("birth_date")
    if given is None:
        return None
    try:
        born = date.fromisoformat(given)
    except (TypeError, ValueError):
        raise _wrong("birth_date", "is not a date such as 1985-05-05") from None
    if born > today or today.year - born.year > OLDEST:
        raise _wrong("birth_date", "is one that nobody alive was born on")
    return born
