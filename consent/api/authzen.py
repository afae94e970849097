"""The question and the answer of OpenID AuthZEN 1.0, read from and written to JSON.

    {"subject":  {"type": "customer", "id": "ps_..."},
     "action":   {"name": "use", "properties": {"purpose": "...", "channel": "email"}},
     "resource": {"type": "attributes", "id": "purchases",
                  "properties": {"attributes": ["purchases.produce", "age_band"]}},
     "context":  {"time": "2026-11-22T09:14:03Z", "jurisdiction": "EU-DE", "gpc": true}}

Members that are not named here are ignored, as the standard wants.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings

from audit import public_ids
from consent.api.problems import malformed
from consent.decisions import Decision
from consent.questions import Ruling

SUBJECT_TYPES = frozenset({"customer"})
ACTIONS = frozenset({"use", "process"})
RESOURCE_TYPES = frozenset({"attributes", "attribute", "personal_data"})
MOST_ATTRIBUTES = 64
LONGEST_IDENTIFIER = 200
# Because what is asked goes into the log, only what looks like a code may.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,63}")
_NO_CODE = "not-a-code"
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


class Asked(NamedTuple):
    """A well-formed question, before the subject is looked for.

    `understood` is False where a type or an action is none of ours: such a question has an
    answer, and it is No. `channel` None means not limited to one.
    """

    subject: str
    purpose: str
    attributes: tuple[str, ...]
    channel: str | None
    jurisdictions: tuple[str, ...]
    signal: bool
    time: datetime | None
    understood: bool


def read(body: Any) -> Asked:
    """The question in a parsed body; raises Problem (400) with a pointer to what is wrong."""
    if not isinstance(body, dict):
        raise malformed("", "The body is not a JSON object.", fix="Send one question.")
    subject, action, resource = (_object(body, name) for name in _ENTITIES)
    properties = _optional_object(action, "properties", "/action")
    context = _optional_object(body, "context", "")
    understood = (
        _text(subject, "type", "/subject") in SUBJECT_TYPES,
        _text(action, "name", "/action") in ACTIONS,
        _text(resource, "type", "/resource") in RESOURCE_TYPES,
    )
    return Asked(
        subject=_text(subject, "id", "/subject"),
        purpose=_purpose(properties),
        attributes=_attributes(resource),
        channel=_channel(properties),
        jurisdictions=_jurisdictions(context),
        signal=_flag(context, "gpc"),
        time=_time(context),
        understood=all(understood),
    )


TIMES = ("time", "valid_at", "known_at")
_ENTITIES = ("subject", "action", "resource")


def _object(parent: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    if not isinstance(value, dict):
        what = "is missing" if value is None else "is not an object"
        raise malformed(f"/{name}", f"{name} {what}.", fix=f"Send {name} as an object.")
    return value


def _optional_object(parent: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
    value = parent.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise malformed(f"{where}/{name}", f"{name} is not an object.")
    return value


def _text(parent: Mapping[str, Any], name: str, where: str) -> str:
    value = parent.get(name)
    if not isinstance(value, str) or not value:
        what = "is missing" if value is None else "is not a text with at least one character"
        raise malformed(f"{where}/{name}", f"{name} {what}.")
    if len(value) > LONGEST_IDENTIFIER:
        raise malformed(f"{where}/{name}", f"{name} is longer than {LONGEST_IDENTIFIER}.")
    return value


def _purpose(properties: Mapping[str, Any]) -> str:
    purpose = _text(properties, "purpose", "/action/properties")
    return purpose if CODE.fullmatch(purpose) else _NO_CODE


def _attributes(resource: Mapping[str, Any]) -> tuple[str, ...]:
    identifier = _text(resource, "id", "/resource")
    properties = _optional_object(resource, "properties", "/resource")
    named = properties.get("attributes")
    where = "/resource/properties/attributes"
    if named is None:
        return (_code(identifier, "/resource/id"),)
    if not isinstance(named, list) or not named:
        raise malformed(where, "attributes is not a list with at least one code.")
    if len(named) > MOST_ATTRIBUTES:
        raise malformed(where, f"More than {MOST_ATTRIBUTES} attributes are named at once.")
    codes = [_code(value, f"{where}/{index}") for index, value in enumerate(named)]
    return tuple(dict.fromkeys(codes))


def _code(value: Any, pointer: str) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise malformed(pointer, "This is not the code of an attribute.")
    return value


def _channel(properties: Mapping[str, Any]) -> str | None:
    channel = properties.get("channel")
    if channel is None:
        return None
    if not isinstance(channel, str) or not CODE.fullmatch(channel):
        raise malformed("/action/properties/channel", "This is not the code of a channel.")
    return channel


def _jurisdictions(context: Mapping[str, Any]) -> tuple[str, ...]:
    given = context.get("jurisdiction")
    if given is None:
        return ()
    codes = given.split("+") if isinstance(given, str) else given
    if not isinstance(codes, list) or not codes or len(codes) > 16:
        raise malformed("/context/jurisdiction", "jurisdiction is a code or a list of codes.")
    for code in codes:
        if not isinstance(code, str) or not CODE.fullmatch(code):
            raise malformed("/context/jurisdiction", "This is not the code of a jurisdiction.")
    return tuple(dict.fromkeys(codes))


def _flag(context: Mapping[str, Any], name: str) -> bool:
    value = context.get(name)
    if value is not None and not isinstance(value, bool):
        raise malformed(f"/context/{name}", f"{name} is neither true nor false.")
    return value is True


def _time(context: Mapping[str, Any]) -> datetime | None:
    """The earliest time that is asked about.

    Because whoever asks about a past moment, by whatever name, must not be told what holds now.
    """
    times = [_moment(context, name) for name in TIMES if context.get(name) is not None]
    return min(times, default=None)


def _moment(context: Mapping[str, Any], name: str) -> datetime:
    moment = read_time(context[name])
    if moment is None:
        raise malformed(
            f"/context/{name}",
            f"{name} is not an RFC 3339 time with its offset.",
            fix="Send a time such as 2026-11-22T09:14:03Z, or leave it out for now.",
        )
    return moment


def read_time(given: Any) -> datetime | None:
    """An RFC 3339 time in UTC; None for anything else, a time without an offset included."""
    if not isinstance(given, str) or _RFC3339.fullmatch(given) is None:
        return None
    try:
        return datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def show_time(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second where it is a whole one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write(ruling: Ruling) -> dict[str, Any]:
    """The answer: `decision` is true only where all that was asked is permitted."""
    context: dict[str, Any] = {
        "id": public_ids.shown(public_ids.DECISION, ruling.id),
        "reason_code": ruling.reason_code,
        "attributes": {code: _shown(answer) for code, answer in ruling.attributes.items()},
        "notice": ruling.notice,
        "obligations": list(ruling.obligations),
        "as_of": show_time(ruling.as_of),
        "valid_until": show_time(ruling.valid_until) if ruling.valid_until else None,
        "why": why_link(ruling),
        "event": public_ids.shown(public_ids.EVENT, ruling.event) if ruling.event else None,
    }
    detail = next((answer.detail for answer in ruling.attributes.values() if answer.detail), "")
    if detail:
        context["detail"] = detail
    return {"decision": ruling.permitted, "context": context}


def _shown(answer: Decision) -> dict[str, Any]:
    if answer.permit:
        return {"decision": True}
    shown: dict[str, Any] = {"decision": False, "reason_code": answer.reason_code}
    return shown | {"detail": answer.detail} if answer.detail else shown


def why_link(ruling: Ruling) -> str:
    """The page that tells the person why."""
    return f"{settings.BASE_URL}/why/{public_ids.shown(public_ids.DECISION, ruling.id)}"
