"""Stage 6, device access: may something be stored on or read from the person's device?"""

from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.jurisdictions import Profile
from consent.vocabulary import CONSENT_BASES, OWN_NO, UNANSWERED

_CONSENT_REQUIRED = denial("DEVICE_CONSENT_REQUIRED")
_CONSENT_NOT_ASKED = denial("DEVICE_CONSENT_REQUIRED", "REQUEST_CONSENT")
_LIA = denial("LIA_MISSING")


def ground(case: Case, profile: Profile) -> Decision | str:
    """Consent, strict necessity or the statistics exemption, whatever the GDPR basis.

    ePrivacy 5(3); PECR reg 6 and Sch A1 (an exemption ends with an objection).
    """
    if case.legal_basis in CONSENT_BASES:
        return _CONSENT_NOT_ASKED if case.consent_status in UNANSWERED else "CONSENT_VALID"
    if "strictly_necessary" in case.flags:
        return "DEVICE_STRICTLY_NECESSARY"
    if not profile.device_statistics_exempt or "uk_pecr_exempt" not in case.flags:
        return _CONSENT_REQUIRED
    if case.objections or case.consent_status in OWN_NO:
        return _CONSENT_REQUIRED
    # The exemption is from PECR alone; the personal data still need their balancing test.
    if case.legal_basis == "legitimate_interest" and "lia_recorded" not in case.flags:
        return _LIA
    return "DEVICE_EXEMPT_UK"
