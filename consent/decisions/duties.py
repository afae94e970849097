"""What a permit obliges the asker to do."""

from consent.decisions import objections
from consent.decisions.cases import Case
from consent.jurisdictions import Profile
from consent.vocabulary import NEEDED_CLASSES, SOLD_CLASSES

_LOG_ONLY = ("LOG_USE",)


def obligations(case: Case, profile: Profile, ground: str) -> tuple[str, ...]:
    """Every permit is logged; LOG_USE is named where nothing more is owed.

    ePrivacy 13(2); GDPR 22(3); 11 CCR 7013-7015, 7025(c)(6), 7221-7222.
    """
    owed: list[str] = []
    if case.purpose_class == "direct_marketing":
        owed.append("INCLUDE_UNSUBSCRIBE")
    elif case.purpose_class == "significant_decision":
        owed += _of_decisions(case, profile, ground)
    if ground == "DEVICE_EXEMPT_UK":
        owed.append("OFFER_OBJECTION")
    elif ground == "OPT_OUT_REGIME":
        owed += _of_opt_out_regime(case, profile)
    if case.legal_hold == "yes":
        owed.append("BLOCK_ERASURE")
    return tuple(owed) if owed else _LOG_ONLY


def _of_decisions(case: Case, profile: Profile, ground: str) -> list[str]:
    owed = [] if profile.automated_decisions is None else ["OFFER_HUMAN_REVIEW", "EXPLAIN"]
    if ground == "ADMT_NOTICE_GIVEN":
        owed.append("OFFER_HUMAN_APPEAL" if "admt" in case.optouts else "OFFER_ADMT_ACCESS")
    return owed


def _of_opt_out_regime(case: Case, profile: Profile) -> list[str]:
    owed = []
    if case.gpc and objections.hears_opt_out_signal(case, profile):
        owed.append("DISPLAY_OPT_OUT_STATUS")
    elif profile.opt_out_link and case.purpose_class in SOLD_CLASSES:
        owed.append("DISPLAY_OPT_OUT_LINK")
    sensitive = case.data_class != "ordinary" and case.purpose_class not in NEEDED_CLASSES
    if sensitive and profile.limit_link:
        owed.append("DISPLAY_LIMIT_LINK")
    return owed
