"""What each reason code means to a developer, and what to do about it."""

from typing import Final

DENIALS: Final = {
    "ADM_NOT_PERMITTED": "The configured basis does not allow a solely automated significant"
    " decision on these data; use explicit consent, contract or law, or put a human in charge.",
    "ADM_SAFEGUARDS_MISSING": "No route to human review is configured for this automated"
    " decision; configure one, then ask again.",
    "AGE_ASSURANCE_REQUIRED": "The age is unknown in a setting directed at children; establish"
    " the age before asking again.",
    "CATEGORY_NOT_COVERED": "The purpose does not declare this attribute; leave it out, or have"
    " the purpose and its notice extended.",
    "CONSENT_EXPIRED": "The consent is over (its end is exclusive); prompt for a new one.",
    "CONSENT_INVALIDATED": "The consent was declared void by someone other than the person;"
    " stop, and look up the declaration before asking anew.",
    "CONSENT_INVALID_FORM": "The act recorded is no consent (pre-ticked, bundled, implied or"
    " steered); fix the form, then request consent.",
    "CONSENT_MISSING": "No consent is on record and this purpose needs one; serve the fallback,"
    " request consent if it suits.",
    "CONSENT_PENDING": "Consent was requested and not answered; silence is not consent, wait.",
    "CONSENT_REFRESH_DUE": "The person was silent for too long for this consent to stand; prompt"
    " for a new one.",
    "CONSENT_REFUSED": "The person refused; stop, and do not ask again before the time given.",
    "CONSENT_SCOPE_MISMATCH": "The consent is for another purpose, category or recipient; request"
    " consent for this one.",
    "CONSENT_UNPROVEN": "The evidence of the consent is incomplete (who, when, which text, which"
    " act); find it or request consent.",
    "CONSENT_WITHDRAWN": "The person withdrew; stop now, and pass it on to the recipients.",
    "CONTRACT_NOT_NECESSARY": "The basis is contract but necessity is not documented; document it"
    " or choose another basis with the compliance officer.",
    "DECISION_UNAVAILABLE": "The state could not be read, or only a stale copy of it; treat as No"
    " and retry.",
    "DEVICE_CONSENT_REQUIRED": "Storing on or reading from the device needs consent whatever the"
    " basis; request it, or read nothing.",
    "ERASURE_PENDING": "An erasure is under way; do not use the data.",
    "EXPLICIT_CONSENT_REQUIRED": "These data need consent in a separate statement, and the one on"
    " record is ordinary; request explicit consent.",
    "IDENTITY_CONFLICT": "Merged profiles contradict each other and the order is not provable; ask"
    " the person to decide again.",
    "INCOMPATIBLE_PURPOSE": "The data were collected for something else; request consent for this"
    " purpose.",
    "INVALID_REQUEST": "The question is malformed (a missing or wrong field, a time without an"
    " offset); correct it.",
    "INVALID_TIME": "The time asked about is in the future; ask about now or the past.",
    "LEGAL_HOLD_ONLY": "The data are kept for a legal hold alone; only legal claims may use them.",
    "LIA_MISSING": "The basis is legitimate interest without a balancing test on file; record one.",
    "LI_NOT_AVAILABLE": "Legitimate interest does not carry this class of purpose; use consent.",
    "MARKETING_CONSENT_REQUIRED": "Electronic marketing needs consent, or all four conditions of"
    " the soft opt-in; do not send.",
    "MINOR_OPT_IN_REQUIRED": "Below this age the person, or a parent, must opt in first; serve"
    " the fallback.",
    "MINOR_PROHIBITED": "This use is banned at this age, even with consent; do not offer it.",
    "NOTICE_MISSING": "No notice was given at collection; publish and show it first.",
    "NOTICE_SUPERSEDED": "The notice changed materially after the consent; prompt with the"
    " current one.",
    "NOT_STRICTLY_NECESSARY": "Sensitive data may be used here only where strictly necessary; leave"
    " them out.",
    "NO_LEGAL_BASIS": "No basis is configured for this purpose here, or the law there does not"
    " know it; have one configured.",
    "OBJECTED_DIRECT_MARKETING": "The person objected to direct marketing, or the browser did for"
    " them; suppress.",
    "OBJECTION_UNRESOLVED": "The person objected and compelling grounds are not recorded; restrict"
    " until that is decided.",
    "OPTED_OUT_ADMT": "The person opted out of automated decision technology; decide by a human.",
    "OPTED_OUT_PROFILING": "The person opted out of profiling for significant decisions; decide"
    " without it.",
    "OPTED_OUT_SALE_SHARE": "The person opted out of sale and sharing; do not disclose.",
    "OPTED_OUT_SIGNAL": "The browser sent an opt-out signal; do not sell or share, show that it was"
    " honoured.",
    "PARENTAL_CONSENT_REQUIRED": "The person is below the age of consent here; request a parent's"
    " consent.",
    "PREUSE_NOTICE_MISSING": "Automated decisions need a notice before use; show it first.",
    "PROCESSING_RESTRICTED": "Processing is restricted; store only, unless an exception is marked.",
    "PROFILING_ADS_SPECIAL_CATEGORY": "Platforms may not target ads by special-category data, even"
    " with consent; leave the data out.",
    "PURPOSE_RETIRED": "The purpose is no longer live; stop asking for it.",
    "PURPOSE_UNKNOWN": "The purpose is not in the catalogue; use a code of the catalogue.",
    "RECIPIENT_NOT_DISCLOSED": "The recipient is in no notice, or has no agreement; do not"
    " disclose to it.",
    "REPLAY_ONLY": "The time asked about is past: no use can be permitted then; ask about now.",
    "RETENTION_ELAPSED": "The retention period is over; the data await erasure.",
    "SENSITIVE_SALE_PROHIBITED": "Selling sensitive data is banned here, even with consent; do not"
    " sell.",
    "SENSITIVE_USE_LIMITED": "The person limited the use of sensitive data; use only what the"
    " service needs.",
    "SPECIAL_CATEGORY_NO_CONDITION": "Special-category data need explicit consent or another"
    " Art. 9(2) condition on file; neither is there.",
    "SUBJECT_ERASED": "The person was erased; drop your reference.",
    "SUBJECT_UNKNOWN": "No verified person stands behind this identifier; identify, or serve what"
    " uses no personal data.",
    "TRANSFER_NOT_AUTHORISED": "The recipient's country lacks a transfer mechanism; do not"
    " transfer.",
}

PERMITS: Final = {
    "ADMT_NOTICE_GIVEN": "The notice before use was shown; fulfil the obligations.",
    "CONSENT_VALID": "A valid consent covers this use; log it.",
    "CONTRACT_NECESSITY": "The contract cannot be performed without this use; log it.",
    "DEVICE_EXEMPT_UK": "The UK statistics exemption applies; keep offering the objection.",
    "DEVICE_STRICTLY_NECESSARY": "The device access is strictly necessary for what was asked for;"
    " log it.",
    "LEGAL_CLAIMS": "Needed to establish, exercise or defend legal claims; log it.",
    "LEGAL_OBLIGATION": "A law orders this use; log it.",
    "LEGITIMATE_INTEREST": "Legitimate interest with a balancing test on file; log it.",
    "OPT_IN_AFTER_OPT_OUT": "A newer opt-in follows the opt-out; log it.",
    "OPT_OUT_REGIME": "Notice was given and the person has not opted out; fulfil the obligations.",
    "RECOGNISED_LI": "A recognised legitimate interest (UK); log it.",
    "SOFT_OPT_IN": "All four conditions of the soft opt-in are met; include the unsubscribe.",
    "VITAL_INTERESTS": "Someone's life or health depends on it; log it.",
}
