"""What a recommendation says: items, each with its reasons, and the record behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

BOUGHT = "bought"
SIMILAR_BASKETS = "similar_baskets"
POPULAR = "popular"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item is shown, from the record. `item`, `title`, `day` name an own purchase."""

    code: str
    item: str = ""
    title: str = ""
    day: date | None = None

    @property
    def text(self) -> str:
        """One sentence in the language of the moment."""
        if self.code == BOUGHT and self.day:
            return _("You bought %(title)s on %(day)s") % {
                "title": self.title,
                "day": date_format(self.day, "DATE_FORMAT"),
            }
        if self.code == SIMILAR_BASKETS:
            return _("People with similar baskets buy it")
        return _("Popular with everyone")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Item:
    """A product on offer; `score` orders one answer and compares with no other."""

    item: str
    title: str
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class NotUsed:
    """An attribute that was left alone; `reason_code` says why the gate closed it, if it did."""

    attribute: str
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class Recommendations:
    """An answer. Not `personal`: the same for everybody, and nothing of the person was read.

    `decision` is the gate's answer on record, `why` the address that explains it (personal
    answers only), `reason_code` the gate's reason in its closed list.
    """

    personal: bool
    items: list[Item]
    decision: UUID
    reason_code: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything behind one personal answer (GDPR Art. 15(1)(h)), generated from its record.

    `used` are all attributes that were read, most sensitive first; `contrast` is what would
    have come first without any data of the person.
    """

    decision: UUID
    at: datetime
    feature: str
    purpose: str
    recipient: str
    reason_code: str
    notice: str | None
    epoch: int | None
    event: UUID | None
    items: tuple[Item, ...]
    used: tuple[str, ...]
    not_used: tuple[NotUsed, ...]
    contrast: Item | None


def item_as_json(item: Item) -> list[Any]:
    """An item as it is kept in a box."""
    reasons = [
        [reason.code, reason.item, reason.title, reason.day.isoformat() if reason.day else None]
        for reason in item.reasons
    ]
    return [item.item, item.title, item.score, reasons]


def item_from_json(kept: list[Any]) -> Item:
    """The reverse of `item_as_json`."""
    code, title, score, reasons = kept
    return Item(
        item=code,
        title=title,
        score=score,
        reasons=tuple(
            Reason(why, item, name, date.fromisoformat(day) if day else None)
            for why, item, name, day in reasons
        ),
    )


def explained_as_json(explained: Explained) -> dict[str, Any]:
    """What a box keeps of an answer; its decision and time are kept beside it."""
    return {
        "feature": explained.feature,
        "purpose": explained.purpose,
        "recipient": explained.recipient,
        "reason": explained.reason_code,
        "notice": explained.notice,
        "epoch": explained.epoch,
        "event": str(explained.event) if explained.event else None,
        "items": [item_as_json(item) for item in explained.items],
        "used": list(explained.used),
        "not_used": [[left.attribute, left.reason_code] for left in explained.not_used],
        "contrast": item_as_json(explained.contrast) if explained.contrast else None,
    }


def explained_from_json(kept: Mapping[str, Any], *, decision: UUID, at: datetime) -> Explained:
    """The reverse of `explained_as_json`."""
    return Explained(
        decision=decision,
        at=at,
        feature=kept["feature"],
        purpose=kept["purpose"],
        recipient=kept["recipient"],
        reason_code=kept["reason"],
        notice=kept["notice"],
        epoch=kept["epoch"],
        event=UUID(kept["event"]) if kept["event"] else None,
        items=tuple(item_from_json(item) for item in kept["items"]),
        used=tuple(kept["used"]),
        not_used=tuple(NotUsed(attribute, why) for attribute, why in kept["not_used"]),
        contrast=item_from_json(kept["contrast"]) if kept["contrast"] else None,
    )
