"""May this person's data be used for this? Permit or deny, and why.

Pure rules: no database, no settings, no clock. Build a `Case`, call `decide`.
"""

from consent.decisions.cases import DEFAULT_POLICY, AttributeFacts, Case, Policy
from consent.decisions.order import decide, decide_attributes
from consent.decisions.verdicts import Decision

__all__ = [
    "DEFAULT_POLICY",
    "AttributeFacts",
    "Case",
    "Decision",
    "Policy",
    "decide",
    "decide_attributes",
]
