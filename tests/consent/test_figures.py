"""What was allowed for figures over many people is never permitted about few of them."""

from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as st
from zeal import zeal_context

from consent import figures, rulings
from consent.actions import cataloguing, joining
from consent.actions.asking import ask
from consent.actions.asking_batch import ask_each, ask_many, decide_each
from consent.actions.asking_bulk import ask_bulk, ask_people
from consent.decisions.verdicts import denial, permit
from consent.queries import replays
from consent.questions import Mint, Question
from tests.cast import bring_in, given, question, say
from tests.consent.test_purposes_people_care_about import document_with, load

FIGURES = "service_improvement"
DENIED = denial("CONSENT_REFUSED")
PERMITTED = permit("CONSENT_VALID", ("LOG_USE",))
LEAST = 3

outcomes = st.dictionaries(
    st.sampled_from(["purchases", "age_band", "email"]),
    st.sampled_from([DENIED, PERMITTED]),
    min_size=1,
).map(
    lambda answers: rulings.Outcome(
        next((one for one in answers.values() if not one.permit), PERMITTED),
        answers,
        tuple(code for code, one in answers.items() if one.permit),
        "service_improvement@1",
    )
)


# The rule


@for_all(outcomes, st.integers(2, 50), st.integers(0, 60), st.integers(0, 60))
def test_fewer_people_never_permit_more(
    found: rulings.Outcome, least: int, one: int, other: int
) -> None:
    fewer, more = (
        figures.held_to(found, least=least, people=people) for people in sorted((one, other))
    )
    assert set(fewer.covered) <= set(more.covered) <= set(found.covered)
    assert more.decision.permit or not fewer.decision.permit
    for code, answer in fewer.answers.items():
        assert more.answers[code].permit or not answer.permit


@for_all(outcomes, st.integers(2, 50), st.integers(0, 60))
def test_it_takes_enough_people_and_says_so(
    found: rulings.Outcome, least: int, people: int
) -> None:
    held = figures.held_to(found, least=least, people=people)
    if people >= least:
        assert held == found
        return
    assert not held.covered and not held.decision and not any(held.answers.values())
    for code, answer in held.answers.items():
        said = found.answers[code]
        assert answer == (figures.TOO_FEW_PEOPLE if said.permit else said)
        assert answer.detail == ("too_few_people" if said.permit else "")


@for_all(outcomes, st.integers(0, 60))
def test_other_purposes_need_no_number_of_people(found: rulings.Outcome, people: int) -> None:
    assert figures.held_to(found, least=None, people=people) is found


# The gate, on the database


@pytest.fixture
def crowd(catalogue: None) -> list[UUID]:
    """LEAST people who said Yes to figures."""
    load(document_with(FIGURES, minimum_people=LEAST))
    people = [bring_in("EU-DE") for _ in range(LEAST)]
    for person in people:
        given(person, FIGURES)
    return people


def about(subject_id: UUID | None, *attributes: str) -> Question:
    return question(subject_id, *attributes, purpose=FIGURES)


def permitted_each(people: list[UUID]) -> list[bool]:
    with zeal_context():
        logged = ask_each(question=about(None), subject_ids=people, at=timezone.now())
        looked = decide_each(question=about(None), subject_ids=people, at=timezone.now())
    found = [answer.permitted for entry in logged for answer in entry.answers]
    assert found == [answer.permitted for answer in looked]
    return found


def permitted_many(people: list[UUID], stop_at: bool | None = None) -> list[bool]:
    with zeal_context():
        ruled = ask_many(
            questions=[about(person) for person in people], at=timezone.now(), stop_at=stop_at
        )
    return [ruling.permitted for ruling in ruled]


@pytest.mark.django_db
@pytest.mark.parametrize("mint", list(Mint))
def test_nobody_is_asked_about_alone(crowd: list[UUID], mint: Mint) -> None:
    with zeal_context():
        ruling = ask(question=about(crowd[0]), at=timezone.now(), mint=mint)
    assert (ruling.permitted, ruling.covered, ruling.permit) == (False, (), None)
    assert ruling.reason_code == "CONSENT_SCOPE_MISMATCH"
    assert {answer.detail for answer in ruling.attributes.values()} == {"too_few_people"}


@pytest.mark.django_db
def test_who_said_no_is_told_so_first(crowd: list[UUID]) -> None:
    say(crowd[0], "withdrawn", FIGURES)
    with zeal_context():
        ruling = ask(question=about(crowd[0]), at=timezone.now())
    assert ruling.reason_code == "CONSENT_WITHDRAWN"


@pytest.mark.django_db
@pytest.mark.parametrize("permitted", [permitted_each, permitted_many])
def test_a_batch_needs_enough_people_who_permit(crowd: list[UUID], permitted: object) -> None:
    assert callable(permitted)
    assert permitted(crowd) == [True] * LEAST
    assert permitted(crowd[:2]) == [False] * 2
    # Neither naming somebody twice nor naming people who allow nothing makes them more.
    assert permitted([*crowd[:2], crowd[0]]) == [False] * 3
    assert permitted([*crowd[:2], bring_in("EU-DE")]) == [False] * 3
    assert permitted([*crowd, bring_in("EU-DE")]) == [True] * LEAST + [False]


@pytest.mark.django_db
def test_a_list_that_ends_at_an_answer_counts_each_alone(crowd: list[UUID]) -> None:
    assert permitted_many(crowd, stop_at=True) == [False] * LEAST
    assert permitted_many(crowd, stop_at=False) == [False]


@pytest.mark.django_db
def test_records_that_are_joined_are_one_person(crowd: list[UUID]) -> None:
    with zeal_context():
        joining.join(one=crowd[0], other=crowd[1], kind="duplicate", by="tests", at=timezone.now())
    assert permitted_each(crowd) == [False] * LEAST
    assert over_everybody("purchases") is None
    assert delivered() == 0


def over_everybody(*attributes: str) -> UUID | None:
    with zeal_context():
        return ask_bulk(
            purpose=FIGURES, attributes=attributes, recipient="shop", feature="figures",
            at=timezone.now(),
        ).permit  # fmt: skip


def delivered() -> int:
    with zeal_context():
        found = ask_people(question=about(None), at=timezone.now()).people
    assert found.count >= len(set(found))
    return len(set(found))


@pytest.mark.django_db
def test_a_selection_is_of_enough_people_whenever_it_is_read(crowd: list[UUID]) -> None:
    with zeal_context():
        selection = ask_people(question=about(None), at=timezone.now()).people
    assert set(selection) == set(crowd) and selection.count == LEAST
    say(crowd[0], "withdrawn", FIGURES)
    assert set(selection) == set() and selection.ids() == b""
    with zeal_context():
        again = ask_people(question=about(None), at=timezone.now()).people
    assert (again.count, again.shapes) == (0, ())


@pytest.mark.django_db
def test_a_bulk_permit_opens_what_enough_people_permit(crowd: list[UUID]) -> None:
    """Because three people who permit something may be one who permits this."""
    say(crowd[0], "withdrawn", FIGURES, attributes=("age_band",))
    assert over_everybody("age_band") is None
    permit_id = over_everybody("age_band", "purchases")
    with connection.cursor() as cursor:
        cursor.execute("SELECT attributes FROM consent_permit WHERE id = %s", [permit_id])
        opened = cursor.fetchone()[0]
    assert "age_band" not in opened and any(code.startswith("purchases") for code in opened)


@pytest.mark.django_db
def test_a_logged_answer_is_the_same_when_it_is_decided_again(crowd: list[UUID]) -> None:
    since = timezone.now()
    with zeal_context():
        ask(question=about(crowd[0]), at=timezone.now())
    assert permitted_each(crowd) == [True] * LEAST
    assert permitted_each(crowd[1:]) == [False] * 2
    assert permitted_many(crowd) == [True] * LEAST
    assert over_everybody("purchases") and delivered() == LEAST
    say(crowd[0], "withdrawn", FIGURES)
    assert delivered() == 0
    found = replays.verified(replays.Span(since, timezone.now()))
    assert found.different == 0 and found.decisions == found.equal >= 1 + 3 + 2 + 3 + 3 + 3


@pytest.mark.django_db
def test_entries_of_many_people_are_about_as_long(
    crowd: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Because a last entry of one person would permit nothing."""
    monkeypatch.setattr("consent.actions.asking_batch.AT_ONCE", 5)
    more = [bring_in("EU-DE") for _ in range(3)]
    for person in more:
        given(person, FIGURES)
    assert permitted_each([*crowd, *more]) == [True] * 6


def test_the_shipped_catalogue_has_a_purpose_of_figures() -> None:
    document = cataloguing.default_document()
    assert [one["code"] for one in document["purposes"] if one.get("minimum_people")] == [FIGURES]
