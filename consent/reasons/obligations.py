"""What a decision can oblige the asker to do: code -> meaning, in one line."""

from typing import Final

OBLIGATIONS: Final = {
    "ASK_AGE": "Ask the person's age before asking again; do not guess it.",
    "BLOCK_ERASURE": "A legal hold exists: use is fine, deletion of this data is not.",
    "DISPLAY_LIMIT_LINK": "Show the link that limits the use of sensitive information.",
    "DISPLAY_OPT_OUT_LINK": "Show the link that opts out of sale and sharing.",
    "DISPLAY_OPT_OUT_STATUS": "Show that the opt-out signal was received and honoured.",
    "DO_NOT_REASK_UNTIL": "Do not ask again before the period after the colon has passed.",
    "ESCALATE_DPO": "Ask the data protection officer whether a public-interest mark is due.",
    "EXPLAIN": "Explain the logic and the main reasons of the automated decision.",
    "FALLBACK_NON_PERSONALISED": "Serve the version that uses no personal data.",
    "INCLUDE_UNSUBSCRIBE": "Put a working one-click unsubscribe into every message.",
    "LOG_USE": "Record the use; nothing more is owed.",
    "NOTIFY_RECIPIENTS": "Tell every recipient of this purpose that the consent has ended.",
    "OFFER_ADMT_ACCESS": "Offer access to the logic, the parameters and the outcome.",
    "OFFER_HUMAN_APPEAL": "Offer an appeal to a human with authority to overturn the outcome.",
    "OFFER_HUMAN_REVIEW": "Offer review by a human before the decision takes effect.",
    "OFFER_OBJECTION": "Offer a simple, free way to object.",
    "PROMPT_RECONSENT": "Ask once more, with the notice in force now.",
    "REEVALUATE": "Ask the decision service again; do not use the cached answer.",
    "REQUEST_CONSENT": "The person may be asked for consent.",
    "REQUEST_EXPLICIT_CONSENT": "The person may be asked for consent in a separate statement.",
    "REQUEST_PARENTAL": "A parent or guardian may be asked for consent, with evidence.",
    "RESTRICT": "Restrict the data until the objection has been decided.",
    "SCHEDULE_ERASURE": "Put the data into the next erasure run.",
    "STORE_ONLY": "Keep the data, do not use it.",
    "SUPPRESSION_LIST": "Check the suppression list before any message.",
}
