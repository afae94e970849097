"""Looking at permits: whether one still opens the vault."""

from uuid import UUID

from consent.queries.states import raw_cursor

LIVE = """
    SELECT 1
      FROM consent_permit p
      JOIN consent_consentstate s ON s.subject_id = p.subject AND s.epoch = p.epoch
     WHERE p.id = %s
       AND p.expires_at > clock_timestamp()
       AND (s.until IS NULL OR s.until > clock_timestamp())
"""


def is_live(permit: UUID) -> bool:
    """Whether the permit is unexpired and its person has not changed their mind since.

    What was read before a Yes here was read under a live permit: neither ever comes back.
    """
    return raw_cursor().execute(LIVE, (permit,), prepare=True).fetchone() is not None
