"""Verifiers that we did not write: each answers whether a proof of ours holds.

Go's checksum database is the judge of record (x/mod `sumdb/tlog` and `note`, from Debian);
tamperlog and pymerkle are further readings of RFC 6962 in another language.
"""

import json
import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pymerkle import InclusionProof, InmemoryTree, InvalidProof, verify_inclusion
from tamperlog import merkle as tamperlog
from tamperlog.errors import ProofError

GO = shutil.which("go")
GO_PATH = Path("/usr/share/gocode")
GO_MISSING = (
    "the Go judge needs Debian's packages: apt-get install golang-go golang-golang-x-mod-dev"
)
SOURCE = Path(__file__).parent / "main.go"


@dataclass(frozen=True)
class Inclusion:
    """The claim that the leaf of this hash has this index in the tree of size and root."""

    index: int
    size: int
    leaf: bytes
    root: bytes
    path: tuple[bytes, ...]

    def forgeries(self) -> Iterable["Inclusion"]:
        """What nobody may accept: all but the index and size that a signed head gives."""
        yield replace(self, leaf=flipped(self.leaf))
        yield replace(self, root=flipped(self.root))
        yield replace(self, index=self.size)
        yield from (replace(self, path=path) for path in altered(self.path))


@dataclass(frozen=True)
class Consistency:
    """The claim that one tree is the beginning of another."""

    old_size: int
    size: int
    old_root: bytes
    root: bytes
    path: tuple[bytes, ...]

    def forgeries(self) -> Iterable["Consistency"]:
        """What nobody may accept."""
        yield replace(self, old_root=flipped(self.old_root))
        yield replace(self, root=flipped(self.root))
        yield from (replace(self, path=path) for path in altered(self.path))


def altered(path: tuple[bytes, ...]) -> Iterable[tuple[bytes, ...]]:
    """A path with one hash changed at each place, one too few, one too many."""
    for place, part in enumerate(path):
        yield (*path[:place], flipped(part), *path[place + 1 :])
    if path:
        yield path[:-1]
    yield (*path, bytes(32))


def flipped(part: bytes) -> bytes:
    """The same hash but for one bit."""
    return part[:-1] + bytes([part[-1] ^ 1])


class Go:
    """The program in `main.go`, built from Debian's sources without any network."""

    def __init__(self, folder: Path) -> None:
        self._program = folder / "judge"
        environment = os.environ | {
            "GO111MODULE": "off",
            "GOPATH": str(GO_PATH),
            "GOCACHE": str(folder / "cache"),
            "GOFLAGS": "",
            "CGO_ENABLED": "0",
        }
        subprocess.run(
            [str(GO), "build", "-o", str(self._program), str(SOURCE)], env=environment, check=True
        )

    def ask(self, questions: list[dict[str, object]]) -> list[bool]:
        """The verdict on each question, by the names of `main.go`."""
        lines = "".join(f"{json.dumps(each)}\n" for each in questions)
        answered = subprocess.run(
            [self._program], input=lines, capture_output=True, text=True, check=True
        ).stdout.split()
        assert len(answered) == len(questions)
        return [word == "true" for word in answered]

    def inclusion(self, claims: list[Inclusion]) -> list[bool]:
        """Verdicts of `tlog.CheckRecord`."""
        return self.ask([_named("inclusion", vars(claim)) for claim in claims])

    def consistency(self, claims: list[Consistency]) -> list[bool]:
        """Verdicts of `tlog.CheckTree`."""
        return self.ask([_named("consistency", vars(claim)) for claim in claims])


class Tamperlog:
    """PyPI tamperlog."""

    def inclusion(self, claims: list[Inclusion]) -> list[bool]:
        """Verdicts of its `verify_inclusion`."""
        return [
            _holds(tamperlog.verify_inclusion, c.index, c.size, c.leaf, list(c.path), c.root)
            for c in claims
        ]

    def consistency(self, claims: list[Consistency]) -> list[bool]:
        """Verdicts of its `verify_consistency`."""
        return [
            _holds(
                tamperlog.verify_consistency,
                *(c.old_size, c.old_root, c.size, c.root, list(c.path)),
            )
            for c in claims
        ]


class Pymerkle:
    """PyPI pymerkle; its consistency proofs have a form of their own."""

    def __init__(self, size: int) -> None:
        # Because a proof of pymerkle carries its turns, which depend on index and size alone.
        self._turns = InmemoryTree(algorithm="sha256")
        for _ in range(size):
            self._turns.append_entry(b"")

    def inclusion(self, claims: list[Inclusion]) -> list[bool]:
        """Verdicts of its `verify_inclusion`."""
        return [self._judge(claim) for claim in claims]

    def _judge(self, claim: Inclusion) -> bool:
        at = claim.index + 1
        if at > claim.size:
            return False
        rule = self._turns.prove_inclusion(at, claim.size).rule
        proof = InclusionProof("sha256", True, claim.size, at, rule, [claim.leaf, *claim.path])
        return _holds(verify_inclusion, claim.leaf, claim.root, proof, index=at, size=claim.size)


def _holds(check: object, *claim: object, **more: object) -> bool:
    try:
        check(*claim, **more)  # type: ignore[operator]
    except (ProofError, InvalidProof):
        return False
    return True


def _named(kind: str, claim: dict[str, object]) -> dict[str, object]:
    names = {name.replace("_", ""): _shown(value) for name, value in claim.items()}
    return {"kind": kind} | names


def _shown(value: object) -> object:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    return value
