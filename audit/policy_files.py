"""Reads the text of a C2SP tlog-policy strictly; each fault names its line and what to do."""

import re
from urllib.parse import urlsplit

from audit.algorithms import COSIGNATURE, ED25519
from audit.checkpoints import BadCheckpoint, VerifierKey
from audit.policies import NOBODY, Group, Policy, Witness

LARGEST_FILE = 1_000_000
MOST_NAMES = 256

_STRAY = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class PolicyProblem(ValueError):
    """The policy is not right; the text says where and what to do."""


def parse(content: bytes) -> Policy:
    """The policy in the octets of a file; raises PolicyProblem."""
    if len(content) > LARGEST_FILE:
        raise PolicyProblem("A policy is at most a megabyte long.")
    if _STRAY.search(content):
        raise PolicyProblem("Save it with plain newlines: only tab and newline are allowed.")
    if content and not content.endswith(b"\n"):
        raise PolicyProblem("End the last line with a newline.")
    reading = _Reading()
    # Because names are octets to the policy, whatever they spell.
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    for number, line in enumerate(lines, start=1):
        words = re.split(r"[ \t]+", line.strip(" \t"))
        if not words[0] or words[0].startswith("#"):
            continue
        try:
            reading.line(words)
        except (PolicyProblem, BadCheckpoint, UnicodeError) as problem:
            raise PolicyProblem(f"Line {number}: {problem}") from None
    if not reading.policy.quorum:
        raise PolicyProblem("Say at the end who must have cosigned: `quorum NAME`, or none.")
    return reading.policy


class _Reading:
    """The policy so far; a line may only name what stands above it."""

    def __init__(self) -> None:
        self.policy = Policy()
        self._members: set[str] = set()

    def line(self, words: list[str]) -> None:
        kind, rest = words[0], words[1:]
        if kind == "log" and len(rest) in (1, 2):
            self._log(rest[0])
        elif kind == "witness" and len(rest) in (2, 3):
            self._witness(*rest)
        elif kind == "group" and len(rest) >= 3:
            self._group(rest[0], rest[1], rest[2:])
        elif kind == "quorum" and len(rest) == 1:
            self._quorum(rest[0])
        else:
            raise PolicyProblem(
                "Write `log VKEY [URL]`, `witness NAME VKEY [URL]`, "
                "`group NAME all|any|NUMBER NAME...` or `quorum NAME`."
            )

    def _log(self, vkey: str) -> None:
        key = VerifierKey.parse(vkey, algorithm=ED25519)
        if key.public in {each.public for each in self.policy.logs}:
            raise PolicyProblem("This log is named twice; keep one of the lines.")
        self.policy.logs.append(key)

    def _witness(self, name: str, vkey: str, url: str = "") -> None:
        self._new(name)
        key = VerifierKey.parse(vkey, algorithm=COSIGNATURE)
        if key.public in {each.public for each in self.policy.keys}:
            raise PolicyProblem("Another witness has this key: each must have its own.")
        if url and not _safe(url):
            raise PolicyProblem(
                "The address of a witness is https://, or http:// on this machine, "
                "without a password, `?` or `#`."
            )
        self.policy.witnesses[name] = Witness(name, key, url.rstrip("/"))

    def _group(self, name: str, wanted: str, members: list[str]) -> None:
        self._new(name)
        for member in members:
            self._known(member)
            if member in self._members:
                raise PolicyProblem(f"{_shown(member)} is in a group already; once is enough.")
            self._members.add(member)
        threshold = {"any": "1", "all": str(len(members))}.get(wanted, wanted)
        if not _NUMBER.fullmatch(threshold) or int(threshold) > len(members):
            raise PolicyProblem(f"How many must have cosigned is all, any, or 1 to {len(members)}.")
        self.policy.groups[name] = Group(int(threshold), tuple(members))

    def _quorum(self, name: str) -> None:
        if self.policy.quorum:
            raise PolicyProblem("There is a quorum already; keep one line.")
        if name != NOBODY:
            self._known(name)
        self.policy.quorum = name

    def _new(self, name: str) -> None:
        taken = self.policy.witnesses.keys() | self.policy.groups.keys() | {NOBODY}
        if name in taken:
            raise PolicyProblem(f"The name {_shown(name)} is taken; choose another.")
        if len(taken) > MOST_NAMES:
            raise PolicyProblem(f"A policy holds at most {MOST_NAMES} witnesses and groups.")

    def _known(self, name: str) -> None:
        if name not in self.policy.witnesses and name not in self.policy.groups:
            raise PolicyProblem(f"{_shown(name)} is not defined on a line above.")


def _safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or "?" in url or "#" in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
