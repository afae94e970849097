"""The features that use personal data: each declared once, and run only through `run`.

`run` asks the gate, reads under its permit, computes, puts the use on record and keeps the
reasons. Without a permit it gives the fallback, for which nothing of the person is read.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from consent.actions.asking import ask
from consent.catalogue import Catalogue
from consent.queries import catalogue as catalogues
from consent.questions import Mint, Question, Ruling
from keys import queries as keys
from keys.errors import KeyProblem
from personalization import explanations, recommending
from personalization.answers import Explained, Item, NotUsed
from personalization.asked import Asked, Computed
from profiles.queries import vault
from profiles.values import Held

logger = logging.getLogger(__name__)


class UndeclaredFeature(LookupError):
    """Nothing may use personal data that is not declared in FEATURES."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A declaration. It runs if something of each `required` attribute is permitted.

    `minimum_level` is the lowest step of personalisation at which it may run, where a person
    has set a ceiling: 0 the same for everyone, 1 this visit, 2 what I told you, 3 my purchases,
    4 everything I allow. `fallback` gets no data of the person.
    """

    code: str
    purpose: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    channel: str | None
    minimum_level: int
    compute: Callable[[Asked, Sequence[Held]], Computed]
    fallback: Callable[[Asked], list[Item]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run; `read` are the attributes that were read, most sensitive first."""

    feature: Feature
    ruling: Ruling
    items: list[Item]
    personal: bool = False
    contrast: Item | None = None
    read: tuple[str, ...] = ()


FEATURES: Mapping[str, Feature] = {
    feature.code: feature
    for feature in (
        Feature(
            code="recommendations",
            purpose="recommendations",
            required=("purchases",),
            # Because age and household made the suggestions no better (docs/decisions).
            optional=(),
            channel=None,
            minimum_level=3,
            compute=recommending.personal,
            fallback=recommending.popular,
        ),
    )
}

SENSITIVITY = {"special": 0, "sensitive": 1, "ordinary": 2}


def declared(code: str) -> Feature:
    """The declaration of a feature; raises UndeclaredFeature."""
    feature = FEATURES.get(code)
    if feature is None:
        raise UndeclaredFeature(f"No feature {code!r} is declared in personalization/features.py.")
    return feature


def run(
    code: str,
    *,
    subject_id: UUID | None,
    recipient: str,
    at: datetime,
    limit: int,
    slot: str = "",
    channel: str | None = None,
) -> Outcome:
    """Run a declared feature for one person.

    Raises UndeclaredFeature. Where the gate, the vault or the keys refuse: the fallback.
    """
    feature = declared(code)
    ruling = _ask(feature, subject_id, recipient, channel, at)
    # Because the gate has just read its version, nobody needs to ask for it again.
    catalogue = catalogues.last_loaded()
    asked = Asked(subject_id, at, limit, catalogue.version, slot, frozenset(ruling.covered))
    try:
        outcome = _personal(feature, ruling, asked, recipient, catalogue)
    except KeyProblem as error:
        # Because whoever was erased a moment ago is nobody now.
        logger.warning("The vault stayed shut for a feature (%s).", type(error).__name__)
        outcome = None
    if outcome is not None:
        return outcome
    nobody = Asked(None, at, limit, catalogue.version, slot)
    return Outcome(feature, ruling, feature.fallback(nobody))


def _personal(
    feature: Feature, ruling: Ruling, asked: Asked, recipient: str, catalogue: Catalogue
) -> Outcome | None:
    """The run on the person's own data; None where nothing was opened."""
    enough = all(asked.covered.intersection(catalogue.leaves(code)) for code in feature.required)
    if asked.subject_id is None or ruling.permit is None or not enough:
        return None
    held = vault.read(subject_id=asked.subject_id, ruling=ruling)
    if not held:
        return None
    computed = feature.compute(asked, held)
    attributes = {block.attribute for block in held}
    read = most_sensitive_first(attributes, computed.weights, catalogue)
    outcome = Outcome(feature, ruling, computed.items, computed.personal, computed.contrast, read)
    _put_on_record(outcome, asked.subject_id, recipient, catalogue, asked.at)
    return outcome


def most_sensitive_first(
    attributes: set[str], weights: Mapping[str, int], catalogue: Catalogue
) -> tuple[str, ...]:
    """Attributes by sensitivity, then by how much they weighed, then by name."""

    def rank(code: str) -> tuple[int, int, str]:
        entry = catalogue.attributes.get(code)
        return (SENSITIVITY.get(entry.data_class if entry else "", 0), -weights.get(code, 0), code)

    return tuple(sorted(attributes, key=rank))


def _ask(
    feature: Feature,
    subject_id: UUID | None,
    recipient: str,
    channel: str | None,
    at: datetime,
) -> Ruling:
    question = Question(
        subject_id=subject_id,
        purpose=feature.purpose,
        attributes=(*feature.required, *feature.optional),
        recipient=recipient,
        channel=channel or feature.channel,
        feature=feature.code,
    )
    return ask(question=question, at=at, mint=Mint.PARTIAL)


def _put_on_record(
    outcome: Outcome, subject_id: UUID, recipient: str, catalogue: Catalogue, at: datetime
) -> None:
    """The use in the log and the reasons in their box: both, or the answer is not given."""
    feature, ruling = outcome.feature, outcome.ruling
    with transaction.atomic():
        audit.append(
            kind="use",
            at=at,
            tag=keys.subject_tag(subject_id, at=at),
            facts={
                "decision": str(ruling.id),
                "permit": str(ruling.permit),
                "feature": feature.code,
                "purpose": feature.purpose,
                "recipient": recipient,
                "attributes": list(outcome.read),
                "items": len(outcome.items),
            },
        )
        explanations.keep(
            subject_id=subject_id,
            explained=Explained(
                decision=ruling.id,
                at=at,
                feature=feature.code,
                purpose=feature.purpose,
                recipient=recipient,
                reason_code=ruling.reason_code,
                notice=ruling.notice,
                epoch=ruling.epoch,
                event=ruling.event,
                items=tuple(outcome.items),
                used=outcome.read,
                not_used=_not_used(outcome, catalogue),
                contrast=outcome.contrast,
            ),
        )


def _not_used(outcome: Outcome, catalogue: Catalogue) -> tuple[NotUsed, ...]:
    """Every attribute of the catalogue that stayed shut; those that were asked for come first."""
    feature, ruling = outcome.feature, outcome.ruling
    asked = {
        leaf for code in (*feature.required, *feature.optional) for leaf in catalogue.leaves(code)
    }
    shut = sorted(asked - set(ruling.covered))
    refused = [NotUsed(leaf, _reason(ruling, leaf)) for leaf in shut]
    others = sorted(code for code, entry in catalogue.attributes.items() if not entry.is_group)
    return (*refused, *(NotUsed(code) for code in others if code not in asked))


def _reason(ruling: Ruling, leaf: str) -> str:
    decision = ruling.attributes.get(leaf)
    return decision.reason_code if decision else ruling.reason_code
