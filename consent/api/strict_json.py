"""JSON from partners, taken literally or not at all.

RFC 8259 leaves duplicate names and NaN to the reader; two readers that differ on them can be
played against each other, so they are refused (RFC 7493, I-JSON).
"""

import json
import math
from typing import Any, NoReturn

LONGEST_BODY = 1_048_576
DEEPEST = 32


class NotStrictJson(ValueError):
    """The body is not I-JSON; the text says what is wrong and quotes nothing that was sent."""


def loads(body: bytes) -> Any:
    """The JSON value in `body`; raises NotStrictJson."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStrictJson(f"The body is not UTF-8 (byte {error.start}).") from None
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotStrictJson(
            f"The body is not JSON (line {error.lineno}, column {error.colno})."
        ) from None
    except NotStrictJson:
        raise
    except (RecursionError, ValueError):
        raise NotStrictJson("The body holds a number or a nesting that is too large.") from None
    escaped = "\\u" in text
    # Because only an escape can bring NUL or a surrogate past the decoder, and only many
    # brackets a deep nesting, most bodies need no walk.
    if escaped or text.count("{") + text.count("[") > DEEPEST:
        _check(value, escaped=escaped)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotStrictJson("An object in the body has the same name twice.")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise NotStrictJson(f"{name} is not JSON. Leave the member out or send null.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise NotStrictJson("The body holds a number or a nesting that is too large.")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite
)


def _check(value: Any, *, escaped: bool, depth: int = 0) -> None:
    """Refuses what PostgreSQL or UTF-8 cannot hold (NUL, lone surrogates), and deep nesting."""
    if depth > DEEPEST:
        raise NotStrictJson(f"The body is nested more than {DEEPEST} levels deep.")
    if isinstance(value, str):
        if escaped:
            _check_text(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            if escaped:
                _check_text(name)
            _check(member, escaped=escaped, depth=depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, escaped=escaped, depth=depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise NotStrictJson("The body holds a NUL character.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotStrictJson("The body holds half of a surrogate pair.")
