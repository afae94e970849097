"""Recording what a person said: here consent is given, refused and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from audit.bodies import Fact
from audit.identifiers import uuid7
from consent import acts
from consent.actions import locking, showing, states
from consent.acts import AFFIRMATIVE, RESTRICTIVE, Act
from consent.catalogue import basis_for
from consent.compiling import PersonFacts
from consent.errors import ConsentRefused, StaleEpoch, SubjectErased
from consent.models import Change, ConsentEvent, Notice, Purpose, Subject
from consent.queries import catalogue as catalogues
from consent.queries import states as state_queries
from keys import queries as keys

CLOCK_TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded: the consent event, the new epoch, the change to follow, the log entry."""

    event: ConsentEvent
    change: Change

    @property
    def epoch(self) -> int:
        return self.change.epoch


def record(
    *, subject_id: UUID, act: Act, by: str, at: datetime, source: str | None = None
) -> Receipt:
    """Write one consent event, the new state, the change and the log entry, in one commit.

    `by` is the recipient code, `portal`, or an officer's id; `source` the recipient that
    passed it on. Raises ConsentRefused (with its code and fix), StaleEpoch, SubjectUnknown,
    SubjectErased.
    """
    return record_all(subject_id=subject_id, acts=[act], by=by, at=at, source=source)[-1]


def record_all(
    *, subject_id: UUID, acts: Sequence[Act], by: str, at: datetime, source: str | None = None
) -> list[Receipt]:
    """Several acts of one person in one commit; the first that is refused undoes all."""
    with transaction.atomic():
        subject = locking.lock_subject(subject_id)
        if subject.status == Subject.Status.ERASED:
            raise SubjectErased
        return [_record_one(subject, act, by, at, source) for act in acts]


def _record_one(subject: Subject, act: Act, by: str, at: datetime, source: str | None) -> Receipt:
    _check_epoch(subject, act)
    acts.check(act, at=at, states=ConsentEvent.State.values)
    act, snapshot = showing.as_shown(act, subject_id=subject.pk, source=source, at=at)
    purpose = purpose_of(act)
    notice = notice_of(act, purpose, at)
    showing.check_words(act, snapshot, notice)
    if must_wait(act, subject, at):
        act = replace(act, state="waiting")
    event_id = uuid7()
    log_event = audit.append(
        kind=f"consent.{act.state}",
        at=at,
        tag=_tag(subject, act, at),
        facts=facts_of(act, by) | {"consent_event": str(event_id)} | showing.facts_of(snapshot),
    )
    event = ConsentEvent.objects.create(
        id=event_id,
        subject=subject,
        state=act.state,
        purpose=purpose,
        attributes=list(act.attributes),
        channels=list(act.channels),
        recipient_id=act.recipient,
        consent_types=list(acts.expressed(act)),
        notice=notice,
        language=act.language,
        shown_at=act.shown_at,
        method=act.method,
        actor=act.actor,
        evidence=act.evidence,
        snapshot=snapshot.digest if snapshot else None,
        valid_from=at,
        expires_at=expiry_of(act, notice, at),
        until=act.until,
        level=act.level,
        cap_count=act.cap[0] if act.cap else None,
        cap_days=act.cap[1] if act.cap else None,
        confirms=act.confirms,
        recorded_at=at,
        source_id=source,
        log_event=log_event,
    )
    change = states.recompile(
        subject=subject, at=at, consent_event=event_id, new=[state_queries.event_fact(event)]
    )
    return Receipt(event=event, change=change)


def _tag(subject: Subject, act: Act, at: datetime) -> bytes | None:
    if act.state == "erased" and keys.is_erased(subject.pk):
        # Because an erasure repeated after a restore finds the key destroyed already.
        return None
    return keys.subject_tag(subject.pk, at=at)


def must_wait(act: Act, subject: Subject | PersonFacts, at: datetime) -> bool:
    """Whether a Yes holds only once it is confirmed, by a condition `double_opt_in` of the basis.

    What is said in the portal was said by somebody who proved the address by signing in.
    """
    if act.state != "given" or act.method == "portal" or "two_step" in act.consent_types:
        return False
    purpose = catalogues.catalogue().purposes.get(act.purpose or "")
    if purpose is None:
        return False
    places = subject.jurisdictions or ["*"]
    bases = [basis_for(purpose, place, at) for place in places]
    return any(basis and "double_opt_in" in basis.conditions for basis in bases)


def expiry_of(act: Act, notice: Notice | None, at: datetime) -> datetime | None:
    """When a Yes given at `at` ends by the notice's own words."""
    if act.state not in AFFIRMATIVE or notice is None or notice.valid_days is None:
        return None
    return at + timedelta(days=notice.valid_days)


def facts_of(act: Act, by: str) -> dict[str, Fact]:
    """What the log keeps of an act beside its event's id: codes and names, never a value."""
    facts: dict[str, Fact] = {
        "purpose": act.purpose,
        "by": by,
        "actor": act.actor,
        "method": act.method,
    }
    scopes: dict[str, Fact] = {
        "attributes": list(act.attributes),
        "channels": list(act.channels),
        "recipient": act.recipient,
        "notice": act.notice,
        "language": act.language,
        "level": act.level,
        "cap": list(act.cap) if act.cap else None,
        "until": act.until.isoformat() if act.until else None,
        "confirms": str(act.confirms) if act.confirms else None,
    }
    return facts | {name: value for name, value in scopes.items() if value not in (None, "", [])}


def _check_epoch(subject: Subject, act: Act) -> None:
    if act.if_epoch is None or act.state in RESTRICTIVE:
        return
    state = getattr(subject, "consentstate", None)
    epoch = state.epoch if state else 0
    if epoch != act.if_epoch:
        raise StaleEpoch(epoch)


def purpose_of(act: Act) -> Purpose | None:
    """The purpose an act is about; raises ConsentRefused for what cannot be recorded."""
    _check_channels(act)
    if act.purpose is None:
        return None
    purpose = Purpose.objects.filter(name=act.purpose).first()
    if purpose is None:
        raise ConsentRefused(
            "PURPOSE_UNKNOWN",
            "The catalogue has no such purpose.",
            fix="Use a name of GET /v1/purposes.",
            pointer="/purpose",
        )
    _check_scope(act, purpose)
    return purpose


def _check_channels(act: Act) -> None:
    known = catalogues.catalogue().channels if act.channels else {}
    for index, code in enumerate(act.channels):
        if code not in known:
            raise ConsentRefused(
                "CHANNEL_UNKNOWN",
                "The catalogue has no such channel.",
                fix="Use a channel of GET /v1/purposes.",
                pointer=f"/channels/{index}",
            )


def _check_scope(act: Act, purpose: Purpose) -> None:
    catalogue = catalogues.catalogue()
    covered = {leaf for code in purpose.attributes for leaf in catalogue.leaves(code)}
    for index, code in enumerate(act.attributes):
        leaves = catalogue.leaves(code)
        if not leaves or not covered.issuperset(leaves):
            raise ConsentRefused(
                "CATEGORY_NOT_COVERED",
                "An attribute is not one of this purpose.",
                fix="Name attributes that the purpose declares, or leave the list out for all.",
                pointer=f"/attributes/{index}",
            )
    if act.recipient is not None and act.recipient not in catalogue.recipients:
        raise ConsentRefused(
            "RECIPIENT_UNKNOWN",
            "The catalogue has no such recipient.",
            fix="Use a recipient that the notice names.",
            pointer="/recipient",
        )


def notice_of(act: Act, purpose: Purpose | None, at: datetime) -> Notice | None:
    """The notice an act answers, live when it was shown; raises ConsentRefused."""
    if act.shown_at is not None and act.shown_at > at + CLOCK_TOLERANCE:
        raise ConsentRefused(
            "INVALID_TIME",
            "shown_at lies in the future.",
            fix="Send the time at which the notice was shown, in UTC.",
            pointer="/shown_at",
        )
    if act.notice is None or purpose is None:
        if act.state in AFFIRMATIVE:
            raise ConsentRefused(
                "NOTICE_MISSING",
                "A Yes must say which words were shown.",
                fix="Send notice (purpose@version), language and shown_at.",
                pointer="/notice",
            )
        return None
    notice = Notice.objects.filter(purpose=purpose, version=act.notice).first()
    if notice is None or notice.published_at is None:
        raise ConsentRefused(
            "NOTICE_UNKNOWN",
            "No such version of this notice was ever published.",
            fix="Send a version that GET /v1/purposes names.",
            pointer="/notice",
        )
    if act.state in AFFIRMATIVE:
        _check_shown(act, notice, at)
    return notice


def _check_shown(act: Act, notice: Notice, at: datetime) -> None:
    shown_at = act.shown_at or at
    published = notice.published_at
    ended = notice.superseded_at
    if published is None or shown_at < published or (ended is not None and shown_at >= ended):
        raise ConsentRefused(
            "NOTICE_NOT_LIVE",
            "This version was not live when it is said to have been shown.",
            fix="Show the live version and ask again; an old answer does not cover it.",
            pointer="/notice",
        )
    if not notice.texts.filter(language=act.language).exists():
        raise ConsentRefused(
            "LANGUAGE_NOT_SHOWN",
            "The notice does not exist in this language, so it cannot have been shown in it.",
            fix="Send the language of the words that were shown.",
            pointer="/language",
        )
