"""Stage 6: on what ground would this be lawful here?

Opt-in regimes need a valid basis, opt-out regimes a notice. The answer is either a
denial or the ground: the reason code a permit would carry. It is not yet a permit.
"""

from consent.decisions import children, devices, objections, sensitive
from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.jurisdictions import Profile
from consent.vocabulary import CONSENT_BASES

_NO_BASIS = denial("NO_LEGAL_BASIS")
_LI_NOT_AVAILABLE = denial("LI_NOT_AVAILABLE")
_ADM = denial("ADM_NOT_PERMITTED")
_ADM_SAFEGUARDS = denial("ADM_SAFEGUARDS_MISSING")
_MARKETING_CONSENT = denial("MARKETING_CONSENT_REQUIRED")
_CONTRACT = denial("CONTRACT_NOT_NECESSARY")
_LIA = denial("LIA_MISSING")
_NOTICE = denial("NOTICE_MISSING")
_PREUSE = denial("PREUSE_NOTICE_MISSING")

# What the law orders or the person asks for is not made unlawful by a missing notice.
_WITHOUT_NOTICE = frozenset({"data_subject_right", "legal_claims", "legal_obligation", "vital"})


def ground(case: Case, profile: Profile) -> Decision | str:
    """The ground of a later permit, or the denial that says why there is none.

    GDPR 6, 9, 22; ePrivacy 5(3), 13; CIV 1798.100, 1798.120; 11 CCR 7012, 7220.
    """
    purpose_class = case.purpose_class
    classes = profile.bases.get(case.legal_basis)
    if classes is None or purpose_class not in classes:
        return _unavailable(case, profile)
    denied = None
    if purpose_class == "significant_decision":
        denied = _automated(case, profile)
    if denied is None and case.data_class != "ordinary":
        denied = sensitive.check(case, profile)
    if denied is None and not profile.opt_in:
        denied = children.check(case, profile)
    if denied is not None:
        return denied
    if not profile.opt_in:
        found: Decision | str = _opt_out_ground(case, profile)
    elif case.legal_basis in CONSENT_BASES and purpose_class != "device_access":
        found = "CONSENT_VALID"
    else:
        found = _opt_in_ground(case, profile)
        if not isinstance(found, str):
            return found
    if "notice_missing" in case.flags or profile.preuse_notice:
        denied = _notices(case, profile)
        if denied is not None:
            return denied
    return found


def _unavailable(case: Case, profile: Profile) -> Decision:
    unfit = case.legal_basis == "legitimate_interest" and profile.knows_legitimate_interest
    return _LI_NOT_AVAILABLE if unfit else _NO_BASIS


def _automated(case: Case, profile: Profile) -> Decision | None:
    """GDPR 22, UK GDPR 22A-22D, P-39.1 s.12.1, LGPD 20."""
    rule = profile.automated_decisions
    if rule is None:
        return None
    allowed = rule.bases if case.data_class in ("ordinary", "sensitive") else rule.special_bases
    if case.legal_basis not in allowed:
        return _ADM
    return None if "adm_safeguards" in case.flags else _ADM_SAFEGUARDS


def _opt_in_ground(case: Case, profile: Profile) -> Decision | str:
    basis = case.legal_basis
    if case.purpose_class == "device_access" and profile.device_consent:
        return devices.ground(case, profile)
    if basis in CONSENT_BASES:
        return "CONSENT_VALID"
    if _marketing_needs_consent(case, profile):
        return _MARKETING_CONSENT
    return interest_or_duty(case)


def _marketing_needs_consent(case: Case, profile: Profile) -> bool:
    if case.legal_basis == "soft_opt_in":
        return "soft_opt_in_conditions" not in case.flags
    return (
        profile.electronic_marketing_consent
        and case.purpose_class == "direct_marketing"
        and "electronic" in case.flags
    )


def interest_or_duty(case: Case) -> Decision | str:
    """The ground of a basis that is not consent, or what it lacks (GDPR 6(1)(b)-(f))."""
    basis, flags = case.legal_basis, case.flags
    if basis == "contract":
        # What the requested service strictly needs of the device, its contract needs too.
        device = case.purpose_class == "device_access" and "strictly_necessary" in flags
        return "CONTRACT_NECESSITY" if device or "contract_necessary" in flags else _CONTRACT
    if basis == "legitimate_interest":
        return "LEGITIMATE_INTEREST" if "lia_recorded" in flags else _LIA
    if basis == "public_task":
        # Because a task of the public is one by law alone (GDPR 6(3)).
        return "LEGAL_OBLIGATION" if "public_task_law" in flags else _NO_BASIS
    return _GROUNDS.get(basis, _NO_BASIS)


_GROUNDS: dict[str, Decision | str] = {
    "legal_obligation": "LEGAL_OBLIGATION",
    "recognised_li": "RECOGNISED_LI",
    "soft_opt_in": "SOFT_OPT_IN",
    "vital": "VITAL_INTERESTS",
}


def _opt_out_ground(case: Case, profile: Profile) -> str:
    has_no = case.gpc or case.objections or case.optouts
    if has_no and objections.standing_no(case, profile) is not None:
        # Stage 5 let it pass because of a later opt-in, so the permit rests on that.
        return "OPT_IN_AFTER_OPT_OUT"
    if case.legal_basis in CONSENT_BASES or _needs_consent(case, profile):
        return "CONSENT_VALID"
    if case.purpose_class == "significant_decision" and profile.preuse_notice:
        return "ADMT_NOTICE_GIVEN"
    if case.legal_basis in ("legal_obligation", "vital"):
        return "LEGAL_OBLIGATION" if case.legal_basis == "legal_obligation" else "VITAL_INTERESTS"
    if case.legal_basis == "contract" and "contract_necessary" in case.flags:
        return "CONTRACT_NECESSITY"
    return "OPT_OUT_REGIME"


def _needs_consent(case: Case, profile: Profile) -> bool:
    return (
        "incompatible_purpose" in case.flags
        or sensitive.needs_consent(case, profile)
        or children.needs_opt_in(case, profile)
    )


def _notices(case: Case, profile: Profile) -> Decision | None:
    if "notice_missing" in case.flags and case.purpose_class not in _WITHOUT_NOTICE:
        return _NOTICE
    if (
        profile.preuse_notice
        and case.purpose_class == "significant_decision"
        and "preuse_notice" not in case.flags
    ):
        return _PREUSE
    return None
