"""Events that differ in few places: their bytes are made once, with blanks to be filled in.

For thousands of events of one kind; `audit.bodies.encode` gives the same bytes one by one.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from audit import bodies
from audit.bodies import Fact

# What canonical JSON writes as it stands: no quote, no escape, no control character.
_PLAIN = re.compile(r"[0-9A-Za-z:.+_-]{1,64}")


class Entry(NamedTuple):
    """The arguments of the SQL function `audit_append`, in its order."""

    id: UUID
    at: datetime
    kind: str
    tag: bytes | None
    body: bytes


class Form:
    """An event whose facts are known but for some texts, named by `blanks`.

    Raises ValueError for what has no canonical form.
    """

    def __init__(self, *, kind: str, facts: Mapping[str, Fact], blanks: Sequence[str]) -> None:
        self._kind = kind
        # Because the blanks stand in the canonical order of the names, so must what fills them.
        self.blanks = tuple(sorted(blanks))
        self._body = bodies.with_blanks(kind, facts, self.blanks)

    def fill(self, event_id: UUID, at: datetime, tag: bytes, texts: Sequence[str]) -> Entry:
        """The event with `texts` in its blanks, in the order of `blanks`; raises ValueError.

        A text is 1 to 64 letters, digits and `: . + _ -`, such as an id or a time.
        """
        if not all(map(_PLAIN.fullmatch, texts)):
            raise ValueError("Only ids, codes and times fill the blanks of a form.")
        return Entry(
            event_id, at, self._kind, tag, bodies.fill(self._body, event_id, at, tag, texts)
        )
