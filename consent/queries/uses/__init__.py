"""What a person is asked, what they said, and what follows from it now: for people to read.

Effective states come from the same rules and the same rows as the gate's answers, so a card
cannot say one thing while the gate does another. Nothing here is logged: nothing is used.
"""

from consent.queries.uses.cards import OURSELVES, Answer, Scope, Standing, Use, Wording
from consent.queries.uses.each import own_recipient
from consent.queries.uses.standing import answer_of, catalogue_of_uses, standing
from consent.queries.uses.wordings import live_wordings, wording_of

__all__ = [
    "OURSELVES",
    "Answer",
    "Scope",
    "Standing",
    "Use",
    "Wording",
    "answer_of",
    "catalogue_of_uses",
    "live_wordings",
    "own_recipient",
    "standing",
    "wording_of",
]
