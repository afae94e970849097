"""An import lifts no No that was said here, and judges nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.contradictions import LIFTS, YES, lifts_a_no
from consent.folding import EventFact

START = datetime(2026, 1, 1, tzinfo=UTC)
CLASSES = {"recommendations": "personalisation", "email": "direct_marketing", "sale": "sale"}


def said(state: str, day: int, purpose: str | None = "email", **scope: object) -> EventFact:
    """An act said to us on a day."""
    moment = START + timedelta(days=day)
    return EventFact(state, moment, moment, purpose, CLASSES.get(purpose or "", ""), **scope)  # type: ignore[arg-type]


def brought(state: str, day: int, purpose: str | None = "email", **scope: object) -> EventFact:
    """An act brought in much later."""
    moment, learnt = START + timedelta(days=day), START + timedelta(days=900)
    return EventFact(state, moment, learnt, purpose, CLASSES.get(purpose or "", ""), **scope)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("here", "later"),
    [
        ([said("withdrawn", 5)], brought("given", 6)),
        ([said("refused", 5)], brought("renewed", 6)),
        ([said("objected", 5, None)], brought("given", 6)),
        ([said("opted_out", 5, "sale")], brought("opted_in", 6, "sale")),
        ([said("signal_on", 5, None)], brought("given", 6, "sale")),
        ([said("restricted", 5, None)], brought("unrestricted", 6, None)),
        ([said("stopped", 5, None)], brought("resumed", 6, None)),
        ([said("withdrawn", 5, attributes=("name",))], brought("given", 6, attributes=("name",))),
        ([said("given", 3), said("withdrawn", 5)], brought("given", 6)),
        ([brought("withdrawn", 4), said("withdrawn", 5)], brought("given", 6)),
    ],
)
def test_a_no_said_here_stands(here: list[EventFact], later: EventFact) -> None:
    assert lifts_a_no(later, here)


@pytest.mark.parametrize(
    ("here", "later"),
    [
        ([], brought("given", 6)),
        # What is older than the No is history.
        ([said("withdrawn", 5)], brought("given", 5)),
        # Another matter.
        ([said("withdrawn", 5)], brought("given", 6, "recommendations")),
        ([said("objected", 5, "recommendations")], brought("given", 6)),
        # A No to a part is not lifted by a Yes to the whole.
        ([said("withdrawn", 5, attributes=("name",))], brought("given", 6)),
        # The person has said Yes here since.
        ([said("withdrawn", 5), said("given", 7)], brought("given", 8)),
        # What was imported is followed by what was imported.
        ([brought("withdrawn", 5)], brought("given", 6)),
        ([said("withdrawn", 5)], brought("refused", 6)),
    ],
)
def test_nothing_else_is_judged(here: list[EventFact], later: EventFact) -> None:
    assert not lifts_a_no(later, here)


events = st.builds(
    lambda make, state, day, purpose: make(state, day, purpose),
    st.sampled_from([said, brought]),
    st.sampled_from(["given", "withdrawn", "objected", "opted_out", "restricted", "unrestricted"]),
    st.integers(0, 30),
    st.sampled_from([*CLASSES, None]),
)


@given(st.lists(events), events, st.sampled_from(sorted(LIFTS)), st.integers(0, 30))
def test_a_further_no_never_lets_more_through(
    here: list[EventFact], more: EventFact, state: str, day: int
) -> None:
    if more.state in YES or more.state == "unrestricted":
        return
    line = brought(state, day)
    assert lifts_a_no(line, [*here, more]) or not lifts_a_no(line, here)
