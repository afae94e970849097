"""What is answered: a decision, and the denials the rules are written with."""

from functools import cache
from typing import NamedTuple

from consent.reasons import DENIALS, DETAILS, PERMITS


class Decision(NamedTuple):
    """Permit or deny, why, and what the asker must do about it.

    `reason_code` is one of `consent.reasons.REASON_CODES`; each obligation is one of
    `consent.reasons.OBLIGATIONS`, `DO_NOT_REASK_UNTIL` followed by `:+<months>M`.
    A decision is true when it permits.
    """

    permit: bool
    reason_code: str
    obligations: tuple[str, ...] = ()

    @property
    def detail(self) -> str:
        """A finer word for the same reason (`consent.reasons.DETAILS`), or empty."""
        return ""

    def __bool__(self) -> bool:
        # Because a tuple of three is always true, and `if decide(...)` must never be.
        return self.permit


class DetailedDenial(Decision):
    """A denial with a finer word; equal to the plain one, as the reason is the same."""

    word: str

    @property
    def detail(self) -> str:
        """The finer word."""
        return self.word


def denial(reason_code: str, *obligations: str, detail: str = "") -> Decision:
    """A denial; ValueError if the code or the detail is not in its closed list."""
    if reason_code not in DENIALS:
        raise ValueError(f"{reason_code} is not a reason to deny; see consent.reasons")
    if detail and detail not in DETAILS:
        raise ValueError(f"{detail} is not a detail of a denial; see consent.reasons")
    if not detail:
        return Decision(False, reason_code, obligations)
    detailed = DetailedDenial(False, reason_code, obligations)
    detailed.word = detail
    return detailed


# Reasons and obligations are closed lists, so the permits that exist are few and reused.
@cache
def permit(reason_code: str, obligations: tuple[str, ...]) -> Decision:
    """A permit. Only `order` calls this, at the very end.

    ValueError if the code is not in the closed list of permits.
    """
    if reason_code not in PERMITS:
        raise ValueError(f"{reason_code} is not a reason to permit; see consent.reasons")
    return Decision(True, reason_code, obligations)
