"""Which devices go with a person: theirs alone, however they hang together."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.ownership import Tie, own_devices

ADA, BEN, PHONE, LAPTOP, TABLET = (UUID(int=number) for number in range(1, 6))
ANONYMOUS = {PHONE, LAPTOP, TABLET}
RECORDS = [ADA, BEN, PHONE, LAPTOP, TABLET]
MINE = Tie(ADA, PHONE, device=True)


def owned(*ties: Tie, person: UUID = ADA) -> set[UUID]:
    return own_devices(person, anonymous=ANONYMOUS, ties=ties)


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ((), set()),
        ((MINE,), {PHONE}),
        ((MINE, Tie(PHONE, LAPTOP, device=True)), {PHONE, LAPTOP}),
        ((Tie(ADA, BEN, device=True),), set()),
        ((Tie(ADA, PHONE, device=False),), set()),
        ((MINE, Tie(BEN, PHONE, device=True)), set()),
        ((MINE, Tie(BEN, PHONE, device=False)), set()),
        ((MINE, Tie(ADA, LAPTOP, device=True), Tie(BEN, PHONE, device=True)), {LAPTOP}),
        ((MINE, Tie(PHONE, LAPTOP, device=True), Tie(BEN, LAPTOP, device=True)), set()),
        ((MINE, Tie(ADA, BEN, device=False)), {PHONE}),
    ],
)
def test_a_device_that_anybody_else_is_joined_to_is_not_this_persons_alone(
    ties: tuple[Tie, ...], expected: set[UUID]
) -> None:
    assert owned(*ties) == expected


TIES = st.lists(
    st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS), st.booleans())
    .filter(lambda found: found[0] != found[1])
    .map(lambda found: Tie(*found)),
    max_size=8,
)


@given(TIES)
def test_nothing_that_is_erased_touches_anybody_who_stays(ties: list[Tie]) -> None:
    gone = owned(*ties)

    assert gone <= ANONYMOUS
    for tie in ties:
        ends = {tie.one, tie.other}
        assert not ends & gone or ends <= gone | {ADA}


@given(TIES)
def test_nobody_owns_what_another_owns(ties: list[Tie]) -> None:
    assert not owned(*ties) & owned(*ties, person=BEN)
