"""What each part of the watch over the log last found, and where it goes on: `audit_watch`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.models import Watch

Facts = dict[str, Any]


def found(prefix: str = "") -> dict[str, tuple[datetime, Facts]]:
    """Name -> when, and what was found, of all whose name begins with `prefix`."""
    rows = Watch.objects.filter(name__startswith=prefix)
    return {row.name: (row.at, row.facts) for row in rows}


def last(name: str) -> Facts:
    """What one part kept; empty where it never ran."""
    row = Watch.objects.filter(name=name).first()
    return dict(row.facts) if row else {}


def keep(name: str, *, at: datetime, facts: Facts) -> None:
    """Keeps what one part found."""
    Watch.objects.update_or_create(name=name, defaults={"at": at, "facts": facts})


@contextmanager
def claimed(name: str, *, at: datetime) -> Iterator[Facts | None]:
    """What one part kept, to be changed in place and kept at the end, in one transaction.

    None where another process is at it.
    """
    Watch.objects.get_or_create(name=name, defaults={"at": at, "facts": {}})
    with transaction.atomic():
        row = Watch.objects.select_for_update(skip_locked=True).filter(name=name).first()
        if row is None:
            yield None
            return
        yield row.facts
        row.at = at
        row.save()
