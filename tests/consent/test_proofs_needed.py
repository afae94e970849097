"""How long a permission must be proved: until it has ended, and then the time that law gives."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections
from django.utils import timezone

from tests.cast import given, say

HOUR = timedelta(hours=1)


def needed(cutoff: datetime) -> int:
    """As the owner of the tables, in whose name the log asks."""
    now = timezone.now()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT consent_proofs_needed(%s, %s, %s)", [now - HOUR, now + HOUR, cutoff])
        return int(cursor.fetchone()[0])


def test_a_permission_is_proved_until_it_has_ended_long_enough(
    committed: None, catalogue: None, ada: UUID
) -> None:
    before = needed(timezone.now() + HOUR)
    given(ada)
    assert needed(timezone.now() + HOUR) == before + 1
    meanwhile = timezone.now()
    say(ada, "withdrawn", "recommendations")
    assert needed(meanwhile) == before + 1
    assert needed(timezone.now() + HOUR) == 0


def test_the_end_of_something_else_ends_nothing(
    committed: None, catalogue: None, ada: UUID, ben: UUID
) -> None:
    before = needed(timezone.now() + HOUR)
    given(ada)
    say(ben, "withdrawn", "recommendations")
    say(ada, "withdrawn", "sale")
    say(ada, "withdrawn", "recommendations", channels=["email"])
    assert needed(timezone.now() + HOUR) == before + 1


def test_a_month_without_permissions_needs_no_proof(committed: None) -> None:
    assert needed(timezone.now()) == 0
