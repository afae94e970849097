"""Does one profile of a jurisdiction protect less than another, and where?

Built-in law may be made stricter by an operator and not weaker by mistake.
"""

from collections.abc import Mapping
from typing import Final

from consent.jurisdictions import AutomatedDecisions, MinorOptIn, Profile

# True protects more than False.
_PROTECTING: Final = (
    "platform_ad_limits",
    "signal_is_opt_out",
    "signal_is_statutory",
    "special_needs_condition",
    "sensitive_strictly_necessary",
    "sensitive_sale_banned",
    "device_consent",
    "electronic_marketing_consent",
    "preuse_notice",
    "reopt_in_two_step",
    "opt_out_link",
    "limit_link",
)
_CONSENT_STEPS: Final = {None: 0, "affirmative": 1, "explicit": 2}
_NEVER: Final = 10_000


def weaker(new: Profile, old: Profile) -> tuple[str, ...]:
    """The members in which `new` protects people less than `old`; empty where in none.

    A change between opt-in and opt-out is always named, because what binds children and
    sensitive data differs in kind between them.
    """
    found = [name for name in _PROTECTING if getattr(old, name) and not getattr(new, name)]
    checks = {
        "opt_in": new.opt_in != old.opt_in,
        "consent_age": new.consent_age < old.consent_age,
        "bases": not _within(new.bases, old.bases),
        "parental_classes": not new.parental_classes >= old.parental_classes,
        "minor_bans": not _bans_kept(new.minor_bans, old.minor_bans),
        "minor_opt_in": not _opt_ins_kept(new, old),
        "sensitive_consent": _CONSENT_STEPS[new.sensitive_consent]
        < _CONSENT_STEPS[old.sensitive_consent],
        "device_statistics_exempt": new.device_statistics_exempt
        and not old.device_statistics_exempt,
        "automated_decisions": not _decisions_kept(
            new.automated_decisions, old.automated_decisions
        ),
        "decision_opt_out": new.decision_opt_out != old.decision_opt_out,
        "refresh_months": (new.refresh_months or _NEVER) > (old.refresh_months or _NEVER),
        "reask_months": new.reask_months < old.reask_months,
    }
    return tuple(found + [name for name, lost in checks.items() if lost])


def _within(new: Mapping[str, frozenset[str]], old: Mapping[str, frozenset[str]]) -> bool:
    return all(classes <= old.get(basis, frozenset()) for basis, classes in new.items())


def _bans_kept(new: Mapping[str, int], old: Mapping[str, int]) -> bool:
    return all(new.get(found, 0) >= age for found, age in old.items())


def _opt_ins_kept(new: Profile, old: Profile) -> bool:
    kept = all(
        new.minor_bans.get(found, 0) >= rule.under
        or _opt_in_kept(new.minor_opt_in.get(found), rule)
        for found, rule in old.minor_opt_in.items()
    )
    # Because an opt-in of the young themselves takes the place of their parents' yes.
    return kept and all(
        min(rule.under, rule.parent_under) >= old.consent_age
        for found, rule in new.minor_opt_in.items()
        if found in old.parental_classes and found not in old.minor_opt_in
    )


def _opt_in_kept(new: MinorOptIn | None, old: MinorOptIn) -> bool:
    return (
        new is not None
        and new.under >= old.under
        and new.parent_under >= old.parent_under
        and (old.act is None or new.act == old.act)
    )


def _decisions_kept(new: AutomatedDecisions | None, old: AutomatedDecisions | None) -> bool:
    if old is None:
        return True
    return new is not None and new.bases <= old.bases and new.special_bases <= old.special_bases
