"""`manage.py demo_reset`: forget the development data, so that the next start is a first one."""

import shutil
import sys
from pathlib import Path

from psycopg import sql

from config.launcher import postgres, real_servers, record
from config.launcher.errors import LauncherError
from config.launcher.options import Options, read

# Because these belong together: keys without their database, or the reverse, open nothing.
TOGETHER = ("servers", "keys", "kek", "exports", "mail", "log", "beat", "tour.json")


def main(arguments: list[str]) -> int:
    """Delete the data below var/, and the tables of a real server where one is named."""
    if arguments not in ([], ["--yes"]):
        print(
            "usage: manage.py demo_reset [--yes]   (--yes: also empty the real database)",
            file=sys.stderr,
        )
        return 2
    try:
        options = read()
        if options.mode == "production":
            raise LauncherError("demo_reset refuses to run with SAYSO_ENV=production.")
        with record.only_run(options.var):
            record.end_leftovers(options.var)
            _reset(options, sure=bool(arguments))
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    print("The development data is gone. `make run` makes it anew.")
    return 0


def _reset(options: Options, *, sure: bool) -> None:
    if options.own_database:
        postgres.end_leftovers(options.var / "servers")
        _delete(postgres.data_place(options.var / "servers"))
    elif sure:
        _empty(options.addresses["DATABASE_OWNER_URL"])
    else:
        raise LauncherError(
            "DATABASE_OWNER_URL names a real server. To drop every table that its role owns in "
            "the schema `public` of that database: manage.py demo_reset --yes"
        )
    for name in TOGETHER:
        for place in options.var.glob(f"{name}*"):
            _delete(place)


def _delete(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _empty(owner_url: str) -> None:
    with real_servers.check_database("DATABASE_OWNER_URL", owner_url) as owner:
        tables = owner.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p') AND NOT relispartition "
            "AND pg_has_role(relowner, 'USAGE')"
        ).fetchall()
        routines = owner.execute(
            "SELECT oid::regprocedure::text FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace AND pg_has_role(proowner, 'USAGE') "
            "AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass "
            "AND objid = pg_proc.oid AND deptype = 'e')"
        ).fetchall()
        with owner.transaction():
            for (table,) in tables:
                owner.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
            for (signature,) in routines:
                owner.execute(f"DROP ROUTINE IF EXISTS {signature} CASCADE")
