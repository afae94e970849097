"""What consent has on record, compared with the log (`audit.reconciling`)."""

from uuid import UUID

from audit.reconciling import BEGINNING, Finding, Ledger, Look, asked

SAID = Ledger(
    table="consent_consentevent",
    key="uuid",
    kind="'consent.' || state",
    mark="""'"consent_event":"' || id || '"'""",
)
PERMITS = Ledger(
    table="consent_permit",
    key="uuid",
    kind="CASE WHEN subject IS NULL THEN 'decision.bulk' ELSE 'decision.permit' END",
    mark="""'"permit":"' || id || '"'""",
)
# The other way round: an entry that names what a person said has that row, and is its entry.
_ENTRIES = """
SELECT e.id::text, e.row::text FROM (
    SELECT id, kind, CASE WHEN starts_with(kind, 'consent.') THEN substring(encode(body, 'escape')
        FROM '"consent_event":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')::uuid END AS row
    FROM audit_event WHERE id > %(after)s AND id < %(before)s ORDER BY id LIMIT %(limit)s
) e LEFT JOIN consent_consentevent c ON c.id = e.row
WHERE e.row IS NOT NULL AND c.log_event IS DISTINCT FROM e.id
ORDER BY e.id
"""
# A use names the permit that it was made under, and a decision that gave it is among the
# entries of the same person; its tag is another one in the next month.
_USES = """
SELECT u.id::text, u.permit FROM (
    SELECT id, tag, at, CASE WHEN kind = 'use' AND tag IS NOT NULL
        THEN substring(encode(body, 'escape') FROM '"permit":"([0-9a-f-]{36})"') END AS permit
    FROM audit_event WHERE id > %(after)s AND id < %(before)s ORDER BY id LIMIT %(limit)s
) u
WHERE u.permit IS NOT NULL
  AND date_trunc('month', u.at AT TIME ZONE 'UTC')
      = date_trunc('month', u.at AT TIME ZONE 'UTC' - interval '20 minutes')
  AND NOT EXISTS (
    SELECT FROM audit_event d
    WHERE d.tag = u.tag AND d.kind = 'decision.permit'
      AND position(convert_to('"permit":"' || u.permit || '"', 'UTF8') IN d.body) > 0)
ORDER BY u.id
"""
_END = """
SELECT count(*), max(id::text) FROM (
    SELECT id FROM audit_event WHERE id > %(after)s AND id < %(before)s ORDER BY id LIMIT %(limit)s
) e
"""


def entries(after: str, limit: int, before: UUID) -> Look:
    """Each entry that says what a person said has its row among the consent events."""
    return _look(_ENTRIES, "NO_ROW", after, limit, before)


def uses(after: str, limit: int, before: UUID) -> Look:
    """Each use of a person's data was made under a permit that an entry gave."""
    return _look(_USES, "NO_PERMIT", after, limit, before)


def _look(statement: str, what: str, after: str, limit: int, before: UUID) -> Look:
    asked_for: dict[str, object] = {"after": after or BEGINNING, "before": before, "limit": limit}
    ((count, last),) = asked(_END, asked_for)
    findings = [Finding(what, row[1], row[0]) for row in asked(statement, asked_for)]
    return Look(count, last or after, findings, count < limit)
