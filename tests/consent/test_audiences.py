"""Whom a change concerns: worked out from parts of shapes, and as if from the whole."""

from hypothesis import given
from hypothesis import strategies as st

from consent import audiences
from consent.audiences import Known
from consent.compiling import EventFact, PersonFacts, compile_state
from consent.questions import Question
from consent.rulings import outcome
from tests.consent.test_compiling import CATALOGUE, NOW, events, people


def asked_one_by_one(shape: audiences.Shape) -> audiences.Usable:
    """What the gate itself answers each recipient for each purpose that it is bound to."""
    found: dict[str, frozenset[str]] = {}
    for code, recipient in CATALOGUE.recipients.items():
        permitted = {
            purpose
            for purpose in recipient.grants
            for channel in (None, *CATALOGUE.channels)
            if outcome(
                question=Question(
                    subject_id=None,
                    purpose=purpose,
                    attributes=tuple(sorted(CATALOGUE.purposes[purpose].attributes)),
                    recipient=code,
                    channel=channel,
                ),
                catalogue=CATALOGUE,
                content=shape,
                at=NOW,
            ).covered
        }
        if permitted:
            found[code] = frozenset(permitted)
    return found


@given(st.lists(st.tuples(people, st.lists(events(), max_size=6)), min_size=1, max_size=5))
def test_what_is_remembered_of_other_shapes_changes_no_answer(
    several: list[tuple[PersonFacts, list[EventFact]]],
) -> None:
    known: Known = {}
    for person, said in several:
        shape = compile_state(person=person, events=said, at=NOW).content
        found = audiences.usable_by(shape=shape, catalogue=CATALOGUE, at=NOW, known=known)
        assert found == asked_one_by_one(shape)


def test_shapes_that_differ_elsewhere_are_answered_from_memory() -> None:
    german = PersonFacts(status="known", jurisdictions=("EU-DE",))
    known: Known = {}

    def told(state: str, purpose: str) -> None:
        said = EventFact(state=state, valid_from=NOW, recorded_at=NOW, purpose=purpose)
        shape = compile_state(person=german, events=[said], at=NOW).content
        audiences.usable_by(shape=shape, catalogue=CATALOGUE, at=NOW, known=known)

    told("refused", "recommendations")
    learnt = len(known)
    told("withdrawn", "recommendations")
    assert len(known) == learnt
    told("refused", "targeted_ads")
    assert len(known) == learnt + 1
