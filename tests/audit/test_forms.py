"""A form gives the very bytes that each event would have alone."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import bodies
from audit.forms import Form

TAG = bytes(range(16))
PLAIN = st.text("0123456789abcXYZ:.+_-", min_size=1, max_size=64)
FACTS = st.dictionaries(
    st.sampled_from(["purpose", "by", "attributes", "z", "a"]),
    st.none() | st.text() | st.integers(-(2**53) + 1, 2**53 - 1) | st.lists(st.text(), max_size=3),
)


@given(FACTS, PLAIN, PLAIN, st.uuids(), st.datetimes(timezones=st.just(UTC)))
def test_a_form_filled_in_is_the_event_encoded_alone(
    facts: dict[str, object], one: str, other: str, event_id: UUID, at: datetime
) -> None:
    form = Form(kind="consent.given", facts=facts, blanks=["valid_from", "consent_event"])
    assert form.blanks == ("consent_event", "valid_from")
    whole = facts | {"consent_event": one, "valid_from": other}
    entry = form.fill(event_id, at, TAG, (one, other))
    assert entry.body == bodies.encode(event_id, "consent.given", at, TAG, whole)
    assert entry[:4] == (event_id, at, "consent.given", TAG)


@pytest.mark.parametrize("text", ["", 'a"b', "a\\b", "line\n", "é", "%s", "x" * 65])
def test_a_blank_takes_nothing_that_needs_an_escape(text: str) -> None:
    form = Form(kind="consent.given", facts={}, blanks=["valid_from"])
    with pytest.raises(ValueError, match="fill the blanks"):
        form.fill(UUID(int=1), datetime.now(UTC), TAG, (text,))


@pytest.mark.parametrize(
    ("kind", "facts", "blanks"),
    [
        ("Not A Kind", {}, ["a"]),
        ("consent.given", {"a": 1}, ["a"]),
        ("consent.given", {"a": 1.5}, ["b"]),
        ("consent.given", {}, ['quote"']),
    ],
)
def test_a_form_that_has_no_canonical_bytes_is_refused(
    kind: str, facts: dict[str, object], blanks: list[str]
) -> None:
    with pytest.raises(ValueError):
        Form(kind=kind, facts=facts, blanks=blanks)


def test_too_long_a_body_and_a_time_without_a_zone_are_refused() -> None:
    form = Form(kind="a.b", facts={"a": "x" * 16_330}, blanks=["b"])
    with pytest.raises(ValueError, match="16384"):
        form.fill(UUID(int=1), datetime.now(UTC), TAG, ("y",))
    form = Form(kind="a.b", facts={}, blanks=["b"])
    with pytest.raises(ValueError, match="zone"):
        form.fill(UUID(int=1), datetime(2026, 1, 1), TAG, ("y",))  # noqa: DTZ001
