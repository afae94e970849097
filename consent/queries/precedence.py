"""Why each use goes on or is stopped for one person: which of their statements holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from consent.catalogue import Catalogue, PurposeEntry, basis_for
from consent.compiling import ADULT
from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdictions import UNKNOWN, profile_for
from consent.models import ConsentEvent, Subject
from consent.precedence import STATES, YES, Found, Ground, Statement, source_of, weigh
from consent.queries import groups, past, states
from consent.queries.past import Moment
from consent.vocabulary import CONSENT_BASES


def last_statements(subject_id: UUID, moment: Moment | None = None) -> list[ConsentEvent]:
    """The last event of each kind, purpose and voice: all that precedence depends on.

    Their number is bounded by the catalogue, however much a person has said. Of records joined
    to this one only what restricts counts, as joining never widens a consent. With a `moment`:
    what had been said and was known by then, of the records that were joined then.
    """
    joined = _joined(subject_id) if moment is None else past.joined_by(subject_id, moment)
    whose = Q(subject_id=subject_id) | (Q(subject_id__in=joined) & ~Q(state__in=YES))
    found = ConsentEvent.objects.filter(
        whose, state__in=STATES, attributes=[], channels=[], recipient=None
    ).select_related("purpose", "notice")
    if moment is not None:
        found = found.filter(valid_from__lte=moment.valid_at, recorded_at__lte=moment.known_at)
    kinds = ("purpose_id", "state", "method", "actor")
    return list(found.order_by(*kinds, "-valid_from", "-recorded_at").distinct(*kinds))


def _joined(subject_id: UUID) -> set[UUID]:
    group = Subject.objects.filter(pk=subject_id).values_list("group", flat=True).first()
    return groups.member_ids([group]) if group is not None else set()


def found_for(
    entry: PurposeEntry,
    *,
    events: Iterable[ConsentEvent],
    content: Mapping[str, Any] | None,
    catalogue: Catalogue,
    at: datetime,
) -> Found:
    """Which of `events` (purposes and notices loaded) holds for one use, and why."""
    said = [_statement(event) for event in events if _concerns(event, entry)]
    return weigh(said, _grounds(entry, content, catalogue, at))


def _concerns(event: ConsentEvent, entry: PurposeEntry) -> bool:
    narrowed = event.attributes or event.channels or event.recipient_id
    if narrowed or event.state not in STATES:
        return False
    # Because the fold says by which name an event calls its purpose.
    return event.purpose is None or states.event_fact(event).purpose == entry.name


def _statement(event: ConsentEvent) -> Statement:
    return Statement(
        state=event.state,
        source=source_of(method=event.method, actor=event.actor),
        at=event.valid_from,
        named=event.purpose is not None,
        two_step="two_step" in event.consent_types,
        id=event.pk,
    )


def _grounds(
    entry: PurposeEntry,
    content: Mapping[str, Any] | None,
    catalogue: Catalogue,
    at: datetime,
) -> Sequence[Ground]:
    age = content["age"] if content else None
    return [
        _ground(entry, place, catalogue, at, minor=age is None or age < ADULT)
        for place in (content["jurisdictions"] if content else ()) or (UNKNOWN,)
    ]


def _ground(
    entry: PurposeEntry, place: str, catalogue: Catalogue, at: datetime, *, minor: bool
) -> Ground:
    profile, basis = profile_for(JURISDICTIONS, place, at), basis_for(entry, place, at)
    statutory = profile.signal_is_statutory or not catalogue.signal_statutory_only
    return Ground(
        purpose_class=entry.purpose_class,
        opt_in=profile.opt_in,
        # Because a use without a basis is not carried by anything but a Yes.
        on_consent=basis is None or basis.basis in CONSENT_BASES,
        hears_signal=profile.signal_is_opt_out and statutory,
        two_steps=profile.reopt_in_two_step,
        minor=minor,
    )
