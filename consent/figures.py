"""Figures over people: what was allowed for figures alone is permitted over enough people only.

A purpose with `minimum_people` (k) makes figures of groups. An answer about fewer than k people
who permit would be an answer about somebody, so it is No, whatever each of them said. Pure.
"""

from typing import Final

from consent.catalogue import Catalogue
from consent.decisions import Decision
from consent.decisions.verdicts import denial
from consent.rulings import Outcome

TOO_FEW_PEOPLE: Final = denial("CONSENT_SCOPE_MISMATCH", detail="too_few_people")
ONE: Final = 1


def least_people(purpose: str, catalogue: Catalogue) -> int | None:
    """How many people must permit at once; None where a purpose is about each person."""
    entry = catalogue.purposes.get(purpose)
    return entry.minimum_people if entry else None


def held_to(found: Outcome, *, least: int | None, people: int) -> Outcome:
    """The outcome where `people` permit at once: as it is, or nothing where they are too few.

    Only ever narrows: more people never permit less, and fewer never permit more.
    """
    if least is None or people >= least or not found.covered:
        return found
    answers = {code: _unless_denied(answer) for code, answer in found.answers.items()}
    return found._replace(decision=_unless_denied(found.decision), answers=answers, covered=())


def _unless_denied(answer: Decision) -> Decision:
    return TOO_FEW_PEOPLE if answer.permit else answer
