"""Loading the demonstration: batch by batch, each a commit, so that a stop loses nothing.

How far it came is kept in the database: what was loaded is never loaded again, and somebody
who was erased does not come back with the next start.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Protocol
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from config.demo import cast, mix
from config.demo.cast import ROLES, Role
from config.demo.households import Household, ProductRow, target
from config.demo.people import Person, age_at, band_of, person
from config.demo.progress import Progress
from consent.actions import cataloguing, importing, subjects
from consent.actions.importing import PersonActs
from consent.actions.subjects import Newcomer
from consent.queries import catalogue as catalogues
from keys import queries as keys
from personalization import actions as personalization
from personalization import queries as personalization_queries
from profiles.actions import accounts, vault
from profiles.actions.vault import Block

NAME = "complete-journey"
PRODUCTS = "complete-journey/products"
BATCH = 40
BLOCKS_AT_ONCE = 2_000
BY = "demo"
HOUSEHOLD = "household"
CAST = "cast"


@dataclass(frozen=True, slots=True)
class Customer:
    """A household and who it is made out to be."""

    household: Household
    person: Person
    pattern: str
    demographics: dict[str, str]
    role: Role | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run of `load` did."""

    households: int
    lines: int
    lines_per_second: float


class Source(Protocol):
    """The data, its year made to end before a given day."""

    def products(self) -> Iterator[ProductRow]:
        """Every product."""
        ...

    def households(self, start: int, stop: int) -> Iterator[Household]:
        """Households by their place in a fixed order."""
        ...

    def lines_between(self, start: int, stop: int) -> int:
        """How many purchase lines those have."""
        ...


def is_loaded(size: str) -> bool:
    """Whether nothing is missing."""
    return personalization_queries.load_position(NAME) >= target(size)


def load(
    *, source: Callable[[frozenset[str], date], Source], size: str, clock: Callable[[], datetime]
) -> Loaded:
    """Bring the demonstration to `size`; what is there already stays as it is.

    `source` reads the data for the purchase attributes of the catalogue and the day of the
    first load, so that a load which was interrupted goes on with the same calendar.
    """
    if not catalogues.catalogue().purposes:
        cataloguing.bring_in(document=cataloguing.default_document(), by=BY, at=clock())
    progress = personalization.begin_load(name=NAME, at=clock())
    wanted = target(size)
    if progress.position >= wanted:
        return Loaded(0, 0, 0.0)
    leaves = frozenset(catalogues.catalogue().leaves("purchases"))
    data = source(leaves, progress.started_at.date())
    _load_products(data, clock)
    start = progress.position
    bar = Progress("Customers", data.lines_between(start, wanted), "purchase lines")
    waiting = data.households(start, wanted)
    while batch := list(islice(waiting, BATCH)):
        _load_batch(batch, start, clock())
        start += len(batch)
        bar.add(sum(household.lines for household in batch))
    return Loaded(wanted - progress.position, bar.done, bar.finish())


def cast_as(place: int) -> Role | None:
    """Who plays the household at this place of the order, if anybody."""
    return ROLES[place] if place < len(ROLES) else None


def _load_products(data: Source, clock: Callable[[], datetime]) -> None:
    if personalization.begin_load(name=PRODUCTS, at=clock()).position:
        return
    with transaction.atomic():
        count = personalization.load_products(data.products())
        personalization.advance_load(name=PRODUCTS, position=count, at=clock())
    bar = Progress("Products", count, "products")
    bar.add(count)
    bar.finish()


def _load_batch(batch: Sequence[Household], start: int, at: datetime) -> None:
    """One commit: people, accounts, vault, consents, the log, and how far we are."""
    customers = [_customer(household, start + n, at) for n, household in enumerate(batch)]
    with transaction.atomic():
        people = subjects.register_many(
            newcomers=[_newcomer(customer) for customer in customers], by=BY, at=at
        )
        ids = [subject.pk for subject in people]
        for subject_id, customer in zip(ids, customers, strict=True):
            accounts.create_customer(
                subject_id=subject_id,
                email=customer.person.email,
                language=customer.person.language,
                at=at,
            )
        _fill_vault(ids, customers, at)
        acts = [
            PersonActs(subject_id, _acts(customer, at))
            for subject_id, customer in zip(ids, customers, strict=True)
        ]
        importing.import_events(people=acts, by=BY, at=at)
        personalization.advance_load(name=NAME, position=start + len(batch), at=at)


def _customer(household: Household, place: int, at: datetime) -> Customer:
    today = at.date()
    demographics = dict(household.demographics)
    made_up = person(household.number, age_band=demographics.get("age_band"), today=today)
    role = cast_as(place)
    if role is None:
        chosen = mix.pattern(household.number, made_up.jurisdiction)
        return Customer(household, made_up, chosen, demographics, None)
    dressed = cast.dressed(role, made_up, household.number, today)
    # Because the role's age would contradict the household's.
    demographics["age_band"] = band_of(age_at(dressed.birth_date, today))
    if isinstance(role.born, int):
        demographics = {}
    return Customer(household, dressed, role.pattern, demographics, role)


def _newcomer(customer: Customer) -> Newcomer:
    jurisdiction = customer.person.jurisdiction
    references = [(HOUSEHOLD, str(customer.household.number))]
    if customer.role is not None:
        references.append((CAST, customer.role.address))
    return Newcomer(
        jurisdictions=() if jurisdiction == "UNKNOWN" else (jurisdiction,),
        birth_date=customer.person.birth_date,
        references=tuple(references),
    )


def _acts(customer: Customer, at: datetime) -> list[importing.PastAct]:
    number = customer.household.number
    return mix.acts(number, customer.pattern, customer.person.language, at)


def _fill_vault(ids: Sequence[UUID], customers: Sequence[Customer], at: datetime) -> None:
    waiting = (
        block
        for subject_id, customer in zip(ids, customers, strict=True)
        for block in _blocks(subject_id, customer)
    )
    while blocks := list(islice(waiting, BLOCKS_AT_ONCE)):
        vault.put(blocks=blocks, source=BY, at=at)
    audit.append_many(
        [
            audit.prepare(
                kind="attributes.written",
                at=at,
                tag=keys.subject_tag(subject_id, at=at),
                facts={"attributes": _attributes(customer), "source": BY, "by": BY},
            )
            for subject_id, customer in zip(ids, customers, strict=True)
        ]
    )


def _values(customer: Customer) -> dict[str, str]:
    made_up = customer.person
    return {
        "name": made_up.name,
        "email": made_up.email,
        "phone": made_up.phone,
        "birth_date": made_up.birth_date.isoformat(),
    } | customer.demographics


def _blocks(subject_id: UUID, customer: Customer) -> Iterator[Block]:
    for attribute, value in _values(customer).items():
        yield Block(subject_id, attribute, value)
    for purchases in customer.household.purchases:
        yield Block(subject_id, purchases.attribute, purchases.lines, purchases.month)


def _attributes(customer: Customer) -> list[str]:
    bought = {purchases.attribute for purchases in customer.household.purchases}
    return sorted({*_values(customer), *bought})
