"""JSON from partners, taken literally or not at all.

RFC 8259 leaves duplicate names and NaN to the reader; two readers that differ on them can be
played against each other, so they are refused (RFC 7493, I-JSON).
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

LONGEST_BODY = 1_048_576
DEEPEST = 32


class BodyTooLarge(APIException):
    """413: the body is longer than LONGEST_BODY bytes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"


class StrictJSONParser(JSONParser):
    """Parses a request body of at most 1 MiB of UTF-8 JSON; ParseError says what is wrong."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value; raises BodyTooLarge (413) or ParseError (400)."""
        body = stream.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            raise BodyTooLarge(_("The body is longer than 1 MiB. Send fewer items at a time."))
        return loads(body)


def loads(body: bytes) -> Any:
    """The JSON value in `body`; raises ParseError, which never quotes what was sent."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not UTF-8 (byte %d).") % error.start) from None
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ParseError(
            _("The body is not JSON (line %(line)d, column %(column)d).")
            % {"line": error.lineno, "column": error.colno}
        ) from None
    except (RecursionError, ValueError):
        raise ParseError(_("The body holds a number or a nesting that is too large.")) from None
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ParseError(_("An object in the body has the same name twice."))
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(_("%s is not JSON. Leave the member out or send null.") % name)


def _check(value: Any, depth: int = 0) -> None:
    """Refuses what PostgreSQL or UTF-8 cannot hold: NUL, lone surrogates, infinite numbers."""
    if depth > DEEPEST:
        raise ParseError(_("The body is nested more than %d levels deep.") % DEEPEST)
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise ParseError(_("The body holds a number or a nesting that is too large."))
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError(_("The body holds a NUL character."))
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError(_("The body holds half of a surrogate pair."))
