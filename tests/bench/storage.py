"""What a compiled state costs on disk: fresh, and after a tenth of the people changed."""

import os
import random
import sys
from datetime import timedelta
from uuid import UUID

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command
from django.utils import timezone

from audit.identifiers import uuid7
from consent.models import ConsentState, Subject
from tests.bench import report

PEOPLE = 200_000
SHAPES = 500
SIZE = """
    SELECT pg_table_size('consent_consentstate')
           - pg_total_relation_size(reltoastrelid), pg_indexes_size('consent_consentstate')
      FROM pg_class WHERE oid = 'consent_consentstate'::regclass
"""
CHANGE = """
    UPDATE consent_consentstate SET epoch = epoch + 1, shape = %s, until = until + interval '1 day'
     WHERE subject_id = %s
"""
UPDATES = """
    SELECT n_tup_hot_upd, n_tup_upd FROM pg_stat_user_tables WHERE relname = 'consent_consentstate'
"""


def main() -> None:
    """Print the figures as one JSON object."""
    call_command("migrate", verbosity=0)
    dice = random.Random(11)
    shapes = [dice.randbytes(16) for _ in range(SHAPES)]
    ids = load(shapes, dice)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        fresh = size(owner)
        changed = dice.sample(ids, PEOPLE // 10)
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as application:
            for start in range(0, len(changed), 500):
                chosen = [(dice.choice(shapes), one) for one in changed[start : start + 500]]
                with application.transaction(), application.cursor() as cursor:
                    cursor.executemany(CHANGE, chosen)
        worn = size(owner)
        owner.execute("SELECT pg_stat_force_next_flush()")
        hot, updates = owner.execute(UPDATES).fetchone() or (0, 1)
    report.give(
        {
            "state_bytes_per_person": sum(worn) / PEOPLE,
            "state_bytes_fresh": sum(fresh) / PEOPLE,
            "state_heap_bytes": worn[0] / PEOPLE,
            "state_index_bytes": worn[1] / PEOPLE,
            "state_hot_share": hot / updates,
        }
    )


def load(shapes: list[bytes], dice: random.Random) -> list[UUID]:
    """People with one state each, in the order in which they would come; half of them expire."""
    now = timezone.now()
    ids = [uuid7() for _ in range(PEOPLE)]
    for start in range(0, PEOPLE, 5000):
        some = ids[start : start + 5000]
        Subject.objects.bulk_create(
            [Subject(id=one, jurisdictions=["EU-DE"], created_at=now) for one in some]
        )
        ConsentState.objects.bulk_create(
            [
                ConsentState(
                    subject_id=one,
                    epoch=1,
                    shape=dice.choice(shapes),
                    until=now + timedelta(days=365) if dice.random() < 0.5 else None,
                )
                for one in some
            ]
        )
    return ids


def size(owner: psycopg.Connection) -> tuple[int, int]:
    """Bytes of the table itself (maps included) and of its indexes."""
    row = owner.execute(SIZE).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


if __name__ == "__main__":
    sys.exit(main())
