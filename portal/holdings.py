"""What we hold of a person, for that person's eyes: grouped, named, masked where sensible."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from consent.queries import catalogue as catalogues
from consent.queries import names
from consent.queries.uses import Standing
from portal import reading
from profiles.values import Held

MASKED = {"phone", "birth_date", "email"}
GROUP = "purchases."


@dataclass(frozen=True, slots=True)
class Fact:
    """One attribute and its value; `used_for` are the names of the uses that read it now."""

    code: str
    name: str
    value: str
    masked: bool
    source: str
    recorded_at: datetime
    used_for: tuple[str, ...]
    companies: tuple[str, ...]


@dataclass(slots=True)
class Facts:
    """Single values, by where they came from."""

    told: list[Fact] = field(default_factory=list)
    seen: list[Fact] = field(default_factory=list)
    inferred: list[Fact] = field(default_factory=list)
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Department:
    """One department of purchases; `months` counts the stored months."""

    slug: str
    name: str
    months: int
    used_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bought:
    """One line of a purchase."""

    product: str
    day: date
    quantity: int
    cents: int
    basket: str

    @property
    def price(self) -> str:
        """The amount with two decimals."""
        return f"{self.cents / 100:.2f}"


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one department, and which other months there are."""

    code: str
    month: date
    months: tuple[date, ...]
    lines: tuple[Bought, ...]
    total: str
    source: str


def facts(
    *, subject_id: UUID, standing: Standing, language: str, unmasked: str, at: datetime
) -> Facts:
    """The single values; those of MASKED show in part unless `unmasked` is `all`."""
    wanted = tuple(
        code for code in reading.attributes_of("rights_fulfilment") if not code.startswith(GROUP)
    )
    catalogue = catalogues.catalogue()
    called = names.names()
    shown = Facts(masked=unmasked != "all")
    held_values = reading.stream(
        subject_id=subject_id, attributes=wanted, feature="portal.data", at=at
    )
    for held in held_values:
        entry = catalogue.attributes.get(held.attribute)
        fact = _fact(held, called, standing, language, mask=shown.masked)
        group = {"observed": shown.seen, "inferred": shown.inferred}
        group.get(entry.provenance if entry else "", shown.told).append(fact)
    return shown


def _fact(
    held: Held, called: names.Names, standing: Standing, language: str, *, mask: bool
) -> Fact:
    hidden = mask and held.attribute in MASKED
    text = _words(held.value)
    return Fact(
        code=held.attribute,
        name=called.attribute(held.attribute, language),
        value=_masked(text) if hidden else text,
        masked=hidden,
        source=held.source,
        recorded_at=held.recorded_at,
        used_for=_used_for(held.attribute, standing),
        companies=_companies(held.attribute, standing),
    )


def departments(
    inventory: Mapping[str, int], standing: Standing, language: str
) -> list[Department]:
    """The departments of which purchases are held, without opening any of them."""
    called = names.names()
    found = [
        Department(
            slug=code.removeprefix(GROUP),
            name=called.attribute(code, language),
            months=count,
            used_for=_used_for(code, standing),
        )
        for code, count in inventory.items()
        if code.startswith(GROUP)
    ]
    return sorted(found, key=lambda department: department.name)


def purchases(*, subject_id: UUID, department: str, month: str, at: datetime) -> Month | None:
    """The newest month of a department, or the one asked for (`2017-03`); None without any."""
    code = GROUP + department
    if code not in catalogues.catalogue().attributes:
        return None
    blocks = list(
        reading.stream(subject_id=subject_id, attributes=(code,), feature="portal.purchases", at=at)
    )
    months = sorted({block.month for block in blocks}, reverse=True)
    if not months:
        return Month(code=code, month=at.date(), months=(), lines=(), total="0.00", source="")
    wanted = next((found for found in months if found.isoformat()[:7] == month), months[0])
    parts = [block for block in blocks if block.month == wanted]
    lines = sorted(
        (_bought(record, wanted) for block in parts for record in block.value),
        key=lambda line: (line.day, line.basket, line.product),
    )
    return Month(
        code=code,
        month=wanted,
        months=tuple(months),
        lines=tuple(lines),
        total=f"{sum(line.cents for line in lines) / 100:.2f}",
        source=parts[0].source,
    )


def _bought(record: Any, month: date) -> Bought:
    product, day, quantity, cents, basket = record
    return Bought(str(product), month.replace(day=int(day)), int(quantity), int(cents), str(basket))


def _used_for(code: str, standing: Standing) -> tuple[str, ...]:
    # Because answering the person's own requests says nothing about what we do with the data.
    return tuple(
        use.name
        for use in standing.uses
        if use.active
        and use.purpose_class != "data_subject_right"
        and any(scope.code == code and scope.permitted for scope in use.scopes)
    )


def _companies(code: str, standing: Standing) -> tuple[str, ...]:
    found = {
        company
        for use in standing.uses
        if use.active and any(scope.code == code and scope.permitted for scope in use.scopes)
        for company in use.companies
    }
    return tuple(sorted(found))


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {part}" for name, part in value.items())
    return str(value)


def _masked(text: str) -> str:
    if "@" in text:
        name, _at, host = text.partition("@")
        return f"{name[:1]}•••@{host}"
    return f"•••{text[-2:]}" if len(text) > 4 else "•••"
