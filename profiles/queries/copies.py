"""A person's own data as rows of a copy: from the vault, the disclosures and the log."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from audit import queries as log
from consent.queries import catalogue as catalogues
from consent.queries import names, permits
from consent.questions import Ruling
from keys import queries as keys
from keys.errors import KeyDestroyed, KeyUnknown
from profiles.models import Disclosure
from profiles.models.vault import TIMELESS
from profiles.queries import vault
from profiles.values import Held

Row = dict[str, Any]
LARGEST_RENEWALS = 50
PURCHASE_FIELDS = 5


class Asking(Protocol):
    """Something that gives a live ruling over some attributes; `renew` asks anew."""

    def ruling(self, attributes: tuple[str, ...], *, renew: bool = False) -> Ruling: ...


class PermitKeepsEnding(Exception):
    """The state of the person changed again and again while their data were read."""


def walk(*, subject_id: UUID, attributes: tuple[str, ...], permit: Asking) -> Iterator[Held]:
    """Every block of these attributes, page by page, each page under a permit that was live.

    A permit that ends in between is asked for anew and the walk goes on where it was.
    """
    after, renew = vault.START, False
    for _ in range(LARGEST_RENEWALS):
        ruling = permit.ruling(attributes, renew=renew)
        found = vault.page(subject_id=subject_id, ruling=ruling, after=after)
        while found:
            yield from (held for _place, held in found)
            after = found[-1][0]
            ruling = permit.ruling(attributes)
            found = vault.page(subject_id=subject_id, ruling=ruling, after=after)
        if ruling.permit is not None and permits.is_live(ruling.permit):
            return
        renew = True
    raise PermitKeepsEnding


def by_provenance(attributes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Leaf attributes grouped as provided, observed, inferred, in this order."""
    known = catalogues.catalogue().attributes
    groups: dict[str, list[str]] = {"provided": [], "observed": [], "inferred": []}
    for code in attributes:
        groups[known[code].provenance].append(code)
    return {name: tuple(codes) for name, codes in groups.items() if codes}


def value_rows(held: Iterable[Held], *, language: str) -> Iterator[Row]:
    """One row per value, or per record where a block holds the records of a month."""
    called = names.names()
    for block in held:
        head = {
            "attribute": called.attribute(block.attribute, language),
            "code": block.attribute,
        }
        tail = {"source": block.source, "recorded_at": block.recorded_at.isoformat()}
        for fields in _records(block):
            yield head | fields | tail


def _records(block: Held) -> Iterator[Row]:
    if block.month == TIMELESS:
        yield {"value": block.value}
    elif not isinstance(block.value, list):
        yield {"month": f"{block.month:%Y-%m}", "value": block.value}
    else:
        for record in block.value:
            yield _record(block, record)


def _record(block: Held, record: Any) -> Row:
    """A purchase line as people read it; any other record as it is stored."""
    purchase = block.attribute.startswith("purchases.") and isinstance(record, list)
    if not purchase or len(record) != PURCHASE_FIELDS:
        return {"month": f"{block.month:%Y-%m}", "value": record}
    product, day, quantity, cents, basket = record
    return {
        "day": block.month.replace(day=day).isoformat(),
        "product": product,
        "quantity": quantity,
        "amount": f"{cents / 100:.2f}",
        "basket": basket,
    }


def disclosure_rows(subject_id: UUID, *, language: str) -> Iterator[Row]:
    """Who really received what, and when (GDPR Art. 15(1)(c))."""
    called = names.names()
    found = Disclosure.objects.filter(subject_id=subject_id).order_by("at", "id")
    for row in found.iterator(chunk_size=500):
        yield {
            "at": row.at.isoformat(),
            "recipient": called.recipient(row.recipient_id),
            "purpose": called.purpose(row.purpose, language),
            "attributes": [called.attribute(code, language) for code in row.attributes],
        }


def tags(subject_id: UUID, *, since: datetime, until: datetime) -> list[bytes]:
    """The person's log tags of every month from `since` to `until`."""
    found = []
    month = since.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while month <= until:
        try:
            found.append(keys.subject_tag(subject_id, at=month))
        except (KeyDestroyed, KeyUnknown):
            return []
        following = month.month % 12 + 1
        month = month.replace(month=following, year=month.year + (following == 1))
    return found


def use_rows(subject_id: UUID, *, since: datetime, until: datetime, language: str) -> Iterator[Row]:
    """What the log has of this person, latest first: every ask, allowed or refused."""
    mine = tags(subject_id, since=since, until=until)
    called = names.names()
    after = None
    while mine:
        found = log.events_for_tags(mine, after=after, limit=log.LARGEST_PAGE)
        for event in found:
            facts = event.facts
            yield {
                "at": event.at.isoformat(),
                "kind": event.kind,
                "purpose": called.purpose(facts.get("purpose") or "", language),
                "attributes": facts.get("attributes") or [],
                "recipient": called.recipient(facts.get("recipient") or facts.get("by") or ""),
                "reason": facts.get("reason") or "",
                "log_event": str(event.id),
            }
        if len(found) < log.LARGEST_PAGE:
            return
        after = found[-1].id
