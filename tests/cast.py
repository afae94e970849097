"""The named cast that every test knows, and the catalogue they live in.

Ada (Germany, 45) said Yes to recommendations. Ben (Germany, 38) has said nothing.
Cleo (California, 30) falls under the opt-out regime. Dan (Germany) is fourteen.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

import pytest
from django.utils import timezone
from zeal import zeal_context

from consent import snapshots
from consent.actions import recording, subjects
from consent.acts import AFFIRMATIVE, Act
from consent.queries import notices
from consent.questions import Question
from profiles.actions import vault

__all__ = ["ada", "ben", "catalogue", "cleo", "dan", "given", "question"]

LIVE_NOTICE = 2


@pytest.fixture
def catalogue(db: None) -> None:
    """The shipped catalogue, published: the database of the test holds it already."""


def bring_in(*jurisdictions: str, born: date | None = date(1985, 5, 5)) -> UUID:
    """A new person with a key, no consents and an all-denying state."""
    newcomer = subjects.Newcomer(jurisdictions=jurisdictions, birth_date=born)
    with zeal_context():
        return subjects.register(newcomer=newcomer, by="tests", at=timezone.now()).pk


def say(subject_id: UUID, state: str, purpose: str | None = None, **scope: object) -> None:
    """Record that a person said something in the portal, now."""
    method = scope.setdefault("method", "counter" if "shown_at" in scope else "portal")
    if method == "portal" and purpose and state in AFFIRMATIVE and "notice" in scope:
        scope.setdefault("snapshot", shown(subject_id, purpose, scope))
    act = Act(state=state, purpose=purpose, **scope)  # type: ignore[arg-type]
    # Because each act is a request of its own, not a loop over people.
    with zeal_context():
        recording.record(subject_id=subject_id, act=act, by="portal", at=timezone.now())


def shown(subject_id: UUID, purpose: str, words: Mapping[str, object]) -> str:
    """The token of a card in the portal that showed this person the words of a notice."""
    return notices.snapshot(
        purpose=purpose,
        version=int(str(words["notice"])),
        language=str(words["language"]),
        surface="portal",
        component="exchange-card",
        holder=snapshots.person(subject_id),
        at=timezone.now(),
    )


def given(subject_id: UUID, purpose: str = "recommendations", **scope: object) -> None:
    """Record a Yes to the live notice of a purpose."""
    notice = LIVE_NOTICE if purpose == "recommendations" else 1
    say(subject_id, "given", purpose, **({"notice": notice, "language": "en"} | scope))


def question(subject_id: UUID | None, *attributes: str, **changes: object) -> Question:
    """May the shop use these attributes (default: all purchases) for recommendations?"""
    fields: dict[str, object] = {
        "subject_id": subject_id,
        "purpose": "recommendations",
        "attributes": attributes or ("purchases",),
        "recipient": "shop",
    }
    return Question(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def ada(catalogue: None) -> UUID:
    """Said Yes to recommendations; her age band and some produce lie in the vault."""
    subject_id = bring_in("EU-DE", born=date(1980, 3, 14))
    now: datetime = timezone.now()
    values = {"name": "Ada Lark", "email": "ada@lark.example", "age_band": "45-54"}
    vault.write(subject_id=subject_id, values=values, source="tests", by="tests", at=now)
    block = vault.Block(subject_id, "purchases.produce", [["apples", 3, 1, 199, "b1"]])
    vault.put(blocks=[block], source="tests", at=now)
    given(subject_id)
    return subject_id


@pytest.fixture
def ben(catalogue: None) -> Iterator[UUID]:
    """Has never been asked."""
    yield bring_in("EU-DE", born=date(1988, 7, 1))


@pytest.fixture
def cleo(catalogue: None) -> UUID:
    """A Californian who said nothing: the opt-out regime."""
    return bring_in("US-CA", born=date(1996, 1, 20))


@pytest.fixture
def dan(catalogue: None) -> UUID:
    """Fourteen, in Germany, where consent is one's own from sixteen."""
    today = timezone.now().date()
    return bring_in("EU-DE", born=date(today.year - 14, 1, 1))
