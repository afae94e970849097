"""Personalization as a holder of personal data: the explanations that were kept."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from keys.holding import Outcome, Section
from personalization import explanations
from personalization.memory import memory


class RecommendationHolder:
    """Suggestions and their reasons; the postings in memory hear of an erasure as a change."""

    name = "personalization"

    def export(self, subject_id: UUID, *, permit: Any) -> Iterator[Section]:
        """One row per suggested product, with the reasons and what was read for it."""
        yield Section(title=_("Suggestions you were shown"), rows=self._rows(subject_id))

    def erase(self, subject_id: UUID, *, at: datetime) -> Outcome:
        """Delete every explanation and forget the person in this process; safe to repeat."""
        memory.forget_person(subject_id)
        return Outcome(holder=self.name, erased=explanations.erase(subject_id))

    def _rows(self, subject_id: UUID) -> Iterator[Mapping[str, Any]]:
        for explained in explanations.of_person(subject_id):
            for item in explained.items:
                yield {
                    "at": explained.at,
                    "decision": str(explained.decision),
                    "product": item.item,
                    "title": item.title,
                    "reasons": [reason.text for reason in item.reasons],
                    "attributes_read": list(explained.used),
                }
