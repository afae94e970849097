from uuid import UUID, uuid4

import pytest

from profiles import rights


def reachable(state: str) -> set[str]:
    seen: set[str] = set()
    waiting = [state]
    while waiting:
        for following in rights.TRANSITIONS[waiting.pop()] - seen:
            seen.add(following)
            waiting.append(following)
    return seen


def test_every_state_is_in_the_table_and_leads_only_to_states() -> None:
    assert set(rights.TRANSITIONS) == set(rights.STATES)
    for following in rights.TRANSITIONS.values():
        assert following <= set(rights.STATES)


def test_every_state_is_reached_from_received_and_every_open_one_can_end() -> None:
    assert reachable(rights.RECEIVED) | {rights.RECEIVED} == set(rights.STATES)
    for state in rights.OPEN:
        assert reachable(state) & rights.FINAL


def test_final_states_lead_nowhere() -> None:
    for state in rights.FINAL:
        assert rights.TRANSITIONS[state] == frozenset()


def test_what_destroys_cannot_be_cancelled_nor_refused() -> None:
    assert not rights.can_cancel(right=rights.ERASURE, state=rights.ACTING)
    with pytest.raises(rights.IllegalTransition):
        rights.check_transition(right=rights.ERASURE, state=rights.ACTING, wanted=rights.REFUSED)


def test_nothing_is_refused_before_a_person_has_looked_at_it() -> None:
    refusing = {state for state in rights.STATES if rights.REFUSED in rights.TRANSITIONS[state]}
    assert refusing == {rights.REVIEWING, rights.VERIFYING}


@pytest.mark.parametrize("right", sorted(set(rights.RIGHTS) - {rights.ERASURE}))
def test_only_an_erasure_acts(right: str) -> None:
    with pytest.raises(rights.IllegalTransition):
        rights.check_transition(right=right, state=rights.RECEIVED, wanted=rights.ACTING)


def test_an_erasure_collects_nothing() -> None:
    with pytest.raises(rights.IllegalTransition):
        rights.check_transition(
            right=rights.ERASURE, state=rights.RECEIVED, wanted=rights.COLLECTING
        )


def test_every_refusal_names_its_provision() -> None:
    assert all(source for source in rights.REFUSALS.values())


def test_public_ids_come_back() -> None:
    for _ in range(200):
        request_id = uuid4()
        text = rights.public_id(request_id)
        assert text.startswith("req_")
        assert rights.parse_public_id(text) == request_id


@pytest.mark.parametrize(
    "text",
    ["", "req_", "req_" + "a" * 25, "req_" + "1" * 26, "ps_" + "a" * 26, "req_" + "я" * 26,
     "req_" + "a" * 25 + "b", rights.public_id(UUID(int=1)).upper()],
)  # fmt: skip
def test_other_text_is_no_request(text: str) -> None:
    assert rights.parse_public_id(text) is None
