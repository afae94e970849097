"""People are locked in the order of their ids, whatever the order of their rows or of the call."""

import time
from threading import Thread
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from consent.actions.locking import lock_subjects
from consent.models import Subject
from tests.cast import bring_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed", "catalogue")]
UNKNOWN = UUID(int=7)


def writer_of(people: list[UUID]) -> Thread:
    """Another writer, who waits by now for somebody that this one holds."""

    def lock() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Because an index would give them in its order by chance.
            cursor.execute("SET LOCAL enable_indexscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            lock_subjects(people)
        connection.close()

    writer = Thread(target=lock)
    writer.start()
    deadline = time.monotonic() + 20
    while not waits() and time.monotonic() < deadline:
        time.sleep(0.01)
    return writer


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def is_held(person: UUID) -> bool:
    try:
        with transaction.atomic():
            Subject.objects.select_for_update(nowait=True).get(pk=person)
    except OperationalError:
        return True
    return False


def test_the_first_by_id_is_held_while_the_second_is_waited_for() -> None:
    first, second = sorted(bring_in("EU-DE") for _ in range(2))
    # Because a changed row moves behind the others, the first by id is now the last in the table.
    Subject.objects.filter(pk=first).update(status="pseudonymous")
    with transaction.atomic():
        lock_subjects([second])
        writer = writer_of([second, first])
        held = is_held(first)
    writer.join(20)
    assert held


def test_who_is_unknown_is_left_out_and_nobody_is_nobody() -> None:
    person = bring_in("EU-DE")
    with transaction.atomic():
        assert set(lock_subjects([UNKNOWN, person])) == {person}
        assert lock_subjects([]) == {}
