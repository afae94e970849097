"""What the log refuses, in words that say what to do."""


class LogProblem(Exception):
    """Any refusal of the log."""


class EventUnknown(LogProblem):
    """There is no event of this id."""


class NotSequencedYet(LogProblem):
    """The event is on record and gets its place in the tree within a second: ask again."""


class SizeUnknown(LogProblem):
    """The log never had this size."""


class LogDamaged(LogProblem):
    """The stored tree contradicts itself; nothing more is signed."""


class LogRewound(LogProblem):
    """The database is behind a checkpoint that was published, or tells another story."""


class PruneRefused(LogProblem):
    """A month stays: REASON_MISSING, PRUNE_STATE, SECOND_PERSON_NEEDED or MONTH_STAYS (`code`)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail, self.fix = code, detail, "Look at the month again."
