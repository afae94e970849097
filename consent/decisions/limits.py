"""Stage 2: does the question stay within what the purpose declares?"""

from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.vocabulary import DISCLOSED_RECIPIENTS, GIVEN

_CATEGORY = denial("CATEGORY_NOT_COVERED")
_RECIPIENT = denial("RECIPIENT_NOT_DISCLOSED")
_TRANSFER = denial("TRANSFER_NOT_AUTHORISED")
_INCOMPATIBLE = denial("INCOMPATIBLE_PURPOSE", "REQUEST_CONSENT")

FLAGS = frozenset({"category_not_in_purpose", "transfer_no_mechanism", "incompatible_purpose"})


def check(case: Case, flagged: bool = True) -> Decision | None:
    """Category, recipient, transfer and compatibility.

    GDPR 5(1)(b)-(c), 13(1)(e), 44-49; 11 CCR 7002. Consent cures an incompatible purpose
    (GDPR 6(4)); whether it is valid is asked in stage 7. `flagged` is False where the caller
    has seen that the case has none of `FLAGS`.
    """
    if flagged and "category_not_in_purpose" in case.flags:
        return _CATEGORY
    if case.recipient not in DISCLOSED_RECIPIENTS:
        return _RECIPIENT
    return _transfer_or_compatibility(case) if flagged else None


def _transfer_or_compatibility(case: Case) -> Decision | None:
    if "transfer_no_mechanism" in case.flags:
        return _TRANSFER
    incompatible = "incompatible_purpose" in case.flags and case.consent_status not in GIVEN
    return _INCOMPATIBLE if incompatible else None
