"""The OpenAPI document as rows that a page can show without any script."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import mark_safe

from consent.api.problems import TITLES
from consent.reasons import DEVELOPERS, PERMITS

_CODE = re.compile(r"`([^`]+)`")
_METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Member:
    """One parameter, or one member of a body."""

    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Example:
    """One request body, as JSON text."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    scopes: tuple[str, ...]
    parameters: tuple[Member, ...]
    body: tuple[Member, ...]
    answers: tuple[tuple[str, str], ...]
    examples: tuple[Example, ...]


def scopes() -> Mapping[str, str]:
    """Scope to its description."""
    provider: dict[str, Any] = settings.OAUTH2_PROVIDER
    named: Mapping[str, str] = provider["SCOPES"]
    return named


def page_of(document: dict[str, Any]) -> dict[str, Any]:
    """The context of the page: operations by tag, scopes, problems and reason codes."""
    operations: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                found = methods[method]
                tag = (found.get("tags") or ["Other"])[0]
                operations.setdefault(tag, []).append(_operation(document, path, method, found))
    return {
        "groups": sorted(operations.items()),
        "scopes": sorted(scopes().items()),
        "problems": sorted(TITLES.items()),
        "reasons": [
            (code, code in PERMITS, meaning) for code, meaning in sorted(DEVELOPERS.items())
        ],
    }


def _operation(
    document: dict[str, Any], path: str, method: str, found: dict[str, Any]
) -> Operation:
    content = found.get("requestBody", {}).get("content", {})
    media: dict[str, Any] = next(iter(content.values()), {})
    return Operation(
        anchor=found["operationId"],
        method=method.upper(),
        path=path,
        summary=found.get("summary", ""),
        description=_marked(found.get("description", "")),
        scopes=tuple(
            scope
            for need in found.get("security", [])
            for named in need.values()
            for scope in named
        ),
        parameters=tuple(_parameter(parameter) for parameter in found.get("parameters", [])),
        body=tuple(_members(document, media.get("schema", {}))),
        answers=tuple(
            (status, answer.get("description", "")) for status, answer in found["responses"].items()
        ),
        examples=tuple(
            Example(
                example.get("summary") or name,
                json.dumps(example["value"], indent=2, ensure_ascii=False),
            )
            for name, example in media.get("examples", {}).items()
        ),
    )


def _parameter(parameter: dict[str, Any]) -> Member:
    return Member(
        name=parameter["name"],
        kind=f"{parameter['in']}, {parameter.get('schema', {}).get('type', 'string')}",
        required=parameter.get("required", False),
        description=_marked(parameter.get("description", "")),
    )


def _members(
    document: dict[str, Any], schema: dict[str, Any], prefix: str = ""
) -> Iterator[Member]:
    """The members of an object, those of objects inside it by their path."""
    schema = _resolved(document, schema)
    required = schema.get("required", [])
    for name, raw in schema.get("properties", {}).items():
        inner = _resolved(document, raw)
        yield Member(
            name=f"{prefix}{name}",
            kind=str(inner.get("type", "value")),
            required=name in required,
            description=_marked(raw.get("description", inner.get("description", ""))),
        )
        if inner.get("properties"):
            yield from _members(document, inner, f"{prefix}{name}.")


def _marked(text: str) -> str:
    """The text with what stands between backticks as code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308 (escaped before)


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "allOf" in schema and len(schema["allOf"]) == 1:
        schema = schema["allOf"][0]
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found
