"""The closed words of a decision: what a case may say, and which words belong together.

Plain strings, not enums, because cases are built from database rows, tokens and CSV
cells on the hot path, and a string needs no conversion there.
"""

from typing import Final

SUBJECT_STATES: Final = frozenset(
    {"known", "pseudonymous", "unknown", "unverified", "erased", "merged_ok", "merged_conflict"}
)
IDENTIFIED: Final = frozenset({"known", "pseudonymous", "merged_ok"})

PURPOSE_CLASSES: Final = frozenset(
    {
        "core_service",
        "cross_context_ads",
        "data_subject_right",
        "device_access",
        "direct_marketing",
        "legal_claims",
        "legal_obligation",
        "personalisation",
        "sale",
        "security",
        "significant_decision",
        "vital",
    }
)

# The catalogue the decision tables speak of: purpose code -> class.
TABLE_PURPOSES: Final = {
    "account_access": "data_subject_right",
    "analytics_device": "device_access",
    "credit_decision": "significant_decision",
    "email_marketing": "direct_marketing",
    "emergency_contact": "vital",
    "fraud_prevention": "security",
    "legal_claims": "legal_claims",
    "recommendations": "personalisation",
    "rights_fulfilment": "data_subject_right",
    "sale": "sale",
    "service_delivery": "core_service",
    "targeted_ads": "cross_context_ads",
    "tax_records": "legal_obligation",
}

# A No of the person denies these under every basis and in every jurisdiction (our promise).
OWN_NO_CLASSES: Final = frozenset(
    {"personalisation", "direct_marketing", "cross_context_ads", "sale"}
)
# What GDPR 21(2) covers: marketing, "which includes profiling" for it.
MARKETING_CLASSES: Final = frozenset({"direct_marketing", "cross_context_ads", "sale"})
# What "sale or sharing" covers (CIV 1798.140(ad), (ah)); what a Sec-GPC signal opts out of.
SOLD_CLASSES: Final = frozenset({"cross_context_ads", "sale"})
# Preservation states, prohibitions and objections do not stop these (GDPR 15, 17(3)(e), 18(2)).
UNSTOPPABLE_CLASSES: Final = frozenset({"data_subject_right", "legal_claims"})
# Uses of sensitive data that need neither consent nor a limit (11 CCR 7027(m) and its like).
NEEDED_CLASSES: Final = frozenset(
    {"core_service", "data_subject_right", "legal_claims", "legal_obligation", "security", "vital"}
)

DATA_CLASSES: Final = frozenset({"ordinary", "sensitive", "special"})
# Any other word means a recipient nobody was told about.
DISCLOSED_RECIPIENTS: Final = frozenset({"first_party", "disclosed_third_party", "processor"})

# What a use may rest on; none: it may not be (GDPR Art. 6(1), ePrivacy 13(2), CIV 1798.100).
LEGAL_BASES: Final = frozenset(
    {
        "consent",
        "explicit_consent",
        "contract",
        "legal_obligation",
        "vital",
        "public_task",
        "legitimate_interest",
        "recognised_li",
        "soft_opt_in",
        "us_notice",
        "none",
    }
)
CONSENT_BASES: Final = frozenset({"consent", "explicit_consent"})

CONSENT_STATUSES: Final = frozenset(
    {
        "none",
        "Unknown",
        "Requested",
        "RequestDeferred",
        "Given",
        "RenewedGiven",
        "Refused",
        "Withdrawn",
        "Revoked",
        "Invalidated",
        "Expired",
    }
)
GIVEN: Final = frozenset({"Given", "RenewedGiven"})
UNANSWERED: Final = frozenset({"none", "Unknown"})
OWN_NO: Final = frozenset({"Refused", "Withdrawn"})

AFFIRMATIVE_ACTS: Final = frozenset({"expressed", "explicit", "parental", "two_step"})

NOTICE_STATES: Final = frozenset({"current", "superseded_minor", "superseded_material"})
OPTOUTS: Final = frozenset({"sale_share", "limit_spi", "profiling", "admt"})
OBJECTIONS: Final = frozenset({"art21_1", "direct_marketing"})
RESTRICTIONS: Final = frozenset({"none", "art18"})
ERASURE_STATES: Final = frozenset({"none", "pending"})
LEGAL_HOLDS: Final = frozenset({"no", "yes", "hold_only"})

# How personal at most, per channel (`consent.levels`).
LEVELS: Final = range(5)

FLAGS: Final = frozenset(
    {
        # request and store
        "malformed",
        "future",
        "store_unavailable",
        "stale_cache",
        "no_subject_needed",
        # purpose
        "purpose_retired",
        "category_not_in_purpose",
        "incompatible_purpose",
        "transfer_no_mechanism",
        "retention_elapsed",
        "notice_missing",
        "strictly_necessary",
        "uk_pecr_exempt",
        "online_platform",
        "child_directed",
        "electronic",
        "soft_opt_in_conditions",
        "contract_necessary",
        "lia_recorded",
        "public_task_law",
        "compelling_grounds",
        "art9_condition",
        "inferred",
        # consent
        "preticked",
        "bundled",
        "dark_pattern",
        "unproven",
        "scope_purpose",
        "scope_category",
        "scope_recipient",
        "optin_after_optout",
        "consent_after_restriction",
        # restriction
        "art18_2_other_person",
        "art18_2_public_interest",
        # automated decisions
        "adm_safeguards",
        "preuse_notice",
        "human_appeal_exception",
        # the operator honours the signal only where a statute says so
        "gpc_statutory_only",
        # why a consent does not count yet
        "waiting_for_confirmation",
        "parent_said_no",
        # what people bound us to: a hard stop, a ceiling per channel, a frequency
        "hard_stop",
        "level_ceiling",
        "frequency_reached",
    }
)
