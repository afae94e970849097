"""Stage 7: where a consent carries the use, does it hold?"""

from calendar import monthrange
from datetime import datetime

from consent.decisions import objections, sensitive
from consent.decisions.cases import Case
from consent.decisions.verdicts import Decision, denial
from consent.jurisdictions import Profile
from consent.vocabulary import AFFIRMATIVE_ACTS, GIVEN, OWN_NO

_MISSING = denial("CONSENT_MISSING", "REQUEST_CONSENT")
_PENDING = denial("CONSENT_PENDING")
_WAITING = denial("CONSENT_PENDING", detail="waiting_for_confirmation")
_EXPIRED = denial("CONSENT_EXPIRED", "PROMPT_RECONSENT")
_FORM = denial("CONSENT_INVALID_FORM", "REQUEST_CONSENT")
_UNPROVEN = denial("CONSENT_UNPROVEN", "REQUEST_CONSENT")
_SCOPE = denial("CONSENT_SCOPE_MISMATCH", "REQUEST_CONSENT")
_EXPLICIT = denial("EXPLICIT_CONSENT_REQUIRED", "REQUEST_EXPLICIT_CONSENT")
_NOTICE = denial("NOTICE_SUPERSEDED", "PROMPT_RECONSENT")
_REFRESH = denial("CONSENT_REFRESH_DUE", "PROMPT_RECONSENT")
_PARENT = denial("PARENTAL_CONSENT_REQUIRED", "REQUEST_PARENTAL")

# A status that is not here, and not an answer, is no consent at all.
_NOT_GIVEN = {
    "Requested": _PENDING,
    "RequestDeferred": _PENDING,
    # By someone other than the person: there is nothing to ask them again for.
    "Revoked": denial("CONSENT_INVALIDATED"),
    "Invalidated": denial("CONSENT_INVALIDATED", "REQUEST_CONSENT"),
    "Expired": _EXPIRED,
}
_BAD_FORM = frozenset({"preticked", "bundled", "dark_pattern"})
_BAD_SCOPE = frozenset({"scope_purpose", "scope_category", "scope_recipient"})
FLAGS = _BAD_FORM | _BAD_SCOPE | {"unproven"}


def check(case: Case, profile: Profile, flagged: bool = True) -> Decision | None:
    """State, form, proof, scope, explicitness, notice version, expiry, refresh, age.

    GDPR 4(11), 6(1)(a), 7, 8, 9(2)(a); 11 CCR 7004; 4 CCR 904-3 Rule 7.08.
    `flagged` is False where the caller has seen that the case has none of `FLAGS`.
    """
    if case.consent_status not in GIVEN:
        return _not_given(case, profile)
    # How it was given: freely and actively, on record, for this, and explicitly if need be.
    flags, acts = case.flags, case.consent_types
    if flagged and not flags.isdisjoint(_BAD_FORM):
        return _FORM
    if acts and acts.isdisjoint(AFFIRMATIVE_ACTS):
        return _FORM
    if not acts or (flagged and "unproven" in flags):
        # A consent without the act it consisted of cannot be shown to exist (7(1)).
        return _UNPROVEN
    if flagged and not flags.isdisjoint(_BAD_SCOPE):
        return _SCOPE
    if "explicit" not in acts and (
        case.legal_basis == "explicit_consent"
        or (case.data_class != "ordinary" and sensitive.needs_explicit(case, profile))
    ):
        return _EXPLICIT
    return _currency(case, profile)


def _not_given(case: Case, profile: Profile) -> Decision:
    if case.consent_status in OWN_NO:
        return objections.own_no(case, profile)
    if "waiting_for_confirmation" in case.flags:
        return _WAITING
    return _NOT_GIVEN.get(case.consent_status, _MISSING)


def _currency(case: Case, profile: Profile) -> Decision | None:
    """Whether it still holds: same notice, not over, not gone stale, of an age to give it."""
    if case.notice_state not in ("current", "superseded_minor"):
        return _NOTICE
    if case.consent_expires_at is not None and case.as_of >= case.consent_expires_at:
        return _EXPIRED
    if profile.refresh_months is not None and _silent(case, profile.refresh_months):
        return _REFRESH
    age = case.age
    if age is not None and age < profile.consent_age and "parental" not in case.consent_types:
        return _PARENT
    return None


def _silent(case: Case, months: int) -> bool:
    last = case.last_interaction
    # Because no month is shorter than 28 days, most people need no calendar; a day is left
    # for clocks that were put back in between.
    if last is None or (case.as_of - last).days < 28 * months - 1:
        return False
    return case.as_of >= _months_after(last, months)


def _months_after(instant: datetime, months: int) -> datetime:
    """The same day `months` later, the last of the month where there is no such day."""
    years, month = divmod(instant.month - 1 + months, 12)
    year = instant.year + years
    if year > 9999:
        return datetime.max.replace(tzinfo=instant.tzinfo)
    day = min(instant.day, monthrange(year, month + 1)[1])
    return instant.replace(year=year, month=month + 1, day=day)
