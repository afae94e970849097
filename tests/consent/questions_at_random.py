"""Questions at random, made fast: one word in a few is another than the usual one."""

import random
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from consent import vocabulary
from consent.cases import Asked, Particular
from consent.decisions import Case
from consent.jurisdiction_data import JURISDICTIONS

NOW = datetime(2026, 11, 22, tzinfo=UTC)
INSTANTS = [
    datetime(2017, 1, 1, tzinfo=UTC),
    NOW - timedelta(days=731),
    NOW - timedelta(days=365),
    NOW,
    NOW + timedelta(microseconds=1),
    datetime(2027, 6, 1, tzinfo=UTC),
]
PLACES = [*JURISDICTIONS, "KR"]
BASES = sorted(
    {
        basis
        for editions in JURISDICTIONS.values()
        for edition in editions
        for basis in edition.profile.bases
    }
)
# Kinds of attributes, as `consent.cases` tells them apart.
KINDS = [frozenset(), frozenset({"inferred"}), frozenset({"scope_category"})]
HELPFUL = vocabulary.FLAGS - {
    "malformed", "future", "store_unavailable", "stale_cache", "purpose_retired",
    "category_not_in_purpose", "transfer_no_mechanism", "retention_elapsed", "notice_missing",
    "preticked", "bundled", "dark_pattern", "unproven", "scope_purpose", "scope_category",
    "scope_recipient", "incompatible_purpose", "hard_stop", "level_ceiling", "frequency_reached",
}  # fmt: skip


def question(dice: random.Random) -> Asked:
    """One question of five attributes with everything its answer depends on."""
    case = _case(dice)
    leaves: dict[Particular, list[str]] = {}
    for code in "abcde":
        kind = Particular(
            _mostly(dice, case.data_class, vocabulary.DATA_CLASSES),
            _mostly(dice, KINDS[0], KINDS),
            _mostly(dice, case.consent_status, vocabulary.CONSENT_STATUSES),
        )
        leaves.setdefault(kind, []).append(code)
    return Asked(case, leaves)


def _case(dice: random.Random) -> Case:
    purpose = dice.choice(sorted(vocabulary.TABLE_PURPOSES))
    places = tuple(dice.choices(PLACES, k=dice.choice([1, 1, 1, 2, 3, 0])))
    basis = dice.choice([*BASES, "consent", "consent", "explicit_consent", "none"])
    return Case(
        as_of=dice.choice(INSTANTS),
        jurisdictions=places,
        purpose=_mostly(dice, purpose, ["growth_hacking"]),
        purpose_class=_mostly(dice, vocabulary.TABLE_PURPOSES[purpose], vocabulary.PURPOSE_CLASSES),
        data_class=_mostly(dice, "ordinary", vocabulary.DATA_CLASSES),
        recipient=_mostly(dice, "first_party", [*vocabulary.DISCLOSED_RECIPIENTS, "nobody"]),
        legal_basis=basis,
        subject_state=_mostly(dice, "known", vocabulary.SUBJECT_STATES),
        age=dice.choice([40, 40, 40, None, dice.randint(-1, 19)]),
        consent_status=_mostly(dice, "Given", vocabulary.CONSENT_STATUSES),
        consent_types=_some(dice, {*vocabulary.AFFIRMATIVE_ACTS, "implied"}, 0.9),
        notice_state=_mostly(dice, "current", vocabulary.NOTICE_STATES),
        consent_expires_at=_mostly(dice, None, INSTANTS),
        last_interaction=_mostly(dice, None, INSTANTS),
        gpc=dice.random() < 0.1,
        optouts=_some(dice, vocabulary.OPTOUTS, 0.1),
        objections=_some(dice, vocabulary.OBJECTIONS, 0.1),
        restriction=_mostly(dice, "none", vocabulary.RESTRICTIONS),
        erasure_state=_mostly(dice, "none", vocabulary.ERASURE_STATES),
        legal_hold=_mostly(dice, "no", vocabulary.LEGAL_HOLDS),
        flags=_some(dice, HELPFUL, 0.7) | _some(dice, vocabulary.FLAGS, 0.1),
        bases=_mostly(dice, (), [(basis,) * len(places)]),
    )


def _mostly(dice: random.Random, usual: Any, others: Collection[Any]) -> Any:
    if dice.random() < 0.9:
        return usual
    return dice.choice(sorted(others, key=repr) if isinstance(others, frozenset) else list(others))


def _some(dice: random.Random, words: Collection[str], chance: float) -> frozenset[str]:
    if dice.random() > chance:
        return frozenset()
    return frozenset(dice.sample(sorted(words), dice.randint(1, min(4, len(words)))))
