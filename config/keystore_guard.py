"""No new key store beside a database that has people: its keys were lost, not never made."""

import psycopg
from django.conf import settings

from keys.errors import KeyStoreLost, KeyStoreUnavailable

# Because the sequencer's role knows nobody, but sees what was signed.
_WITNESSES = ("consent_subject", "audit_checkpoint")
_PATIENCE = 5


def refuse_beside_people() -> None:
    """Raises KeyStoreLost where people or a signed log are there already.

    Raises KeyStoreUnavailable where the database cannot be asked. On a connection of its own,
    because only what is committed counts, and the caller's transaction must not break.
    """
    named = settings.DATABASES["default"]
    try:
        with psycopg.connect(
            host=named["HOST"],
            port=named["PORT"] or None,
            user=named["USER"],
            password=named["PASSWORD"],
            dbname=named["NAME"],
            connect_timeout=_PATIENCE,
        ) as connection:
            lost = any(_has_rows(connection, table) for table in _WITNESSES)
    except psycopg.Error:
        raise KeyStoreUnavailable(
            "There is no key store, and the database does not say whether there are people. "
            "Start the database first."
        ) from None
    if lost:
        raise KeyStoreLost(
            "The database has people or a signed log, but there is no key store at KEYSTORE_DIR. "
            "Restore it from its copy, or correct KEYSTORE_DIR. Nothing was made in its place."
        )


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    row = connection.execute(
        "SELECT coalesce(has_table_privilege(to_regclass(%s), 'SELECT'), false)", [table]
    ).fetchone()
    if row is None or not row[0]:
        return False
    # Because the name is one of the two above.
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608
