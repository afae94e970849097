"""How long proof outlives a person's data: as long as claims may be raised, and no longer."""

from datetime import datetime

# The general limitation of three years, counted from the end of the year (BGB 195, 199), is the
# longest that binds us; California asks for 24 months (11 CCR 7101).
YEARS = 3


def proof_kept_until(at: datetime) -> datetime:
    """The end of the third year after the year of `at`."""
    return at.replace(
        year=at.year + YEARS + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
