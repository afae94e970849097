"""The key store as a holder of personal data: nothing to export, one key to destroy."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from keys.destruction import destroy_data_key
from keys.holding import Outcome, Section
from keys.store import store


class KeyHolder:
    """Last in the order of erasure: whatever the others could not reach becomes unreadable."""

    name = "keys"

    def export(self, subject_id: UUID, *, permit: Any) -> Iterator[Section]:
        """Yields nothing: a key says nothing about the person."""
        return iter(())

    def erase(self, subject_id: UUID, *, at: datetime) -> Outcome:
        """Destroys the data key (GDPR Article 17); safe to repeat."""
        erased = destroy_data_key(store(), subject_id)
        return Outcome(holder=self.name, erased=1 if erased.generation else 0)
