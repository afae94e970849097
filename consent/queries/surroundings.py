"""What the catalogue says around the notices of some purposes, read at once for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.models import Attribute, LegalBasis, Purpose, Recipient, RecipientGrant
from consent.notices.completeness import Document, Receiver
from consent.notices.materiality import Terms
from consent.outside_sources import OUTSIDE
from consent.queries.words import Words, languages
from consent.transfers import needs_mechanism


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The rest of the catalogue, as far as a notice has to fit it."""

    attributes: tuple[Attribute, ...]
    bases: Mapping[int, Sequence[LegalBasis]]
    others: Mapping[int, Sequence[Recipient]]
    labels: tuple[Mapping[str, str], ...]

    def document(self, purpose: Purpose, words: Words, *, at: datetime) -> Document:
        """The notice of a purpose (its controller loaded) with all that it stands on at `at`."""
        data = tuple(self._attributes(purpose))
        return Document(
            purposes=(purpose.name,),
            purpose_class=purpose.purpose_class,
            wordings=words.wordings,
            languages=languages(),
            controller=purpose.controller.name,
            contact=purpose.controller.contact,
            bases=frozenset(_in_force(self.bases.get(purpose.pk, ()), at)),
            attributes=frozenset(purpose.attributes),
            receivers=tuple(_receiver(other) for other in self.others.get(purpose.pk, ())),
            retention_days=purpose.retention_days,
            from_elsewhere=any(one.provider in OUTSIDE for one in data),
            special=any(one.data_class == Attribute.DataClass.SPECIAL for one in data),
            asked=purpose.asked,
            component=words.component,
            details=words.details,
            dropped=words.dropped,
            other_uses=self._other_uses(purpose),
        )

    def terms(self, purpose: Purpose) -> Terms:
        """What the catalogue lets the purpose do now."""
        return Terms(
            purpose_class=purpose.purpose_class,
            attributes=frozenset(purpose.attributes),
            recipients=frozenset(other.code for other in self.others.get(purpose.pk, ())),
            channels=frozenset(purpose.channels),
            retention_days=purpose.retention_days,
        )

    def _attributes(self, purpose: Purpose) -> Iterator[Attribute]:
        for one in self.attributes:
            if any(one.code == code or one.code.startswith(f"{code}.")
                   for code in purpose.attributes):  # fmt: skip
                yield one

    def _other_uses(self, purpose: Purpose) -> dict[str, tuple[str, ...]]:
        # Because another brand may call its own use the same.
        others = [label for label in self.labels if label != purpose.label]
        return {code: tuple(label.get(code, "") for label in others) for code in languages()}


def around(purposes: Iterable[Purpose]) -> Surroundings:
    """The surroundings of these purposes, in four reads however many they are."""
    keys = [purpose.pk for purpose in purposes]
    bases: dict[int, list[LegalBasis]] = defaultdict(list)
    for basis in LegalBasis.objects.filter(purpose__in=keys):
        bases[basis.purpose_id].append(basis)
    others: dict[int, list[Recipient]] = defaultdict(list)
    granted = RecipientGrant.objects.filter(purpose__in=keys).select_related("recipient")
    for grant in granted.exclude(recipient__role=Recipient.Role.FIRST_PARTY).order_by("recipient"):
        others[grant.purpose_id].append(grant.recipient)
    in_use = Purpose.objects.filter(retired_at__isnull=True)
    return Surroundings(
        attributes=tuple(Attribute.objects.all()),
        bases=bases,
        others=others,
        labels=tuple(in_use.values_list("label", flat=True)),
    )


def _in_force(bases: Iterable[LegalBasis], at: datetime) -> Iterator[str]:
    for basis in bases:
        ended = basis.effective_until is not None and basis.effective_until <= at
        if basis.effective_from <= at and not ended and basis.basis != "none":
            yield basis.basis


def _receiver(recipient: Recipient) -> Receiver:
    lacks = needs_mechanism(recipient.country) and not recipient.transfer_mechanism
    return Receiver(name=recipient.name, transfer_missing=lacks)
