"""What stands behind a notice in work: its purpose, its terms, what is wrong, whom it touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from consent.models import (
    Attribute,
    ConsentState,
    LegalBasis,
    Notice,
    Purpose,
    Recipient,
    RecipientGrant,
    Shape,
)
from consent.notices import completeness, materiality
from consent.notices.completeness import Document, Receiver
from consent.notices.findings import Finding
from consent.notices.materiality import Suggestion, Terms
from consent.notices.wording import Wording
from consent.transfers import needs_mechanism
from consent.vocabulary import GIVEN

IN_WORK = ("draft", "proposed", "approved", "rejected")
COLLECTED_HERE = frozenset({"provided", "observed", "inferred"})


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


def languages() -> tuple[str, ...]:
    """The languages that the service speaks."""
    return tuple(code for code, _ in settings.LANGUAGES)


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
    granted = RecipientGrant.objects.filter(purpose=purpose)
    others = granted.exclude(recipient__role=Recipient.Role.FIRST_PARTY)
    return Terms(
        purpose_class=purpose.purpose_class,
        attributes=frozenset(purpose.attributes),
        recipients=frozenset(others.values_list("recipient_id", flat=True)),
        channels=frozenset(purpose.channels),
        retention_days=purpose.retention_days,
    )


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
    return completeness.findings(_document(purpose, words, details, dropped, component, at))


def _document(
    purpose: Purpose,
    words: Mapping[str, Wording],
    details: Mapping[str, str],
    dropped: Mapping[str, str],
    component: str,
    at: datetime,
) -> Document:
    kinds = list(_attributes(purpose).values_list("data_class", "provenance"))
    return Document(
        purposes=(purpose.name,),
        purpose_class=purpose.purpose_class,
        wordings=words,
        languages=languages(),
        controller=purpose.controller.name,
        contact=purpose.controller.contact,
        bases=_bases(purpose, at),
        attributes=frozenset(purpose.attributes),
        receivers=_receivers(purpose),
        retention_days=purpose.retention_days,
        from_elsewhere=any(provenance not in COLLECTED_HERE for _, provenance in kinds),
        special=any(data_class == Attribute.DataClass.SPECIAL for data_class, _ in kinds),
        asked=purpose.asked,
        component=component,
        details=details,
        dropped=dropped,
        other_uses=_other_uses(purpose),
    )


def _attributes(purpose: Purpose) -> QuerySet[Attribute]:
    covered = Q(code__in=purpose.attributes)
    for code in purpose.attributes:
        covered |= Q(code__startswith=f"{code}.")
    return Attribute.objects.filter(covered)


def _bases(purpose: Purpose, at: datetime) -> frozenset[str]:
    in_force = LegalBasis.objects.filter(purpose=purpose, effective_from__lte=at).filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=at)
    )
    return frozenset(in_force.exclude(basis="none").values_list("basis", flat=True))


def _receivers(purpose: Purpose) -> tuple[Receiver, ...]:
    granted = Recipient.objects.filter(grants__purpose=purpose)
    others = granted.exclude(role=Recipient.Role.FIRST_PARTY).order_by("code")
    return tuple(
        Receiver(
            name=recipient.name,
            transfer_missing=needs_mechanism(recipient.country)
            and not recipient.transfer_mechanism,
        )
        for recipient in others
    )


def _other_uses(purpose: Purpose) -> dict[str, tuple[str, ...]]:
    others = Purpose.objects.filter(retired_at__isnull=True).exclude(pk=purpose.pk)
    labels = list(others.values_list("label", flat=True))
    return {code: tuple(label.get(code, "") for label in labels) for code in languages()}


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
