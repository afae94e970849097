"""Each use as the rules decide it now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from consent import levels, rulings
from consent.catalogue import Catalogue, PurposeEntry, basis_for
from consent.folding import EVERYWHERE
from consent.models import ConsentEvent, Purpose
from consent.queries import catalogue as catalogues
from consent.queries import names, precedence
from consent.queries.uses.cards import OURSELVES, Answer, Use
from consent.queries.uses.scopes import companies, scopes
from consent.queries.uses.wordings import live_wordings
from consent.questions import Question


def uses_of(
    content: Mapping[str, Any] | None,
    answers: Mapping[str, Answer],
    language: str,
    at: datetime,
    events: Sequence[ConsentEvent] = (),
) -> tuple[Use, ...]:
    catalogue = catalogues.catalogue()
    called = names.names()
    wordings = live_wordings(language)
    found = []
    for row in Purpose.objects.filter(retired_at__isnull=True).order_by(
        "-controller__is_main", "controller", "position", "code"
    ):
        entry = catalogue.purposes[row.name]
        record = content["purposes"].get(row.name) if content else None
        covered, reason = _ruled(entry, catalogue, content, at)
        found.append(
            Use(
                code=row.name,
                name=called.purpose(row.name, language),
                controller=row.controller_id,
                brand=called.controller(row.controller_id),
                purpose_class=row.purpose_class,
                asked=row.asked,
                wording=wordings.get(row.name),
                status=record["status"] if record else "none",
                active=bool(covered),
                reason=reason,
                answer=answers.get(row.name),
                scopes=scopes(row.attributes, catalogue, record, covered, called, language),
                companies=companies(entry, catalogue, called),
                bases=_bases(entry, content, at),
                retention_days=row.retention_days,
                older_wording=_older(entry, record),
                because=precedence.found_for(
                    entry, events=events, content=content, catalogue=catalogue, at=at
                )
                if content
                else None,
                source=row.source,
                incentive=row.incentive,
            )
        )
    return tuple(found)


def _ruled(
    entry: PurposeEntry, catalogue: Catalogue, content: Mapping[str, Any] | None, at: datetime
) -> tuple[frozenset[str], str]:
    """What we ourselves are permitted of this purpose, and the code that says why."""
    found = rulings.outcome(
        question=Question(
            subject_id=None,
            purpose=entry.name,
            attributes=tuple(sorted(entry.attributes)),
            recipient=own_recipient(entry, catalogue),
        ),
        catalogue=catalogue,
        content=_where_most(content, catalogue),
        at=at,
    )
    permitted = [answer for answer in found.answers.values() if answer.permit]
    decision = permitted[0] if found.covered and permitted else found.decision
    return frozenset(found.covered), decision.reason_code


def _where_most(
    content: Mapping[str, Any] | None, catalogue: Catalogue
) -> Mapping[str, Any] | None:
    """The shape with the ceiling of its most personal channel on all of them.

    Because a card speaks of an answer, and a low step on one channel leaves the others.
    """
    if content is None or not content.get("levels"):
        return content
    steps = (levels.ceiling(content["levels"], channel) for channel in catalogue.channels)
    return {**content, "levels": {EVERYWHERE: max(steps, default=0)}}


def own_recipient(entry: PurposeEntry, catalogue: Catalogue) -> str:
    """The first party that stands for the purpose's own controller; ourselves, if it has none."""
    own = sorted(
        recipient.code
        for recipient in catalogue.recipients.values()
        if recipient.role == "first_party" and recipient.controller == entry.controller
    )
    return OURSELVES if OURSELVES in own or not own else own[0]


def _bases(entry: PurposeEntry, content: Mapping[str, Any] | None, at: datetime) -> tuple[str, ...]:
    jurisdictions = (content["jurisdictions"] if content else ()) or ("*",)
    found = [basis_for(entry, jurisdiction, at) for jurisdiction in jurisdictions]
    return tuple(dict.fromkeys(basis.basis for basis in found if basis))


def _older(entry: PurposeEntry, record: Mapping[str, Any] | None) -> bool:
    answered = record["notice"] if record else None
    return answered is not None and answered != entry.live_notice
