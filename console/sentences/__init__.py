"""An entry of the log as a plain sentence, made from its facts alone."""

from console.sentences.consents import CONSENT_STATES
from console.sentences.kinds import PLAIN
from console.sentences.names import SHOWN, Facts, Names, plain
from console.sentences.requests import (
    HISTORY,
    PAGES,
    REFUSALS,
    RIGHTS,
    STATES,
    WAITS,
    right,
    state,
    step_words,
    why,
)
from console.sentences.telling import SPECIAL, outcome_of, sentence

__all__ = [
    "CONSENT_STATES",
    "HISTORY",
    "PAGES",
    "PLAIN",
    "REFUSALS",
    "RIGHTS",
    "SHOWN",
    "SPECIAL",
    "STATES",
    "WAITS",
    "Facts",
    "Names",
    "outcome_of",
    "plain",
    "right",
    "sentence",
    "state",
    "step_words",
    "why",
]
