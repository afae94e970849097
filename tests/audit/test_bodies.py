"""A body has one form, and what has none is refused."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.bodies import LARGEST_BODY, belongs, decode, encode

ID = UUID("01933f2a-0000-7000-8000-000000000001")
AT = datetime(2026, 11, 22, 9, 14, 3, 123456, tzinfo=UTC)
TAG = bytes(range(16))

FACTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcz_.", max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_the_form_is_fixed() -> None:
    body = encode(ID, "decision.permit", AT, TAG, {"purpose": "recommendations", "count": 2})
    assert body == (
        b'{"at":1795338843123456,"facts":{"count":2,"purpose":"recommendations"},'
        b'"id":"01933f2a-0000-7000-8000-000000000001","kind":"decision.permit",'
        b'"tag":"000102030405060708090a0b0c0d0e0f","v":1}'
    )


@given(facts=st.dictionaries(st.text("abcz_.", max_size=6), FACTS, max_size=5))
def test_a_body_gives_back_what_was_put_in(facts: dict) -> None:
    body = encode(ID, "use", AT, None, facts)
    content = decode(body)
    assert (content.id, content.kind, content.at, content.tag) == (ID, "use", AT, None)
    assert content.facts == facts
    assert encode(content.id, content.kind, content.at, content.tag, content.facts) == body


def test_the_same_moment_elsewhere_has_the_same_form() -> None:
    kyiv = AT.astimezone(timezone(timedelta(hours=2)))
    assert encode(ID, "use", AT, None, {}) == encode(ID, "use", kyiv, None, {})


@pytest.mark.parametrize(
    "facts",
    [{"n": 1.5}, {"n": float("nan")}, {"n": 2**53}, {"б": 1}, {1: 1}, {"n": b""}, {"n": {1}}],
)
def test_what_has_no_canonical_form_is_refused(facts: dict) -> None:
    with pytest.raises(ValueError, match=r"Facts|facts|numbers"):
        encode(ID, "use", AT, None, facts)


@pytest.mark.parametrize("kind", ["", "Use", "use.", ".use", "use..x", "use x", 'use"', "üse"])
def test_a_kind_is_dotted_words(kind: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        encode(ID, kind, AT, None, {})


def test_other_limits() -> None:
    with pytest.raises(ValueError, match="bytes"):
        encode(ID, "use", AT, b"short", {})
    with pytest.raises(ValueError, match="zone"):
        encode(ID, "use", AT.replace(tzinfo=None), None, {})
    with pytest.raises(ValueError, match="bytes"):
        encode(ID, "use", AT, None, {"text": "x" * LARGEST_BODY})
    with pytest.raises(ValueError):
        encode(ID, "use", AT, None, {"text": "\ud800"})


def test_columns_that_say_something_else_do_not_belong() -> None:
    body = encode(ID, "use", AT, TAG, {"a": 1})
    assert belongs(body, ID, "use", AT, TAG)
    assert not belongs(body, UUID(int=1), "use", AT, TAG)
    assert not belongs(body, ID, "use.other", AT, TAG)
    assert not belongs(body, ID, "use", AT + timedelta(microseconds=1), TAG)
    assert not belongs(body, ID, "use", AT, None)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"id":1}', b"\xff"])
def test_a_damaged_body_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        decode(body)
