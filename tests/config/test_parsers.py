"""What the partner API refuses to read, and that it says why without quoting."""

import io

import pytest

from config.parsers import StrictJSONParser
from consent.api.problems import Problem
from consent.api.strict_json import LONGEST_BODY, NotStrictJson, loads


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        ('{"a": ["ї", 1, 1.5, true]}'.encode(), {"a": ["ї", 1, 1.5, True]}),
        (b'{"a": {"a": 1}}', {"a": {"a": 1}}),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
    ],
)
def test_good_json_is_read(body: bytes, value: object) -> None:
    assert loads(body) == value


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{'secret': 1}", "not JSON"),
        (b'{"secret": 1', "not JSON (line 1"),
        (b'{"secret": "\xff"}', "not UTF-8 (byte 12)"),
        (b'{"secret": 1, "secret": 2}', "same name twice"),
        (b'[{"x": {"secret": 1, "secret": 1}}]', "same name twice"),
        (b'{"secret": NaN}', "NaN is not JSON"),
        (b'{"secret": -Infinity}', "-Infinity is not JSON"),
        (b'{"secret": 1e999}', "too large"),
        (b'{"secret": ' + b"1" * 5000 + b"}", "too large"),
        (b'{"secret": "a\\u0000b"}', "NUL"),
        (b'{"secret\\u0000": 1}', "NUL"),
        (b'{"secret": "\\ud800"}', "surrogate"),
        (b"[" * 40 + b"]" * 40, "nested"),
        (b"[" * 100_000, "too large"),
        (b'\xef\xbb\xbf{"secret": 1}', "not JSON"),
    ],
)
def test_doubtful_json_is_refused_without_quoting_it(body: bytes, reason: str) -> None:
    with pytest.raises(NotStrictJson) as refused:
        loads(body)

    assert reason in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() -> None:
    parser = StrictJSONParser()
    text = b'"' + b"a" * (LONGEST_BODY - 2) + b'"'

    assert len(parser.parse(io.BytesIO(text))) == LONGEST_BODY - 2
    with pytest.raises(Problem):
        parser.parse(io.BytesIO(text + b" "))
