"""Whether this database is the one that the key store knows: the restore gate's question."""

from keys import queries as keys
from profiles.models import HighWater

RUN = "Run `manage.py restore_gate`: until then nothing is answered."
DATABASE_BEHIND = (
    "The database is older than the key store: it was restored, or a server that lagged behind "
    f"took over, and people who were erased may be in it again. {RUN}"
)
KEYS_BEHIND = (
    "The key store is older than the database: it was put back from a copy, and keys that were "
    f"destroyed may be in it again. {RUN}"
)


def why_closed() -> str | None:
    """Why nothing may be answered, and what to do; None where the marks agree.

    Raises DatabaseError and KeyProblem: then nobody knows.
    """
    # Because the database's mark rises first, this order never sees it too low.
    kept = keys.high_water_mark()
    number = HighWater.objects.values_list("number", flat=True).first()
    if number is None or number < kept:
        return DATABASE_BEHIND
    # Because a crash between the two commits leaves one step between them.
    return KEYS_BEHIND if number > kept + 1 else None
