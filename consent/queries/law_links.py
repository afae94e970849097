"""Which opt-out links the law wants shown to one person, by where they are."""

from datetime import datetime
from uuid import UUID

from consent.jurisdictions import UNKNOWN, Links, links, profile_for
from consent.queries import catalogue as catalogues
from consent.queries import states

# Because of somebody we know nothing of, any of these laws may protect them.
OF_ANYBODY = Links(do_not_sell=True, limit=True, choices=True)


def links_of(subject_id: UUID, *, at: datetime) -> Links:
    """The links wanted where this person is at `at`; all of them where nobody knows where."""
    state = states.read_state(subject_id)
    if state.shape is None:
        return OF_ANYBODY
    places = states.shape_content(state.shape)["jurisdictions"] or [UNKNOWN]
    law = catalogues.catalogue(state.catalogue).jurisdictions
    return links(profile_for(law, place, at) for place in places)
