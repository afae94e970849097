"""The policy that is set, and what its witnesses have signed; every line is checked again."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from audit.checkpoints import VerifierKey
from audit.cosignatures import Cosignature, cosigned, right_ones
from audit.models import Cosignature as Kept
from audit.models import Refusal, SignedHead
from audit.policies import Policy
from audit.policy_files import PolicyProblem, parse

# Because a proof must be quick even while no quorum has met for days.
RECENT = 5000
TRIED = 16

_WITH_ENOUGH = """
SELECT size FROM (SELECT size FROM audit_cosignature ORDER BY size DESC LIMIT %s) recent
GROUP BY size HAVING count(*) >= %s ORDER BY size DESC LIMIT %s
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """One witness: the last checkpoint it cosigned, and why it refused later ones, if it did.

    `reason` as in the table `audit_refusal`, empty while it cosigns; `size` 0: never yet.
    """

    key: VerifierKey
    size: int
    at: datetime | None
    reason: str
    refused_size: int = 0

    @property
    def name(self) -> str:
        """The name under which it signs."""
        return self.key.name


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint with its cosignatures; `note` carries them."""

    size: int
    root: bytes
    at: datetime
    note: str
    by: list[Cosignature]


def policy() -> Policy | None:
    """The policy of WITNESS_POLICY_FILE, None where none is set; raises PolicyProblem."""
    name = settings.WITNESS_POLICY_FILE
    if not name:
        return None
    try:
        state = Path(name).stat()
        return _read(name, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise PolicyProblem(
            f"WITNESS_POLICY_FILE cannot be read ({error.strerror}); make the file readable by "
            "the user that runs this process."
        ) from None


@lru_cache(maxsize=2)
def _read(name: str, changed: int, size: int) -> Policy:
    return parse(Path(name).read_bytes())


def witnessed(policy: Policy, heads: Iterable[SignedHead]) -> Iterator[Witnessed]:
    """Checkpoints as they are, with the cosignatures of the policy's witnesses that fit."""
    heads = list(heads)
    lines: dict[int, list[str]] = {head.size: [] for head in heads}
    for size, line in Kept.objects.filter(size__in=lines).values_list("size", "line"):
        lines[size].append(line)
    for head in heads:
        by = right_ones(cosigned(head.note, lines[head.size]), policy.keys)
        note = cosigned(head.note, [one.line for one in by])
        yield Witnessed(head.size, bytes(head.root), head.at, note, by)


def latest_quorum(policy: Policy) -> Witnessed | None:
    """The latest checkpoint that a quorum cosigned, or None where none did lately."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_ENOUGH, [RECENT, max(1, policy.fewest), TRIED])
        sizes = [size for (size,) in cursor.fetchall()]
    heads = SignedHead.objects.filter(size__in=sizes).order_by("-size")
    return next((one for one in witnessed(policy, heads) if _holds(policy, one)), None)


def served(latest: SignedHead, *, beyond: int | None = None) -> Witnessed:
    """The checkpoint to hand out: with the cosignatures that arrived.

    With `beyond`, the index of a leaf: the latest one of a quorum that holds it, if there is one.
    """
    policy = _usable()
    if policy is None:
        return Witnessed(latest.size, bytes(latest.root), latest.at, latest.note, [])
    if beyond is not None:
        quorum = latest_quorum(policy)
        if quorum is not None and quorum.size > beyond:
            return quorum
    return next(witnessed(policy, [latest]))


def served_quorum() -> Witnessed | None:
    """The latest checkpoint of a quorum, None also where no policy is set."""
    policy = _usable()
    return latest_quorum(policy) if policy else None


def _holds(policy: Policy, one: Witnessed) -> bool:
    return bool(one.by) and policy.holds([each.key for each in one.by])


def _usable() -> Policy | None:
    # Because a checkpoint is right without cosignatures, and a reader sees that they are missing.
    try:
        return policy()
    except PolicyProblem as problem:
        logger.error("Served without cosignatures: %s", problem)
        return None


def standings(policy: Policy) -> list[Standing]:
    """Each witness of the policy, in its order; two reads."""
    names = [key.name for key in policy.keys]
    kept = {
        (one.name, bytes(one.key_id)): one
        for one in Kept.objects.filter(name__in=names)
        .order_by("name", "key_id", "-size")
        .distinct("name", "key_id")
    }
    refused = {
        (one.name, bytes(one.key_id)): one
        for one in Refusal.objects.filter(name__in=names)
        .order_by("name", "key_id", "-at")
        .distinct("name", "key_id")
    }
    return [_standing(key, kept.get(_of(key)), refused.get(_of(key))) for key in policy.keys]


def _of(key: VerifierKey) -> tuple[str, bytes]:
    return key.name, key.id


def _standing(key: VerifierKey, last: Kept | None, refusal: Refusal | None) -> Standing:
    size, at = (last.size, last.at) if last else (0, None)
    if refusal is None or (at is not None and refusal.at <= at):
        return Standing(key, size, at, "")
    return Standing(key, size, at, refusal.reason, refusal.size)
