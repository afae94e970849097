"""Whose cosignatures are wanted, and how many: the text form of C2SP tlog-policy."""

from collections.abc import Collection
from dataclasses import dataclass, field

from audit.checkpoints import VerifierKey

NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Witness:
    """`name` is known in the policy only; without a `url` it is never asked."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Has witnessed when at least `threshold` of its members have."""

    threshold: int
    members: tuple[str, ...]


@dataclass(slots=True)
class Policy:
    """Logs, witnesses and groups in the order of the file, and the name that must hold."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""

    @property
    def keys(self) -> list[VerifierKey]:
        """The keys of all witnesses."""
        return [witness.key for witness in self.witnesses.values()]

    def holds(self, cosigned: Collection[VerifierKey]) -> bool:
        """Whether cosignatures by these keys are a quorum."""
        return self.quorum == NOBODY or self._witnessed(self.quorum, cosigned)

    @property
    def fewest(self) -> int:
        """How many cosignatures a quorum has at least."""
        return 0 if self.quorum == NOBODY else self._fewest(self.quorum)

    def _fewest(self, name: str) -> int:
        group = self.groups.get(name)
        if group is None:
            return 1
        return sum(sorted(self._fewest(each) for each in group.members)[: group.threshold])

    def _witnessed(self, name: str, cosigned: Collection[VerifierKey]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return self.witnesses[name].key in cosigned
        return group.threshold <= sum(self._witnessed(each, cosigned) for each in group.members)
