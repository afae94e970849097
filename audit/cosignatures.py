"""Cosignatures of witnesses: C2SP tlog-cosignature v1, Ed25519 with a time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from audit.algorithms import TIME_BYTES
from audit.checkpoints import BadCheckpoint, VerifierKey, signatures

# Because no clock is right, and a time far ahead would hide how long a witness was away.
SECONDS_AHEAD = 300


@dataclass(frozen=True, slots=True)
class Cosignature:
    """`key` saw this checkpoint as the largest of its log at `seconds` (since 1970)."""

    key: VerifierKey
    seconds: int
    line: str


def cosignature(note: str, key: VerifierKey, *, now: int | None = None) -> Cosignature | None:
    """The cosignature by `key` on a note, or None where it carries none.

    Raises BadCheckpoint for one that does not fit, has no time, or is ahead of `now` (seconds).
    """
    _, found = signatures(note, key)
    if not found:
        return None
    line, signature = found[0]
    seconds = int.from_bytes(signature[:TIME_BYTES])
    if seconds == 0 or (now is not None and seconds > now + SECONDS_AHEAD):
        raise BadCheckpoint("The time of the cosignature is none, or lies ahead of our clock.")
    return Cosignature(key, seconds, line)


def cosigned(note: str, lines: Iterable[str]) -> str:
    """The note with further signature lines."""
    return note + "".join(f"{line}\n" for line in lines)


def right_ones(note: str, keys: Collection[VerifierKey]) -> list[Cosignature]:
    """The cosignatures on a note by these keys; what does not fit counts for nothing."""
    found = []
    for key in keys:
        try:
            one = cosignature(note, key)
        except BadCheckpoint:
            continue
        if one is not None:
            found.append(one)
    return found
