"""The rights of a person and the life of a request, as one table of legal transitions.

Pure: no database, no clock. GDPR Articles 15 to 22 and 77; CCPA 1798.105 to 1798.121.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Final
from uuid import UUID

COPY: Final = "copy"
PORTABILITY: Final = "portability"
CORRECTION: Final = "correction"
ERASURE: Final = "erasure"
RESTRICTION: Final = "restriction"
OBJECTION: Final = "objection"
HUMAN_REVIEW: Final = "human_review"
COMPLAINT: Final = "complaint"

RIGHTS: Final = (
    COPY,
    PORTABILITY,
    CORRECTION,
    ERASURE,
    RESTRICTION,
    OBJECTION,
    HUMAN_REVIEW,
    COMPLAINT,
)
EXPORTED: Final = frozenset({COPY, PORTABILITY})
# Because restricting never waits: these take effect with the event they record.
IMMEDIATE: Final = frozenset({RESTRICTION, OBJECTION})
BY_OFFICER: Final = frozenset({CORRECTION, HUMAN_REVIEW, COMPLAINT})

RECEIVED: Final = "received"
VERIFYING: Final = "verifying"
COLLECTING: Final = "collecting"
REVIEWING: Final = "reviewing"
ACTING: Final = "acting"
COMPLETE: Final = "complete"
REFUSED: Final = "refused"
CANCELLED: Final = "cancelled"

STATES: Final = (
    RECEIVED,
    VERIFYING,
    COLLECTING,
    REVIEWING,
    ACTING,
    COMPLETE,
    REFUSED,
    CANCELLED,
)
FINAL: Final = frozenset({COMPLETE, REFUSED, CANCELLED})
OPEN: Final = frozenset(STATES) - FINAL
WORKED: Final = frozenset({COLLECTING, ACTING})

# From state to the states that may follow it. What is not here cannot happen.
TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    RECEIVED: frozenset({VERIFYING, COLLECTING, REVIEWING, ACTING, COMPLETE, CANCELLED}),
    VERIFYING: frozenset({RECEIVED, COLLECTING, REVIEWING, ACTING, CANCELLED, REFUSED}),
    COLLECTING: frozenset({COMPLETE, REVIEWING, CANCELLED}),
    REVIEWING: frozenset({COLLECTING, ACTING, COMPLETE, REFUSED, CANCELLED}),
    # Because from here data are being destroyed: there is no way back, only to a person.
    ACTING: frozenset({COMPLETE, REVIEWING}),
    COMPLETE: frozenset(),
    REFUSED: frozenset(),
    CANCELLED: frozenset(),
}

# Why a request was refused: provisions, in the words of W3C DPV justifications where one fits.
REFUSALS: Final[Mapping[str, str]] = {
    "IDENTITY_NOT_VERIFIED": "GDPR Art. 12(2), 12(6); 11 CCR 7060",
    "MANIFESTLY_UNFOUNDED": "GDPR Art. 12(5)(b)",
    "EXCESSIVE": "GDPR Art. 12(5)(b)",
    "LEGAL_OBLIGATION": "GDPR Art. 17(3)(b)",
    "LEGAL_CLAIMS": "GDPR Art. 17(3)(e)",
    "FREEDOM_OF_EXPRESSION": "GDPR Art. 17(3)(a)",
    "RIGHTS_OF_OTHERS": "GDPR Art. 15(4)",
    "DATA_ACCURATE": "GDPR Art. 16",
    "COMPELLING_GROUNDS": "GDPR Art. 21(1)",
    "NO_DATA_HELD": "GDPR Art. 11(2)",
}

# Why a request waits for an officer.
LEGAL_HOLD: Final = "LEGAL_HOLD"
STEP_FAILED: Final = "STEP_FAILED"
FOR_A_PERSON: Final = "FOR_A_PERSON"

_PREFIX = "req_"
_LETTERS = 26


class IllegalTransition(Exception):
    """A request was asked to go where its state does not lead; both states are named."""

    def __init__(self, right: str, state: str, wanted: str) -> None:
        super().__init__(f"A request for {right} that is {state} cannot become {wanted}.")
        self.state = state
        self.wanted = wanted


def check_transition(*, right: str, state: str, wanted: str) -> None:
    """Raises IllegalTransition unless `wanted` may follow `state` for this right."""
    if wanted not in TRANSITIONS[state] or not _fits(right, wanted):
        raise IllegalTransition(right, state, wanted)


def _fits(right: str, wanted: str) -> bool:
    if wanted == COLLECTING:
        return right in EXPORTED
    if wanted == ACTING:
        return right == ERASURE
    return True


def can_cancel(*, right: str, state: str) -> bool:
    """Whether the person may still take the request back."""
    return state in TRANSITIONS and CANCELLED in TRANSITIONS[state]


def public_id(request_id: UUID) -> str:
    """`req_` and 26 letters and digits: how pages, letters and partners name a request."""
    return _PREFIX + base64.b32encode(request_id.bytes).decode().rstrip("=").lower()


def parse_public_id(text: str) -> UUID | None:
    """The request behind a public form; None for anything that is not one."""
    letters = text.removeprefix(_PREFIX)
    if not text.startswith(_PREFIX) or len(letters) != _LETTERS or not letters.isascii():
        return None
    try:
        found = UUID(bytes=base64.b32decode(letters.upper() + "=" * 6))
    except (binascii.Error, ValueError):
        return None
    # Because the last letter carries spare bits: only the canonical form is one.
    return found if public_id(found) == text else None
