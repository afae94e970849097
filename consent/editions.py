"""A catalogue as a JSON document and back, so that an old version can decide again.

The document has the members of `consent.catalogue.Catalogue` under their own names; sets are
sorted lists, times RFC 3339. A member that a later release has added takes its default when
an older document is read.
"""

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from consent.catalogue import Catalogue
from consent.jurisdiction_data import JURISDICTIONS

Document = dict[str, Any]


class EditionUnreadable(ValueError):
    """The document is of a release whose catalogue this one cannot rebuild."""


def document_of(catalogue: Catalogue) -> Document:
    """The catalogue as JSON; equal catalogues have equal documents."""
    document: Document = _written(catalogue)
    if catalogue.jurisdictions is JURISDICTIONS:
        # Because the law that ships is in the code; only law of an operator must be kept.
        del document["jurisdictions"]
    return document


def catalogue_of(document: Mapping[str, Any]) -> Catalogue:
    """The catalogue in a document; raises EditionUnreadable."""
    try:
        found = _read(Catalogue, document)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EditionUnreadable("This edition was written by another release.") from error
    if not isinstance(found, Catalogue):
        raise EditionUnreadable("This is no catalogue.")
    return found


def digest(document: Mapping[str, Any]) -> bytes:
    """SHA-256 over the canonical JSON of a document."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).digest()


def _written(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _written(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return {name: _written(inner) for name, inner in sorted(value.items())}
    if isinstance(value, tuple | list):
        return [_written(inner) for inner in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"An edition has no form for {type(value).__name__}.")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        return _read_dataclass(kind, value)
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        hints = _hints(kind)
        return kind(
            *(_read(hints[name], one) for name, one in zip(kind._fields, value, strict=True))
        )
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return None if value is None else _read(_only(inner), value)
    if origin is tuple:
        parts = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_read(part, one) for part, one in zip(parts, value, strict=True))
    if origin in (frozenset, set):
        return frozenset(_read(inner[0], one) for one in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {name: _read(inner[1], one) for name, one in value.items()}
    if kind is datetime:
        return datetime.fromisoformat(value)
    if isinstance(kind, type) and not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} was expected.")
    return value


def _read_dataclass(kind: Any, value: Mapping[str, Any]) -> Any:
    hints, given = _hints(kind), {}
    for one in fields(kind):
        if not one.init:
            continue
        if one.name in value:
            given[one.name] = _read(hints[one.name], value[one.name])
        elif one.default is MISSING and one.default_factory is MISSING:
            raise KeyError(one.name)
    return kind(**given)


def _only(kinds: tuple[Any, ...]) -> Any:
    """The one type of `X | None`."""
    (found,) = (kind for kind in kinds if kind is not type(None))
    return found
