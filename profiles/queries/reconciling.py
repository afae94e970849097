"""Everything that is compared with the log, by name; and whether the doors are still shut."""

from collections.abc import Callable
from uuid import UUID

from audit import reconciling as log
from audit.reconciling import Finding, Ledger, Look, asked
from consent.queries import reconciling as consent

Comparison = Callable[[str, int, UUID], Look]

REQUESTS = Ledger(table="profiles_requestevent", key="bigint", kind="kind")
DISCLOSURES = Ledger(
    table="profiles_disclosure",
    key="bigint",
    kind="'use'",
    mark="""'"permit":"' || permit || '"'""",
)
# What keeps the application from reading the vault, minting or saying anything past the log.
_DOORS = """
SELECT 'VAULT_IS_OPEN' WHERE has_table_privilege('profiles_vaultblock', 'SELECT')
UNION ALL SELECT 'PERMITS_ARE_OPEN'
 WHERE has_table_privilege('consent_permit', 'INSERT, UPDATE, DELETE')
UNION ALL SELECT 'LOG_IS_OPEN'
 WHERE has_table_privilege('audit_event', 'INSERT, UPDATE, DELETE')
    OR has_table_privilege('audit_outbox', 'INSERT, UPDATE, DELETE')
UNION ALL SELECT 'TRIGGER_IS_OFF' FROM unnest(%(triggers)s::text[]) AS wanted (name)
 WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = wanted.name AND tgenabled = 'A')
"""
_TRIGGERS = [
    "consent_event_has_its_entry_in_the_log",
    "consent_event_is_append_only",
    "profiles_requestevent_has_its_entry_in_the_log",
    "profiles_disclosure_has_its_entry_in_the_log",
]


def doors(after: str, limit: int, before: UUID) -> Look:
    """The application's role has no way past the functions that write the entry."""
    found = asked(_DOORS, {"triggers": _TRIGGERS})
    return Look(1, after, [Finding(what, "", "") for (what,) in found], done=True)


def _of(ledger: Ledger) -> Comparison:
    return lambda after, limit, before: ledger.compare(after, limit)


COMPARISONS: dict[str, Comparison] = {
    "events": log.events,
    "waiting": lambda after, limit, before: log.waiting(after, limit),
    "consents": _of(consent.SAID),
    "consent_entries": consent.entries,
    "permits": _of(consent.PERMITS),
    "uses": consent.uses,
    "requests": _of(REQUESTS),
    "disclosures": _of(DISCLOSURES),
    "doors": doors,
}
