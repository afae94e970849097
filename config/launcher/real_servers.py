"""Servers that somebody else runs: are they there, and can each role sign in?"""

import socket
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict

from config.launcher import passwords
from config.launcher.errors import LauncherError

OLDEST = 150000
LOGINS = {
    "DATABASE_POLICY_URL": "sayso_policy",
    "DATABASE_SEQUENCER_URL": "sayso_sequencer",
    "DATABASE_PRUNER_URL": "sayso_pruner",
    "DATABASE_OFFICER_URL": "sayso_officer",
}
BROKER_PORTS = {"redis": 6379, "rediss": 6379, "valkey": 6379, "amqp": 5672, "amqps": 5671}


def check_database(name: str, url: str) -> psycopg.Connection:
    """An open connection to `url`; LauncherError with the reason, and no password, otherwise."""
    if _scheme(url) not in {"postgres", "postgresql"}:
        raise LauncherError(
            f"{name} is not a PostgreSQL address. "
            "Its form is postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE."
        )
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.Error as error:
        raise LauncherError(
            f"The server in {name} cannot be used: {_reason(error, url)}\n"
            f"Start that server or correct {name}; unset DATABASE_URL and DATABASE_OWNER_URL "
            "to use the embedded one."
        ) from None
    if connection.info.server_version < OLDEST:
        connection.close()
        raise LauncherError(f"The server in {name} is older than PostgreSQL 15. Upgrade it.")
    return connection


def check_broker(url: str) -> None:
    """Raises LauncherError where nothing listens at the broker's address."""
    scheme = _scheme(url).partition("+")[0]
    if scheme not in BROKER_PORTS:
        raise LauncherError(
            "BROKER_URL is not a broker's address. "
            "Its form is redis://:PASSWORD@HOST:PORT/0 or amqp://NAME:PASSWORD@HOST:PORT/VHOST."
        )
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or BROKER_PORTS[scheme]
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        raise LauncherError(
            f"The broker in BROKER_URL does not answer at {host}:{port} "
            f"({error.strerror or error}).\n"
            "Start it or correct BROKER_URL; unset BROKER_URL to use the embedded one."
        ) from None


def _scheme(url: str) -> str:
    """The scheme of a well-formed address, else nothing."""
    try:
        parts = urlsplit(url)
        return parts.scheme if parts.hostname and parts.port != 0 else ""
    except ValueError:
        return ""


def complete(addresses: dict[str, str], home: Path) -> dict[str, str]:
    """`addresses` with those of the `policy` and `sequencer` roles added where not given.

    Where the owner may create roles, they are made with passwords kept in `home`; a role that
    is there already is used through the owner's address.
    """
    with check_database("DATABASE_OWNER_URL", addresses["DATABASE_OWNER_URL"]) as owner:
        with check_database("DATABASE_URL", addresses["DATABASE_URL"]) as app:
            if app.info.user == owner.info.user:
                raise LauncherError(
                    "DATABASE_URL and DATABASE_OWNER_URL name the same role. The application "
                    "must not own its tables: create a second login role (docs/operators.md) "
                    "and put it in DATABASE_URL."
                )
        result = dict(addresses)
        for name, role in LOGINS.items():
            if name not in result:
                result[name] = _login(owner, role, addresses["DATABASE_OWNER_URL"], home)
    return result


def _login(owner: psycopg.Connection, role: str, owner_url: str, home: Path) -> str:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    secret = passwords.load_or_make(home / "roles.json", (role,))[role]
    own_address = _with_user(owner_url, role, secret)
    if known is None:
        _create(owner, role, secret)
        return own_address
    try:
        psycopg.connect(own_address, connect_timeout=5).close()
    except psycopg.OperationalError:
        # Because another installation on that server may use the role under its own password.
        member = owner.execute("SELECT pg_has_role(%s, 'MEMBER')", [role]).fetchone()
        if not member or not member[0]:
            raise LauncherError(_statements(owner, role)) from None
        joint = "&" if urlsplit(owner_url).query else "?"
        return f"{owner_url}{joint}options={quote(f'-c role={role}')}"
    return own_address


def _create(owner: psycopg.Connection, role: str, secret: str) -> None:
    name = sql.Identifier(role)
    try:
        with owner.transaction():
            owner.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOINHERIT PASSWORD {}").format(
                    name, sql.Literal(secret)
                )
            )
            owner.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
    except errors.InsufficientPrivilege:
        raise LauncherError(_statements(owner, role)) from None


def _statements(owner: psycopg.Connection, role: str) -> str:
    user = owner.info.user
    return (
        f"The role in DATABASE_OWNER_URL may not create the role {role}. As a superuser, run\n"
        f'    CREATE ROLE "{role}" NOLOGIN; GRANT "{role}" TO "{user}";\n'
        f'or allow it once: ALTER ROLE "{user}" CREATEROLE;'
    )


def _with_user(url: str, role: str, secret: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(secret, safe='')}@{place}"))


def _reason(error: psycopg.Error, url: str) -> str:
    """The driver's words, made certain to hold no password."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    try:
        secret = str(conninfo_to_dict(url).get("password") or "")
    except psycopg.Error:
        return "the address is malformed"
    return text.replace(secret, "...") if secret else text
