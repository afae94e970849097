"""What each database role may do, applied after every migration.

Each app names its tables and functions in `privileges.py`; everything else is revoked, so a
table that nobody mentioned is closed. Tables of Django and of third parties are open to the
application's role for reading and writing rows.
"""

import importlib
import re
from dataclasses import dataclass, field
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

OWN_APPS = (
    "config",
    "portal",
    "console",
    "personalization",
    "profiles",
    "consent",
    "audit",
    "keys",
)
ROWS = "SELECT, INSERT, UPDATE, DELETE"
FUNCTION = re.compile(r"[a-z_][a-z0-9_]*\([a-z0-9_ ,\[\]]*\)")


@dataclass
class Declared:
    """All privileges.py together: table -> short role name -> privileges; function -> roles."""

    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    functions: dict[str, list[str]] = field(default_factory=dict)


def roles() -> dict[str, str]:
    """Short role names (as in privileges.py) -> roles of this database."""
    found = {"app": settings.DATABASES["default"]["USER"]}
    for short, standard in (
        ("policy", settings.POLICY_ROLE),
        ("sequencer", settings.SEQUENCER_ROLE),
        ("pruner", settings.PRUNER_ROLE),
        ("officer", settings.OFFICER_ROLE),
    ):
        alias = settings.DATABASES.get(short, {})
        owner = settings.DATABASES.get("owner", {}).get("USER")
        user = alias.get("USER", standard)
        found[short] = standard if user == owner else user
    return found


def declared() -> Declared:
    """What the apps' privileges.py say, and rows of third-party tables for `app`."""
    result = Declared()
    for model in apps.get_models(include_auto_created=True, include_swapped=False):
        if model._meta.app_label not in OWN_APPS and model._meta.managed:
            result.tables[model._meta.db_table] = {"app": ROWS}
    # Because /readyz compares the migrations on disk with those applied.
    result.tables["django_migrations"] = {"app": "SELECT"}
    for app in OWN_APPS:
        if find_spec(f"{app}.privileges"):
            module = importlib.import_module(f"{app}.privileges")
            result.tables.update(getattr(module, "TABLES", {}))
            result.functions.update(getattr(module, "FUNCTIONS", {}))
    return result


def create_missing_roles(connection: BaseDatabaseWrapper) -> None:
    """Make those of `roles` that do not exist; the owner joins them.

    Raises DatabaseError with the statements to run where the owner may not create roles.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        known = {row[0] for row in cursor.fetchall()}
        missing = [role for short, role in roles().items() if role not in known]
        for role in missing:
            name = sql.Identifier(role)
            try:
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(name))
                cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
            except ProgrammingError as error:
                wanted = "; ".join(
                    f'CREATE ROLE "{name}" NOLOGIN; GRANT "{name}" TO "{_owner(connection)}"'
                    for name in missing
                )
                raise DatabaseError(
                    f"The owner may not create roles. As a superuser, run: {wanted};"
                ) from error


def close_defaults(connection: BaseDatabaseWrapper) -> None:
    """Functions made from now on are closed to everybody until granted."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC")


def apply(connection: BaseDatabaseWrapper) -> list[str]:
    """Revoke everything, then grant what is declared, in one transaction; gives `complaints`."""
    wanted, names = declared(), roles()
    tables, routines = _existing(connection)
    statements = _revocations(connection, names, tables, routines)
    for table in sorted(wanted.tables.keys() & tables):
        statements += _table_grants(table, wanted.tables[table], names)
    for signature, short_roles in wanted.functions.items():
        if _is_there(signature, routines):
            targets = [names[short] for short in short_roles]
            statements += [_grant("EXECUTE", f"FUNCTION {signature}", role) for role in targets]
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            # Because two migrations at once would update the same catalogue rows.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sayso grants'))")
            cursor.execute(sql.SQL(";\n").join(statements))
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
    return complaints(connection)


def complaints(connection: BaseDatabaseWrapper) -> list[str]:
    """Declared things that the database has not, and own tables that nobody declared."""
    wanted = declared()
    tables, routines = _existing(connection)
    found = [f"table {name} is declared but missing" for name in wanted.tables.keys() - tables]
    found += [
        f"function {signature} is declared but missing, or not written as name(types)"
        for signature in wanted.functions
        if not _is_there(signature, routines)
    ]
    return sorted(found + undeclared(wanted))


def _is_there(signature: str, routines: dict[str, str]) -> bool:
    return bool(FUNCTION.fullmatch(signature)) and signature.split("(")[0] in routines.values()


def undeclared(wanted: Declared) -> list[str]:
    """Own tables without an entry in any privileges.py; they stay closed."""
    own = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OWN_APPS
    }
    return [f"table {name} is in no privileges.py" for name in own - wanted.tables.keys()]


def _owner(connection: BaseDatabaseWrapper) -> str:
    return str(connection.settings_dict["USER"])


def _existing(connection: BaseDatabaseWrapper) -> tuple[set[str], dict[str, str]]:
    """Own tables, and own routines as signature -> bare name, extensions' ones left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
              AND pg_has_role(relowner, 'USAGE')
            """
        )
        tables = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            """
            SELECT oid::regprocedure::text, proname FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND pg_has_role(proowner, 'USAGE')
              AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass
                              AND objid = pg_proc.oid AND deptype = 'e')
            """
        )
        return tables, dict(cursor.fetchall())


def _revocations(
    connection: BaseDatabaseWrapper,
    names: dict[str, str],
    tables: set[str],
    routines: dict[str, str],
) -> list[sql.Composable]:
    owner = _owner(connection)
    targets = [sql.Identifier(role) for role in names.values() if role != owner]
    everybody = sql.SQL(", ").join([sql.SQL("PUBLIC"), *targets])
    database = sql.Identifier(str(connection.settings_dict["NAME"]))
    statements: list[sql.Composable] = [
        sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(table), everybody)
        for table in sorted(tables)
    ]
    statements += [
        sql.SQL("REVOKE ALL ON ROUTINE {} FROM {}").format(sql.SQL(signature), everybody)
        for signature in sorted(routines)
    ]
    if targets:
        listed = sql.SQL(", ").join(targets)
        statements += [
            sql.SQL("REVOKE CREATE ON SCHEMA public FROM {}").format(everybody),
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(listed),
            sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database),
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, listed),
        ]
    return statements


def _table_grants(
    table: str, by_role: dict[str, str], names: dict[str, str]
) -> list[sql.Composable]:
    quoted = sql.Identifier(table).as_string(None)
    return [
        _grant(privileges, quoted, names[short])
        for short, privileges in by_role.items()
        if privileges
    ]


def _grant(privileges: str, target: str, role: str) -> sql.Composable:
    # Because privileges and targets come from our own modules, never from input.
    return sql.SQL("GRANT {} ON {} TO {}").format(
        sql.SQL(privileges),
        sql.SQL(target),
        sql.Identifier(role),
    )
