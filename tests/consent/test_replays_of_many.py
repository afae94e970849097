"""Answers about many people, and about everybody, decided again as those about one."""

from base64 import b64encode
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import given as law
from hypothesis import settings as hypothesis_settings
from zeal import zeal_ignore

from audit import actions as audit
from audit import batches
from audit import queries as log
from consent.actions import cataloguing
from consent.actions.asking import ask
from consent.actions.asking_batch import ask_each
from consent.actions.asking_bulk import ask_bulk, ask_people
from consent.actions.recording import Act
from consent.models import ConsentState
from consent.queries import replays, states
from consent.queries.replays import Span
from consent.questions import Question
from tests.cast import ada, ben, bring_in, catalogue, cleo, dan, given, question, say
from tests.consent.test_asking_batch import crowd
from tests.consent.test_population import live
from tests.consent.test_replays import DAY, QUESTIONS, draft, replayed, verified

__all__ = ["ada", "ben", "catalogue", "cleo", "dan"]
pytestmark = pytest.mark.django_db
LESS = {"attributes": ["age_band"]}


def plain(**changes: Any) -> Question:
    return question(None, **changes)


def everybody(at: Any) -> None:
    ask_people(question=plain(), at=at)
    ask_bulk(
        purpose="recommendations", attributes=["purchases", "phone"], recipient="shop",
        feature="tests", at=at,
    )  # fmt: skip


def test_answers_about_many_are_recomputed_without_a_difference(
    ada: UUID, ben: UUID, cleo: UUID, dan: UUID
) -> None:
    asked = 0
    people = crowd(ada, ben, cleo, dan)
    with zeal_ignore():
        say(ben, "refused", "recommendations", attributes=("purchases.produce",))

        @hypothesis_settings(max_examples=30, database=None)
        @law(QUESTIONS)
        def workload(one: tuple[Question, object]) -> None:
            nonlocal asked
            put = replace(one[0], channel=None)
            ask_each(question=put, subject_ids=people, at=timezone.now())
            # Because one of them is named twice, and one entry knows each once.
            asked += len(set(people))

        workload()
        everybody(timezone.now())
        cataloguing.load(document=draft(**LESS), by="tests", at=timezone.now())
        workload()
        everybody(timezone.now())

    found = verified()

    assert (found.different, found.not_reconstructible) == (0, {}), found.differences
    # Because messages are asked for one by one, not all stand in entries about many.
    assert found.equal == found.decisions > asked > 400
    assert found.in_bulk > 200


def test_an_answer_about_many_that_the_rules_never_gave_is_found(ada: UUID, ben: UUID) -> None:
    ask_each(question=plain(), subject_ids=[ada, ben], at=timezone.now())
    (honest,) = log.events(filters=log.Filters(kind="decision"))
    forged = deepcopy(dict(honest.facts))
    groups = {group["kind"]: group for group in forged["each"]}
    # The reasons stay where they are: whose answer it was is turned round.
    yes, no = groups["decision.permit"], groups["decision.deny"]
    yes["leaves"], no["leaves"] = no["leaves"], yes["leaves"]
    yes["marks"], no["marks"] = no["marks"], yes["marks"]
    audit.append(kind="decision.batch", at=timezone.now(), facts=forged)

    found = verified()

    assert (found.decisions, found.equal, found.different) == (4, 2, 2)
    assert {one.member for one in found.differences} >= {"permitted", "reason"}


def test_an_answer_about_everybody_that_the_rules_never_gave_is_found(ada: UUID, ben: UUID) -> None:
    ask_people(question=plain(), at=timezone.now())
    (honest,) = log.events(filters=log.Filters(kind="decision"))
    turned = dict(honest.facts) | {"yes": honest.facts["no"], "no": honest.facts["yes"]}
    audit.append(kind="decision.bulk", at=timezone.now(), facts=turned)

    found = verified()

    assert (found.decisions, found.equal, found.different) == (4, 2, 2)
    assert {(one.member, one.logged) for one in found.differences} == {
        ("permitted", "True"), ("permitted", "False")
    }  # fmt: skip


def test_a_draft_shows_who_of_many_would_lose_and_counts_each_person_once(
    ada: UUID, ben: UUID
) -> None:
    at, dora = timezone.now(), bring_in("EU-DE")
    with zeal_ignore():
        given(dora)
        ask(question=question(ada), at=at)
        ask_each(question=plain(feature="home"), subject_ids=[ada, ben, dora, uuid4()], at=at)

    result = replayed(draft(**LESS), ids=True)

    assert (result["entries"], result["decisions"], result["in_bulk"]) == (2, 5, 4)
    assert result["changes"]["lose"] == 3
    assert result["people"]["lose"] | {"jurisdictions": None} == {
        "at_least": 2, "at_most": 2, "jurisdictions": None
    }  # fmt: skip
    assert set(result["ids"]["lose"]) == {str(ada), str(dora)}
    assert {row["asked_by"]: row["lose"] for row in result["purposes"]} == {"shop": 1, "home": 2}


def test_a_draft_shows_how_many_of_everybody_would_lose(ada: UUID, ben: UUID) -> None:
    with zeal_ignore():
        given(bring_in("EU-DE"))
        ask_people(question=plain(feature="audience"), at=timezone.now())
        ask_people(question=plain(feature="audience"), at=timezone.now())

    result = replayed(draft(**LESS))

    assert result["changes"]["lose"] == 4
    lost = result["people"]["lose"]
    assert (lost["at_least"], lost["at_most"]) == (2, 4)
    assert sum(lost["jurisdictions"].values()) == 4
    assert {row["before"] for row in result["reasons"]} >= {"CONSENT_VALID"}


def test_a_draft_shows_who_of_everybody_would_gain(ada: UUID, ben: UUID) -> None:
    """A Yes to a part is a Yes of a bulk permit, and No only where nothing is left."""
    with zeal_ignore():
        cataloguing.load(document=draft(**LESS), by="tests", at=timezone.now())
        ask_people(question=plain(), at=timezone.now())
        ask_bulk(purpose="recommendations", attributes=["purchases", "age_band"],
                 recipient="shop", feature="tests", at=timezone.now())  # fmt: skip

    result = replayed(draft())

    assert (result["changes"]["gain"], result["changes"]["lose"]) == (1, 0)


def test_what_was_logged_without_its_states_is_counted_and_left_out(ada: UUID, ben: UUID) -> None:
    with zeal_ignore():
        ask_each(question=plain(), subject_ids=[ada, ben], at=timezone.now())
        ask_people(question=plain(), at=timezone.now())
    for entry in log.events(filters=log.Filters(kind="decision")):
        facts = deepcopy(dict(entry.facts))
        facts.pop("yes", None)
        for group in facts.get("each", ()):
            del group["marks"]
        audit.append(kind=entry.kind, at=timezone.now(), facts=facts)

    found = verified()

    assert (found.equal, found.different) == (4, 0)
    assert found.not_reconstructible == {"SHAPE_NOT_NAMED": 3}


@pytest.mark.parametrize("broken", ["", "AAAA", "not base64", b64encode(b"x" * 12).decode()])
def test_damaged_marks_are_no_answer(ada: UUID, ben: UUID, broken: str) -> None:
    ask_each(question=plain(), subject_ids=[ada, ben], at=timezone.now())
    (honest,) = log.events(filters=log.Filters(kind="decision"))
    facts = deepcopy(dict(honest.facts))
    facts["each"][0]["marks"] = broken
    audit.append(kind="decision.batch", at=timezone.now(), facts=facts)

    found = verified()

    assert (found.equal, found.different) == (2, 0)
    assert sum(found.not_reconstructible.values()) == 2


def test_a_mark_that_two_states_share_names_neither(ada: UUID) -> None:
    shape = bytes(ConsentState.objects.get(subject=ada).shape)
    assert states.shape_marked(shape[: batches.MARK_BYTES]) == shape
    with pytest.raises(LookupError):
        states.shape_marked(b"")
    with pytest.raises(LookupError):
        states.shape_marked(bytes(batches.MARK_BYTES))


@pytest.mark.parametrize("many", [True, False])
def test_a_state_that_lapsed_is_kept_with_the_answer_it_gave(catalogue: None, many: bool) -> None:
    now = timezone.now()
    act = Act(state="given", purpose="recommendations", notice=2, language="en")
    said = {"places": ("EU-DE",), "born": date(1980, 3, 14), "status": "known"}
    one = live(said | {"said": [(act, 10, 5)]}, now)
    later = now + 30 * DAY
    with zeal_ignore():
        if many:
            ask_each(question=plain(), subject_ids=[one], at=later)
        else:
            ask_people(question=plain(), at=later)
        found = replays.verified(Span(now, later + DAY))

    assert (found.equal, found.different, found.not_reconstructible) == (1, 0, {})
