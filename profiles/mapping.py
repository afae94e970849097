"""How the columns of somebody's own file become people: a mapping in YAML, read strictly.

    source: crm-export
    references: {crm: customer_no}
    jurisdiction: {column: country, values: {DE: EU-DE, AT: EU-AT}}
    birth_date: born
    attributes: {name: full_name, email: email}
    consents:
      - purpose: email_marketing
        notice: email_marketing@1
        language: en
        state: {column: newsletter, values: {"yes": opted_in, "no": refused}}
        valid_from: newsletter_since

Where a column is wanted, its name may stand alone, or `{column, values, default}`: `values`
translates what is in the file, `default` takes the place of an empty cell.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import yaml

from consent.api.authzen import CODE, read_time
from consent.api.serializers import NOTICE
from consent.api.subjects import OLDEST

REFERENCE = re.compile(r"[\x21-\x7e]{1,128}")
SYSTEM = re.compile(r"[a-z][a-z0-9-]{0,39}")
LONGEST_TEXT = 1_000
TYPES = ("text", "integer", "number", "boolean")
MEMBERS = {"source", "references", "jurisdiction", "birth_date", "attributes", "consents",
           "recorded_at", "language", "delimiter"}  # fmt: skip


class MappingRefused(ValueError):
    """The mapping cannot be used; the text says what to change in it."""


class CellRefused(ValueError):
    """A cell does not hold what its column must; the text never repeats it."""

    def __init__(self, column: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.code, self.reason = column, code, reason


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value comes from."""

    name: str
    values: Mapping[str, str] | None = None
    default: str | None = None
    type: str = "text"

    def read(self, row: Mapping[str, Any]) -> str | None:
        """The text of the cell, translated; None where it is empty. Raises CellRefused."""
        cell = row.get(self.name)
        text = cell.isoformat() if isinstance(cell, date | datetime) else str(cell or "").strip()
        if cell is False or cell == 0:
            text = str(cell)
        if not text:
            return self.default
        if len(text) > LONGEST_TEXT:
            raise CellRefused(self.name, "TOO_LONG", f"is longer than {LONGEST_TEXT} characters")
        if self.values is None:
            return text
        if text not in self.values:
            raise CellRefused(
                self.name, "VALUE_UNKNOWN", "holds what the mapping does not translate"
            )
        return self.values[text]

    def value(self, row: Mapping[str, Any]) -> str | int | float | bool | None:
        """The same, of its type."""
        text = self.read(row)
        if text is None or self.type == "text":
            return text
        try:
            if self.type == "boolean":
                return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
            return int(text) if self.type == "integer" else float(text)
        except (KeyError, ValueError):
            raise CellRefused(self.name, "TYPE", f"is not of the type {self.type}") from None


@dataclass(frozen=True, slots=True)
class ConsentColumns:
    """One answer per row: `state` empty means that nothing was said."""

    purpose: str
    notice: int | None
    language: str
    state: Column
    valid_from: Column
    expires_at: Column | None
    method: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping that was read."""

    source: str
    references: Mapping[str, Column]
    jurisdiction: Column
    birth_date: Column | None
    attributes: Mapping[str, Column]
    consents: tuple[ConsentColumns, ...]
    recorded_at: Column | None
    delimiter: str

    def columns(self) -> set[str]:
        """The names of all columns that are read."""
        single = [self.jurisdiction, self.birth_date, self.recorded_at]
        found = [*self.references.values(), *self.attributes.values(), *single]
        for consent in self.consents:
            found += [consent.state, consent.valid_from, consent.expires_at]
        return {column.name for column in found if column is not None and column.name}


def read(text: str, *, declared: Collection[str]) -> Mapped:
    """The mapping in a YAML document; raises MappingRefused.

    `declared` are the single attributes that some purpose covers: no other may be stored.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise MappingRefused("The mapping is not YAML.") from error
    if not isinstance(document, dict) or not document.keys() <= MEMBERS:
        raise MappingRefused("A mapping has the members " + ", ".join(sorted(MEMBERS)) + ".")
    references = {
        str(system): _column(given, f"references.{system}")
        for system, given in _object(document, "references").items()
    }
    if not references or not all(SYSTEM.fullmatch(system) for system in references):
        raise MappingRefused("Name one column of references, under a lower-case word such as crm.")
    attributes = {
        str(code): _column(given, f"attributes.{code}")
        for code, given in _object(document, "attributes").items()
    }
    stray = sorted(attributes.keys() - set(declared))
    if stray:
        raise MappingRefused(
            f"No purpose covers the attribute {stray[0]}, so it may not be stored."
        )
    return Mapped(
        source=_code(document.get("source", "import"), "source"),
        references=references,
        jurisdiction=_place(document.get("jurisdiction")),
        birth_date=_optional(document, "birth_date"),
        attributes=attributes,
        consents=tuple(
            _consent(given, f"consents.{number}")
            for number, given in enumerate(_list(document, "consents"), 1)
        ),
        recorded_at=_optional(document, "recorded_at"),
        delimiter=str(document.get("delimiter", ",")),
    )


def moment(column: Column, row: Mapping[str, Any]) -> datetime | None:
    """A time with its offset, or a day, which begins at midnight UTC. Raises CellRefused."""
    text = column.read(row)
    if text is None:
        return None
    found = read_time(text)
    if found is None:
        try:
            found = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        except ValueError:
            raise CellRefused(
                column.name, "INVALID_TIME", "is no RFC 3339 time with its offset, and no day"
            ) from None
    return found


def born(column: Column, row: Mapping[str, Any], *, today: date) -> date | None:
    """A birth date as YYYY-MM-DD. Raises CellRefused."""
    text = column.read(row)
    if text is None:
        return None
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        raise CellRefused(column.name, "INVALID_DATE", "is not a date as YYYY-MM-DD") from None
    if found > today or today.year - found.year > OLDEST:
        raise CellRefused(column.name, "INVALID_DATE", "is one that nobody alive was born on")
    return found


def _object(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name, {})
    if not isinstance(found, dict):
        raise MappingRefused(f"{name} is a list of names with their columns.")
    return found


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name, [])
    if not isinstance(found, list):
        raise MappingRefused(f"{name} is a list.")
    return found


def _optional(document: Mapping[str, Any], name: str) -> Column | None:
    return _column(document[name], name) if name in document else None


def _column(given: Any, where: str) -> Column:
    if isinstance(given, str) and given:
        return Column(given)
    if not isinstance(given, dict) or not given.keys() <= {"column", "values", "default", "type"}:
        raise MappingRefused(f"{where} names a column, or has column, values, default and type.")
    values, kind = given.get("values"), given.get("type", "text")
    if not isinstance(given.get("column"), str) or kind not in TYPES:
        raise MappingRefused(f"{where} needs a column; its type is one of {', '.join(TYPES)}.")
    if values is not None and not (
        isinstance(values, dict) and all(isinstance(key, str) for key in values)
    ):
        raise MappingRefused(f'{where}.values translates texts: put yes and no into "quotes".')
    default = given.get("default")
    return Column(
        given["column"],
        {key: str(value) for key, value in values.items()} if values is not None else None,
        None if default is None else str(default),
        kind,
    )


def _place(given: Any) -> Column:
    """A column, or one jurisdiction for everybody."""
    if given is None:
        return Column("", default="UNKNOWN")
    if isinstance(given, str):
        return Column("", default=_code(given, "jurisdiction"))
    return _column(given, "jurisdiction")


def _consent(given: Any, where: str) -> ConsentColumns:
    if not isinstance(given, dict):
        raise MappingRefused(f"{where} has purpose, state, valid_from, notice and language.")
    purpose, notice = _code(given.get("purpose"), f"{where}.purpose"), given.get("notice")
    version = None
    if notice is not None:
        about, _, number = str(notice).rpartition("@")
        if not re.fullmatch(NOTICE, str(notice)) or about != purpose:
            raise MappingRefused(f"{where}.notice is {purpose}@ and the version that was shown.")
        version = int(number)
    return ConsentColumns(
        purpose=purpose,
        notice=version,
        language=_code(given.get("language", "en"), f"{where}.language"),
        state=_column(given.get("state"), f"{where}.state"),
        valid_from=_column(given.get("valid_from"), f"{where}.valid_from"),
        expires_at=_column(given["expires_at"], where) if "expires_at" in given else None,
        method=_code(given.get("method", "import"), f"{where}.method"),
    )


def _code(given: Any, where: str) -> str:
    if not isinstance(given, str) or not CODE.fullmatch(given):
        raise MappingRefused(f"{where} is a code: letters, digits and . _ : + -")
    return given
