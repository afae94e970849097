"""What one state permits, purpose by purpose, as the gate would answer now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from consent import rulings
from consent.catalogue import Catalogue, basis_for
from consent.questions import Question
from consent.vocabulary import CONSENT_BASES

UNKNOWN = "UNKNOWN"
INTEREST = "legitimate_interest"
FIRST_PARTY = "first_party"


class Standing:
    """One person's state under one catalogue at one moment; `content` None: nobody we know."""

    def __init__(
        self, *, content: Mapping[str, Any] | None, catalogue: Catalogue, at: datetime
    ) -> None:
        self.content, self.catalogue, self.at = content, catalogue, at
        self._known: dict[tuple[str, str], bool] = {}

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Where the person lives, as far as we know."""
        stored = tuple(self.content["jurisdictions"]) if self.content else ()
        return stored or (UNKNOWN,)

    @property
    def age(self) -> int | None:
        """Completed years, up to 18; None where it is not known."""
        age: int | None = self.content["age"] if self.content else None
        return age

    def permits(self, purpose: str, recipient: str) -> bool:
        """Whether all that the purpose declares may be used by the recipient.

        Not limited to a channel: a No to one channel is a No here. A recipient narrowed to
        some attributes is asked about those.
        """
        key = (purpose, recipient)
        if key not in self._known:
            self._known[key] = self._decide(purpose, recipient)
        return self._known[key]

    def _decide(self, purpose: str, recipient: str) -> bool:
        entry = self.catalogue.purposes.get(purpose)
        if entry is None:
            return False
        held = self.catalogue.recipients.get(recipient)
        grant = held.grants.get(purpose) if held else None
        attributes = (grant.attributes if grant else None) or entry.attributes
        question = Question(
            subject_id=None,
            purpose=purpose,
            attributes=tuple(sorted(attributes)),
            recipient=recipient,
        )
        found = rulings.outcome(
            question=question, catalogue=self.catalogue, content=self.content, at=self.at
        )
        return found.decision.permit

    def rests_on_consent(self, purpose: str) -> bool:
        """Whether the basis of the purpose is consent wherever the person lives."""
        return bool(self._bases(purpose)) and self._bases(purpose) <= CONSENT_BASES

    def rests_on_interest(self, purpose: str) -> bool:
        """Whether the basis of the purpose is a legitimate interest wherever they live."""
        return self._bases(purpose) == {INTEREST}

    def _bases(self, purpose: str) -> frozenset[str]:
        entry = self.catalogue.purposes.get(purpose)
        if entry is None:
            return frozenset()
        bases = (basis_for(entry, code, self.at) for code in self.jurisdictions)
        return frozenset(basis.basis if basis else "none" for basis in bases)

    def has_notice(self, purpose: str) -> bool:
        """Whether a notice of the purpose is live."""
        return self.catalogue.purposes[purpose].live_notice is not None
