"""Stage 5: has the person said No?"""

from consent.decisions.cases import Case, Policy
from consent.decisions.verdicts import Decision, denial
from consent.jurisdictions import Profile
from consent.vocabulary import (
    CONSENT_BASES,
    GIVEN,
    MARKETING_CLASSES,
    NEEDED_CLASSES,
    OWN_NO,
    OWN_NO_CLASSES,
    SOLD_CLASSES,
)

_MARKETING = denial("OBJECTED_DIRECT_MARKETING", "SUPPRESSION_LIST")
_MARKETING_SIGNAL = denial("OBJECTED_DIRECT_MARKETING")
_UNRESOLVED = denial("OBJECTION_UNRESOLVED", "RESTRICT")
_READ_AS_WITHDRAWAL = denial("CONSENT_WITHDRAWN", "NOTIFY_RECIPIENTS")
_SIGNAL = denial("OPTED_OUT_SIGNAL", "DISPLAY_OPT_OUT_STATUS")
_SIGNAL_AFTER_OWN_NO = denial("OPTED_OUT_SIGNAL")
_SOLD = denial("OPTED_OUT_SALE_SHARE")
_LIMITED = denial("SENSITIVE_USE_LIMITED")
_PROFILING = denial("OPTED_OUT_PROFILING")
_ADMT = denial("OPTED_OUT_ADMT")
_REFUSED = denial("CONSENT_REFUSED")
_REFUSED_BY_PARENT = denial("CONSENT_REFUSED", detail="parent_said_no")
_WITHDRAWN = denial("CONSENT_WITHDRAWN")

_OBJECTABLE_BASES = frozenset(
    {"legitimate_interest", "public_task", "recognised_li", "soft_opt_in"}
)


def check(case: Case, profile: Profile, policy: Policy) -> Decision | None:
    """Objections, opt-outs, the browser's signal, then the person's own No.

    GDPR 21; CIV 1798.120, 1798.121; 11 CCR 7025-7028, 7221. They are sets, because a
    second objection must never erase the first.
    """
    if case.gpc or case.objections or case.optouts:
        denied = _recorded(case, profile)
        if denied is not None:
            return denied
    if case.consent_status in OWN_NO and case.purpose_class in policy.own_no_classes:
        return own_no(case, profile)
    return None


def _recorded(case: Case, profile: Profile) -> Decision | None:
    denied = standing_no(case, profile)
    if denied is not None and not reopened(case, profile):
        return denied
    denied = _objection(case, profile)
    return _decision_opt_out(case, profile) if denied is None else denied


def standing_no(case: Case, profile: Profile) -> Decision | None:
    """The No that a later, specific opt-in may lift, or None if there is none."""
    purpose_class = case.purpose_class
    if "direct_marketing" in case.objections and purpose_class in MARKETING_CLASSES:
        return _MARKETING
    if case.gpc:
        denied = _signal(case, profile)
        if denied is not None:
            return denied
    if "sale_share" in case.optouts and purpose_class in SOLD_CLASSES:
        return _SOLD
    if "limit_spi" in case.optouts and case.data_class != "ordinary":
        return None if purpose_class in NEEDED_CLASSES else _LIMITED
    return None


def reopened(case: Case, profile: Profile) -> bool:
    """Whether a consent given after the No lifts it (GDPR 7 after 21; 11 CCR 7028(a)).

    It lifts only what then rests on that consent, so that stage 7 examines it.
    """
    return (
        "optin_after_optout" in case.flags
        and case.consent_status in GIVEN
        and (not profile.opt_in or case.legal_basis in CONSENT_BASES)
        and (not profile.reopt_in_two_step or "two_step" in case.consent_types)
    )


def hears_opt_out_signal(case: Case, profile: Profile) -> bool:
    """Whether Sec-GPC counts as an opt-out here: everywhere, unless only statutes bind us."""
    return (
        case.gpc
        and profile.signal_is_opt_out
        and (profile.signal_is_statutory or "gpc_statutory_only" not in case.flags)
    )


def own_no(case: Case, profile: Profile) -> Decision:
    """The denial for a person who refused or withdrew. A No is a No under every basis."""
    on_consent = case.legal_basis in CONSENT_BASES
    if case.consent_status == "Withdrawn":
        return _READ_AS_WITHDRAWAL if on_consent else _WITHDRAWN
    detail = "parent_said_no" if "parent_said_no" in case.flags else ""
    if not on_consent:
        return _REFUSED_BY_PARENT if detail else _REFUSED
    until = f"DO_NOT_REASK_UNTIL:+{profile.reask_months}M"
    return denial("CONSENT_REFUSED", until, detail=detail)


def _signal(case: Case, profile: Profile) -> Decision | None:
    if case.purpose_class in SOLD_CLASSES and hears_opt_out_signal(case, profile):
        # The page that took the withdrawal has just shown the status.
        return _SIGNAL_AFTER_OWN_NO if case.consent_status in OWN_NO else _SIGNAL
    on_interest = profile.opt_in and case.legal_basis not in CONSENT_BASES
    if on_interest and case.purpose_class in MARKETING_CLASSES:
        # GDPR 21(5): an objection by automated means; specific consent outlasts it.
        return _MARKETING_SIGNAL
    return None


def _objection(case: Case, profile: Profile) -> Decision | None:
    """GDPR 21(1): against interests until grounds are shown; against consent, a withdrawal."""
    if "art21_1" not in case.objections:
        return None
    basis = case.legal_basis
    if basis in CONSENT_BASES:
        lifted = case.consent_status not in GIVEN or reopened(case, profile)
        # A consent that was never given is not withdrawn; stage 7 says what it is.
        return None if lifted else _READ_AS_WITHDRAWAL
    objectable = basis in _OBJECTABLE_BASES or (
        basis == "us_notice" and case.purpose_class in OWN_NO_CLASSES
    )
    if not objectable:
        return None
    if case.purpose_class in MARKETING_CLASSES:
        # Because an objection to marketing needs no grounds and yields to none (21(3)).
        return _MARKETING
    return None if "compelling_grounds" in case.flags else _UNRESOLVED


def _decision_opt_out(case: Case, profile: Profile) -> Decision | None:
    if case.purpose_class != "significant_decision":
        return None
    profiling = "profiling" in case.optouts
    # A human to appeal to excuses from this opt-out alone (11 CCR 7221(b)(1)).
    admt = "admt" in case.optouts and "human_appeal_exception" not in case.flags
    if admt and (not profiling or profile.decision_opt_out == "admt"):
        return _ADMT
    return _PROFILING if profiling else None
