"""Private servers for one command: `python -m config.launcher.testbed -- COMMAND...`.

Starts PostgreSQL and Valkey in a temporary folder on free ports, tells COMMAND their
addresses, and removes everything afterwards. `--durable` keeps the data safe against power
loss, for measurements; without it the servers skip the disk.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.launcher import postgres, valkey
from config.launcher.errors import LauncherError
from config.launcher.postgres import Postgres


def addresses(database: Postgres) -> dict[str, str]:
    """The environment variables that name the server to the settings, role by role."""
    return {
        "DATABASE_URL": database.url(postgres.APP),
        "DATABASE_OWNER_URL": database.url(postgres.OWNER),
        "DATABASE_POLICY_URL": database.url("sayso_policy"),
        "DATABASE_SEQUENCER_URL": database.url("sayso_sequencer"),
        "DATABASE_PRUNER_URL": database.url("sayso_pruner"),
        "DATABASE_OFFICER_URL": database.url("sayso_officer"),
    }


@contextmanager
def servers(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Both servers for the length of a `with`; gives the environment for their users."""
    # Because shared memory is the fastest disk there is, and nothing here must last.
    shared = Path("/dev/shm")  # noqa: S108
    fast = not durable and shared.is_dir() and shutil.disk_usage(shared).free > 2 << 30
    parent = shared if fast else None
    with tempfile.TemporaryDirectory(prefix="sayso-test-", dir=parent) as name:
        home = Path(name)
        home.chmod(0o711)
        database = postgres.start(home / "servers", durable=durable)
        try:
            broker = valkey.start(home / "servers", durable=durable)
            try:
                places = {"SAYSO_VAR_DIR": home / "var", "KEYSTORE_DIR": home / "var" / "keys"}
                for place in places.values():
                    place.mkdir(mode=0o700)
                (home / "var" / "static").mkdir()
                yield {
                    **addresses(database),
                    "BROKER_URL": broker.url,
                    **{key: str(place) for key, place in places.items()},
                    "SAYSO_ENV": "test",
                }
            finally:
                broker.stop()
        finally:
            database.stop()


def main(arguments: list[str]) -> int:
    """Run the command after `--`; gives its exit code, or 1 where the servers failed."""
    durable = arguments[:1] == ["--durable"]
    command = arguments[1:] if durable else arguments
    command = command[1:] if command[:1] == ["--"] else command
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    # Because the servers must be stopped, and the folder removed, on a TERM too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with servers(durable=durable) as environment:
            return _run(command, os.environ | environment)
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run `command` in our terminal; a TERM to us is passed on to it."""
    with subprocess.Popen(command, env=environment) as child:
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
