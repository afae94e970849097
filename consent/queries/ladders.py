"""What each step of a channel would read of one person, by the answers given so far.

The same answers as the gate's, decided once per channel without a ceiling: a step takes out what
needs a higher one and adds nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from consent import levels, rulings
from consent.catalogue import Catalogue
from consent.queries import catalogue as catalogues
from consent.queries import states
from consent.queries.uses import own_recipient
from consent.questions import Question
from consent.vocabulary import OWN_NO_CLASSES

STEPS = range(levels.EVERYTHING + 1)
# By step: purpose to the attributes (codes) that are read.
Ladder = tuple[Mapping[str, frozenset[str]], ...]


def ladders(subject_id: UUID, *, at: datetime) -> dict[str, Ladder]:
    """By channel, what is read at each step from 0 to 4; nothing is recorded.

    Only of purposes that a step bounds: what the law demands or an order needs has no step.
    """
    state, catalogue = states.read_state(subject_id), catalogues.catalogue()
    if state.shape is None:
        return {code: ({},) * len(STEPS) for code in catalogue.channels}
    content = states.shape_content(state.shape)
    return {code: _ladder(code, content, catalogue, at) for code in catalogue.channels}


def _ladder(channel: str, content: Mapping[str, Any], catalogue: Catalogue, at: datetime) -> Ladder:
    open_ = {**content, "levels": {channel: levels.EVERYTHING}}
    read: dict[str, tuple[str, ...]] = {}
    for name, entry in catalogue.purposes.items():
        if entry.purpose_class in OWN_NO_CLASSES:
            question = Question(
                subject_id=None,
                purpose=name,
                attributes=tuple(sorted(entry.attributes)),
                recipient=own_recipient(entry, catalogue),
                channel=channel,
            )
            read[name] = rulings.outcome(
                question=question, catalogue=catalogue, content=open_, at=at
            ).covered
    needed = {code: levels.needed(entry) for code, entry in catalogue.attributes.items()}
    return tuple(
        {
            name: codes
            for name, leaves in read.items()
            if (codes := frozenset(leaf for leaf in leaves if needed[leaf] <= step))
        }
        for step in STEPS
    )
