"""From what is stored to what the rules ask: builds the cases of one question.

Each doubt becomes a flag or a state that denies; nothing is filled in from a default that
would permit.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from consent import levels
from consent.catalogue import (
    AttributeEntry,
    Basis,
    Catalogue,
    ChannelEntry,
    PurposeEntry,
    RecipientEntry,
    basis_for,
    in_scope,
)
from consent.decisions import Case, Decision, Policy, decide
from consent.folding import EVERYWHERE
from consent.questions import Question
from consent.transfers import needs_mechanism
from consent.vocabulary import GIVEN

# Conditions that forbid or demand; where jurisdictions differ, one of them is enough.
STRICT_CONDITIONS = frozenset(
    {"electronic", "online_platform", "child_directed", "inferred", "retention_elapsed"}
)
TIME_TOLERANCE = timedelta(seconds=60)
_NOTHING: frozenset[str] = frozenset()
# Because the shape only says that two years went by, any instant before them will do.
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_UNKNOWN_CHANNEL = frozenset({"malformed"})
# Because a channel that is off is outside of every purpose, on whatever basis it rests.
_UNNAMED_CHANNEL = frozenset({"category_not_in_purpose"})
_NO_RECORD: dict[str, Any] = {"status": "none", "types": [], "notice": None, "flags": []}


class Particular(NamedTuple):
    """What an attribute changes in the case; equal particulars are decided once."""

    data_class: str
    flags: frozenset[str]
    status: str


class Asked(NamedTuple):
    """A case for the whole question, and the asked leaves by what they change in it."""

    case: Case
    leaves: Mapping[Particular, Sequence[str]]


def decide_leaves(asked: Asked, policy: Policy) -> dict[str, Decision]:
    """One decision per leaf attribute; the cost is that of the distinct particulars."""
    answers = {}
    for (data_class, flags, status), codes in asked.leaves.items():
        case = asked.case
        alike = data_class == case.data_class and status == case.consent_status
        if not alike or (flags and not flags <= case.flags):
            case = case._replace(
                data_class=data_class, flags=case.flags | flags, consent_status=status
            )
        decision = decide(case, policy)
        for code in codes:
            answers[code] = decision
    return answers


def build(
    *,
    question: Question,
    leaves: tuple[str, ...],
    catalogue: Catalogue,
    content: Mapping[str, Any] | None,
    at: datetime,
) -> Asked:
    """The case of `question` and the particulars of `leaves` (codes; unknown ones are flagged).

    `content` is the shape of the person's state, None for nobody we know.
    """
    purpose = catalogue.purposes.get(question.purpose)
    recipient = catalogue.recipients.get(question.recipient)
    record = _record(content, question.purpose)
    case = _case(question, purpose, recipient, content, record, at)
    if catalogue.signal_statutory_only:
        case = case._replace(flags=case.flags | {"gpc_statutory_only"})
    ceiling = levels.ceiling(content.get("levels", {}) if content else {}, question.channel)
    if question.channel is not None:
        closed = _closed(catalogue.channels.get(question.channel), record)
        case = case._replace(flags=case.flags | closed) if closed else case
    alike: dict[Particular, list[str]] = {}
    for code in leaves:
        particular = _particular(
            catalogue.attributes.get(code), purpose, recipient, question, record, ceiling
        )
        alike.setdefault(particular, []).append(code)
    return Asked(case=case, leaves=alike)


def _closed(channel: ChannelEntry | None, record: Mapping[str, Any]) -> frozenset[str]:
    """What stands against a channel: nobody knows it, or no Yes has named it."""
    if channel is None:
        return _UNKNOWN_CHANNEL
    if not channel.needs_named_yes:
        return _NOTHING
    named = (*record.get("channels", ()), *record.get("named_channels", ()))
    return _NOTHING if record["status"] in GIVEN and channel.code in named else _UNNAMED_CHANNEL


def _record(content: Mapping[str, Any] | None, purpose: str) -> Mapping[str, Any]:
    if content is None:
        return _NO_RECORD
    record: Mapping[str, Any] = content["purposes"].get(purpose, _NO_RECORD)
    return record


def _case(
    question: Question,
    purpose: PurposeEntry | None,
    recipient: RecipientEntry | None,
    content: Mapping[str, Any] | None,
    record: Mapping[str, Any],
    at: datetime,
) -> Case:
    jurisdictions = _jurisdictions(question, content)
    bases = [basis_for(purpose, code, at) if purpose else None for code in jurisdictions]
    flags = _flags(question, purpose, recipient, record, bases, at)
    if content is not None and _is_stopped(content.get("stops", ()), question.channel):
        flags |= {"hard_stop"}
    return Case(
        as_of=at,
        jurisdictions=jurisdictions,
        purpose=question.purpose,
        purpose_class=purpose.purpose_class if purpose else "",
        data_class="ordinary",
        recipient=_recipient_kind(recipient, question.purpose, purpose, at),
        legal_basis=bases[0].basis if bases[0] else "none",
        subject_state=content["status"] if content else "unknown",
        age=content["age"] if content else None,
        consent_status=_status(question, record),
        consent_types=frozenset(record["types"]),
        notice_state=_notice_state(purpose, record),
        last_interaction=_LONG_AGO if "refresh_due" in record["flags"] else None,
        gpc=question.signal or bool(content and content["gpc"]),
        optouts=frozenset(content["optouts"]) if content else _NOTHING,
        objections=_objections(content, question.purpose),
        restriction="art18" if content and content["restricted"] else "none",
        erasure_state="pending" if content and content["erasure"] != "none" else "none",
        legal_hold=content["hold"] if content else "no",
        flags=flags,
        bases=tuple(basis.basis if basis else "none" for basis in bases),
    )


def _jurisdictions(question: Question, content: Mapping[str, Any] | None) -> tuple[str, ...]:
    stored = tuple(content["jurisdictions"]) if content else ()
    named = dict.fromkeys((*stored, *question.jurisdictions))
    return tuple(named) or ("UNKNOWN",)


def _is_stopped(stops: Collection[str], channel: str | None) -> bool:
    """A use that is not limited to a channel includes the one that was stopped."""
    return bool(stops) and (channel is None or channel in stops or EVERYWHERE in stops)


def _recipient_kind(
    recipient: RecipientEntry | None, name: str, purpose: PurposeEntry | None, at: datetime
) -> str:
    if recipient is None or recipient.paused:
        return "undisclosed_third_party"
    if recipient.role == "first_party":
        # Because one brand is a stranger to the purposes of another.
        ours = purpose is None or recipient.controller == purpose.controller
        return "first_party" if ours else "undisclosed_third_party"
    if name not in recipient.grants or not recipient.under_contract(at):
        return "undisclosed_third_party"
    return "processor" if recipient.role == "processor" else "disclosed_third_party"


def _status(question: Question, record: Mapping[str, Any]) -> str:
    """The status of the whole question: a refused recipient or channel is a No to it."""
    refused_channels = record.get("refused_channels", ())
    # Because a use that is not limited to a channel includes the refused one.
    channel_refused = refused_channels and (
        question.channel is None or question.channel in refused_channels
    )
    if channel_refused or question.recipient in record.get("refused_recipients", ()):
        return "Refused"
    return str(record["status"])


def _notice_state(purpose: PurposeEntry | None, record: Mapping[str, Any]) -> str:
    answered = record["notice"]
    if purpose is None or answered is None or answered == purpose.live_notice:
        return "current"
    if purpose.oldest_covering_notice is None or answered < purpose.oldest_covering_notice:
        return "superseded_material"
    return "superseded_minor"


def _objections(content: Mapping[str, Any] | None, purpose: str) -> frozenset[str]:
    if content is None:
        return _NOTHING
    found = set()
    for name in content["objections"]:
        kind, _, about = name.partition(":")
        if not about or about == purpose:
            found.add(kind)
    return frozenset(found)


def _flags(
    question: Question,
    purpose: PurposeEntry | None,
    recipient: RecipientEntry | None,
    record: Mapping[str, Any],
    bases: list[Basis | None],
    at: datetime,
) -> frozenset[str]:
    flags = set(record["flags"]) - {"refresh_due"}
    flags |= _conditions(bases)
    if purpose is not None:
        if purpose.retired_at is not None and purpose.retired_at <= at:
            flags.add("purpose_retired")
        if purpose.live_notice is None:
            flags.add("notice_missing")
    if recipient is not None and _lacks_mechanism(recipient):
        flags.add("transfer_no_mechanism")
    if question.time is not None and question.time > at + TIME_TOLERANCE:
        flags.add("future")
    if not question.attributes:
        flags.add("malformed")
    recipients = record.get("recipients")
    if recipients is not None and question.recipient not in recipients:
        flags.add("scope_recipient")
    channels = record.get("channels")
    if channels is not None and question.channel not in channels:
        flags.add("scope_purpose")
    return frozenset(flags)


def _lacks_mechanism(recipient: RecipientEntry) -> bool:
    return (
        recipient.role != "first_party"
        and needs_mechanism(recipient.country)
        and not recipient.transfer_mechanism
    )


def _conditions(bases: list[Basis | None]) -> frozenset[str]:
    named = [basis.conditions if basis else _NOTHING for basis in bases]
    everywhere = frozenset.intersection(*named)
    anywhere = frozenset.union(*named)
    return everywhere | (anywhere & STRICT_CONDITIONS)


def _particular(
    attribute: AttributeEntry | None,
    purpose: PurposeEntry | None,
    recipient: RecipientEntry | None,
    question: Question,
    record: Mapping[str, Any],
    ceiling: int,
) -> Particular:
    if attribute is None:
        return Particular("ordinary", frozenset({"category_not_in_purpose"}), record["status"])
    flags = set()
    if purpose is None or not in_scope(attribute, purpose.attributes):
        flags.add("category_not_in_purpose")
    if _off_channel(purpose, question) or _outside_grant(attribute, recipient, question):
        flags.add("category_not_in_purpose")
    scope = record.get("attributes")
    if scope is not None and not in_scope(attribute, frozenset(scope)):
        flags.add("scope_category")
    if attribute.provenance == "inferred":
        flags.add("inferred")
    if ceiling < levels.needed(attribute):
        flags.add("level_ceiling")
    refused = frozenset(record.get("refused_attributes", ()))
    status = _status(question, record)
    if refused and in_scope(attribute, refused):
        status = "Refused"
    return Particular(attribute.data_class, frozenset(flags), status)


def _off_channel(purpose: PurposeEntry | None, question: Question) -> bool:
    if purpose is None or not purpose.channels or question.channel is None:
        return False
    return question.channel not in purpose.channels


def _outside_grant(
    attribute: AttributeEntry, recipient: RecipientEntry | None, question: Question
) -> bool:
    grant = recipient.grants.get(question.purpose) if recipient else None
    if grant is None:
        return False
    if grant.attributes and not in_scope(attribute, grant.attributes):
        return True
    return bool(grant.channels) and question.channel not in grant.channels
