"""What the watch over the log last found, in words: verification, comparisons, probe, queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit import watching

SILENT = timedelta(minutes=10)
COMPARED: dict[str, Promise] = {
    "events": _("Entries and their places"),
    "waiting": _("Entries that wait for their place"),
    "consents": _("What people said, and its entries"),
    "consent_entries": _("Entries of what people said, and the choices"),
    "permits": _("Permits in force, and the decisions that gave them"),
    "uses": _("Uses of data, and the permits they name"),
    "requests": _("Steps of requests, and their entries"),
    "disclosures": _("What recipients received, and its entries"),
    "doors": _("Locks of the vault and of the log in the database"),
}
MEANINGS: dict[str, Promise] = {
    "NO_PLACE": _("This entry has no place and waits for none."),
    "TWO_PLACES": _("This entry has a place and waits for one as well."),
    "NO_EVENT": _("A place waits for an entry that is gone."),
    "NO_ENTRY": _("This row names an entry that is not in the log."),
    "ENTRY_OF_SOMETHING_ELSE": _("The entry that this row names tells of something else."),
    "NO_ROW": _("The row that this entry tells of is gone, or names another entry."),
    "NO_PERMIT": _("No decision gave the permit of this use."),
    "VAULT_IS_OPEN": _("The application may read the vault without a permit."),
    "PERMITS_ARE_OPEN": _("The application may write permits without a decision."),
    "LOG_IS_OPEN": _("The application may change the log."),
    "TRIGGER_IS_OFF": _("A guard of the database is switched off."),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: how many rows since its beginning, and what does not match, by ids."""

    name: str | Promise
    at: datetime
    count: int
    found: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Watched:
    """`verification` as `audit.rounds` keeps it, with its time; empty before it first ran."""

    verification: Mapping[str, Any]
    verified_at: datetime | None
    compared: list[Compared]
    probe: Mapping[str, Any]
    queue: Mapping[str, Any]

    def silent(self, at: datetime) -> bool:
        """Whether verification has stopped: it ran before, and not for ten minutes."""
        return self.verified_at is not None and at - self.verified_at > SILENT

    @property
    def mismatches(self) -> int:
        """How many of the named rows do not match."""
        return sum(len(one.found) for one in self.compared)

    @property
    def whole_at(self) -> datetime | None:
        """When the last reading from the beginning ended."""
        whole = self.verification.get("whole")
        return datetime.fromisoformat(whole["at"]) if whole else None

    @property
    def probed_at(self) -> datetime | None:
        """When the last probe was looked for."""
        at = self.probe.get("at")
        return datetime.fromisoformat(at) if at else None


def watched() -> Watched:
    """One small read."""
    kept = watching.found()
    verified_at, verification = kept.get("verification", (None, {}))
    return Watched(
        verification=verification,
        verified_at=verified_at,
        compared=[
            _compared(name, *kept[f"reconcile.{name}"])
            for name in COMPARED
            if f"reconcile.{name}" in kept
        ],
        probe=kept.get("probe", (None, {}))[1].get("last", {}),
        queue=kept.get("backlog", (None, {}))[1],
    )


def _compared(name: str, at: datetime, facts: Mapping[str, Any]) -> Compared:
    whole = facts.get("whole") or {}
    # Because what the last pass found stands until the next one has come to its end.
    found = list(facts.get("found", []))
    found += [one for one in whole.get("found", []) if not facts.get("done") and one not in found]
    named = [one | {"meaning": MEANINGS.get(one["what"], one["what"])} for one in found]
    return Compared(COMPARED[name], at, facts.get("compared", 0), named)
