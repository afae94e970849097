"""What is known of one witness while it is asked: how far it is, and when to ask again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.policies import Witness

SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)

INCONSISTENT = "inconsistent"
BAD_COSIGNATURE = "bad_cosignature"
REFUSED = {
    400: "malformed",
    403: "key_untrusted",
    404: "origin_unknown",
    422: INCONSISTENT,
}
WHAT_TO_DO = {
    INCONSISTENT: "It saw another history of this log than the database now tells: the log was "
    "rewritten or rewound. Stop, keep everything as it is, and run verify_log.",
    BAD_COSIGNATURE: "Its answer carries no right cosignature: check its key in the policy.",
    "malformed": "It does not understand what is sent: check its address in the policy.",
    "key_untrusted": "It knows another key for this log: give its operator var/log/vkey.",
    "origin_unknown": "It does not know this log: give its operator LOG_ORIGIN and var/log/vkey.",
}


@dataclass(slots=True)
class Course:
    """One witness: `kept` is the last size whose cosignature we have, `size` where it stands."""

    witness: Witness
    kept: int = 0
    size: int = 0
    failures: int = 0
    ask_after: datetime | None = None
    refused: str = ""

    def due(self, at: datetime, size: int) -> bool:
        """Whether it should be asked now for the checkpoint of `size`."""
        waits = self.ask_after is not None and at < self.ask_after
        return not waits and (size != self.kept or bool(self.refused))

    def cosigned(self, size: int) -> None:
        """It is up to date and answers."""
        self.kept = self.size = size
        self.failures, self.ask_after, self.refused = 0, None, ""

    def failed(self, at: datetime) -> bool:
        """It did not answer: each pause is twice the last. Tells whether this is the first."""
        pause = min(SHORTEST_PAUSE * 2 ** min(self.failures, 16), LONGEST_PAUSE)
        self.ask_after, self.failures = at + pause, self.failures + 1
        return self.failures == 1

    def refuses(self, at: datetime, reason: str) -> bool:
        """It answered No: a person must look. Tells whether it is the first time."""
        first, self.refused = self.refused != reason, reason
        self.ask_after = at + LONGEST_PAUSE
        return first


def conflict(text: str) -> int | None:
    """The size that a witness names with 409, or None where it names none."""
    number = text.removesuffix("\n")
    plain = number.isascii() and number.isdigit() and len(number) <= 19
    return int(number) if plain and number == str(int(number)) else None
