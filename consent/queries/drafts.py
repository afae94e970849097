"""What stands behind a notice in work: its purpose, its terms, what is wrong, whom it touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from consent.models import ConsentState, Notice, Purpose, Shape
from consent.notices import completeness, materiality
from consent.notices.findings import Finding
from consent.notices.materiality import Suggestion, Terms
from consent.notices.wording import Wording
from consent.queries.surroundings import around
from consent.queries.words import Words
from consent.vocabulary import GIVEN

IN_WORK = ("draft", "proposed", "approved", "rejected")


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people hold a Yes that counts now, and how many of them a new version pauses."""

    people: int
    paused: int


@dataclass(frozen=True, slots=True)
class Row:
    """One purpose in the list: its live version, and the one in work with its state."""

    purpose: str
    label: Mapping[str, str]
    live: int | None
    live_since: datetime | None
    draft: int | None
    state: str
    publish_at: datetime | None


def rows() -> tuple[Row, ...]:
    """Every purpose that is not retired, in the order of the portal."""
    purposes = Purpose.objects.filter(retired_at__isnull=True).order_by("position", "code")
    notices = Notice.objects.filter(
        Q(published_at__isnull=False, superseded_at__isnull=True) | Q(state__in=IN_WORK)
    )
    found: dict[tuple[int, bool], Notice] = {
        (notice.purpose_id, notice.published_at is not None): notice for notice in notices
    }
    return tuple(
        _row(purpose, found.get((purpose.pk, True)), found.get((purpose.pk, False)))
        for purpose in purposes
    )


def _row(purpose: Purpose, live: Notice | None, draft: Notice | None) -> Row:
    return Row(
        purpose=purpose.name,
        label=purpose.label,
        live=live.version if live else None,
        live_since=live.published_at if live else None,
        draft=draft.version if draft else None,
        state=draft.state if draft else "",
        publish_at=draft.publish_at if draft else None,
    )


def purpose_named(name: str) -> Purpose | None:
    """The purpose, with its controller."""
    return Purpose.objects.select_related("controller").filter(name=name).first()


def in_work(purpose: Purpose) -> Notice | None:
    """The version that is being drafted, proposed, approved or was rejected."""
    return Notice.objects.filter(purpose=purpose, state__in=IN_WORK).first()


def live(purpose: Purpose) -> Notice | None:
    """The version that is shown now."""
    return Notice.objects.filter(
        purpose=purpose, published_at__isnull=False, superseded_at__isnull=True
    ).first()


def words_of(notice: Notice | None) -> dict[str, Wording]:
    """The wordings of a version by language."""
    if notice is None:
        return {}
    texts = notice.texts.order_by("language")
    return {text.language: Wording(text.language, text.title, text.rows) for text in texts}


def terms_of(purpose: Purpose) -> Terms:
    """What the catalogue lets the purpose do now."""
    return around([purpose]).terms(purpose)


def suggestion(purpose: Purpose, words: Mapping[str, Wording]) -> Suggestion:
    """Whether these words, on what the catalogue allows now, are a material change."""
    before = live(purpose)
    return materiality.suggest(
        old=Terms.from_json(before.terms) if before and before.terms else None,
        new=terms_of(purpose),
        old_words=words_of(before),
        new_words=words,
    )


def findings(
    purpose: Purpose,
    *,
    words: Mapping[str, Wording],
    details: Mapping[str, str],
    dropped: Mapping[str, str],
    component: str,
    at: datetime,
) -> tuple[Finding, ...]:
    """What stands against publishing these words for this purpose at `at`."""
    said = Words(wordings=words, details=details, dropped=dropped, component=component)
    return completeness.findings(around([purpose]).document(purpose, said, at=at))


def reach(purpose: Purpose, *, material: bool) -> Reach:
    """The people whose Yes covers the live version; a material change pauses them all.

    Counted over the few distinct shapes of consent, not over people.
    """
    oldest = Notice.objects.filter(purpose=purpose, published_at__isnull=False, material=True)
    covering = oldest.order_by("-version").values_list("version", flat=True).first() or 1
    given = Q()
    for status in GIVEN:
        given |= Q(content__contains={"purposes": {purpose.name: {"status": status}}})
    shapes = [
        bytes(shape.digest)
        for shape in Shape.objects.filter(given)
        if (shape.content["purposes"][purpose.name].get("notice") or 0) >= covering
    ]
    counted = ConsentState.objects.filter(shape__in=shapes).aggregate(people=Count("pk"))
    return Reach(people=counted["people"], paused=counted["people"] if material else 0)
