"""The catalogues under which the decisions of a replay were made."""

from consent.catalogue import Catalogue
from consent.queries import editions
from consent.replays import Decider, Logged, NotReplayable
from consent.rulings import Outcome


class ReplayedEditions:
    """The catalogues that decided; one that was not kept is None, and never guessed."""

    def __init__(self) -> None:
        self._found: dict[int, Catalogue | None] = {}

    def outcome(self, decider: Decider, decision: Logged) -> Outcome | None:
        """The recomputed decision; None where the catalogue is gone."""
        catalogue = self._catalogue(decision)
        return decider.outcome(decision, catalogue, decision.at) if catalogue else None

    def outcome_or_fail(self, decider: Decider, decision: Logged) -> Outcome:
        """The same; raises NotReplayable."""
        if decision.catalogue is None:
            raise NotReplayable("CATALOGUE_NOT_NAMED")
        found = self.outcome(decider, decision)
        if found is None:
            raise NotReplayable("CATALOGUE_NOT_KEPT")
        return found

    def _catalogue(self, decision: Logged) -> Catalogue | None:
        version = decision.catalogue
        if version is None:
            return None
        if version not in self._found:
            if len(self._found) > editions.KEPT:
                self._found.clear()
            self._found[version] = editions.edition(version)
        return self._found[version]
