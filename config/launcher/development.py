"""`manage.py dev`: the whole service on one machine, in the foreground."""

import contextlib
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.launcher import network, plan, postgres, prepared, real_servers, record, valkey
from config.launcher.errors import LauncherError
from config.launcher.options import ADDRESSES, Options, read
from config.launcher.supervisor import Supervisor
from config.launcher.testbed import addresses as embedded_addresses

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
USAGE = """usage: manage.py dev

Runs the whole service on this machine until Ctrl-C. The environment chooses:
  PORT=8000            where the pages are served, on loopback
  DEMO=full            the demonstration data: full, small or none
  DATABASE_URL, DATABASE_OWNER_URL, BROKER_URL
                       servers of yours in the place of the embedded ones
  SAYSO_VAR_DIR=var    where everything that a run makes is kept
"""


class Stop(BaseException):
    """Somebody asked us to end."""


def main(arguments: list[str]) -> int:
    """Run until told to stop: 0. Where something fails: a message and 1."""
    if arguments:
        print(USAGE)
        return 0 if arguments[0] in {"-h", "--help"} else 2
    for number in STOPPING:
        signal.signal(number, _stop)
    try:
        options = read()
        with record.only_run(options.var):
            return _run(options)
    except LauncherError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nThe service cannot run: {error}", file=sys.stderr)
        return 1
    except Stop:
        return 0


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stop


def _run(options: Options) -> int:
    for name in record.end_leftovers(options.var):
        print(f"Ended {name}, which an earlier run had left behind.")
    _refuse_taken_port(options.port)
    supervisor = Supervisor()
    failure: LauncherError | None = None
    try:
        _serve(options, supervisor)
    except Stop:
        print("\nStopping ...", flush=True)
    except LauncherError as error:
        failure = error
    finally:
        with _undisturbed():
            supervisor.stop_all()
            record.withdraw(options.var)
    if failure:
        raise failure
    print("Stopped.", flush=True)
    return 0


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore further requests to stop while stopping."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    yield


def _refuse_taken_port(port: int) -> None:
    try:
        taken = network.is_taken(port)
    except OSError as error:
        raise LauncherError(
            f"Port {port} cannot be used ({error.strerror}). Choose another: PORT=8080 make run"
        ) from None
    if taken:
        raise LauncherError(
            f"Port {port} is taken by another program. Stop that program, or choose another "
            f"port: PORT={network.free_port()} make run"
        )


def _serve(options: Options, supervisor: Supervisor) -> NoReturn:
    began = time.monotonic()
    addresses = _start_servers(options, supervisor)
    record.remember(options.var, supervisor.members)
    _prepare(options, supervisor, addresses)
    started = {}
    for part in plan.parts(options, addresses):
        env = plan.environment(options, part.addresses)
        started[part.name] = supervisor.start(part.name, part.command, env=env, within=part.within)
    record.remember(options.var, supervisor.members)
    base_url = f"http://{network.LOOPBACK}:{options.port}"
    _wait_until_ready(base_url, supervisor)
    supervisor.wait_for(started["worker"], " ready.", within=60)
    if options.mode != "production":
        record.publish(
            options.var, base_url=base_url, addresses=addresses, members=supervisor.members
        )
    _announce(base_url, options, time.monotonic() - began)
    supervisor.forgiving = True
    while True:
        if supervisor.pump(1):
            record.remember(options.var, supervisor.members)
            if options.mode != "production":
                record.publish(
                    options.var, base_url=base_url, addresses=addresses, members=supervisor.members
                )


def _prepare(options: Options, supervisor: Supervisor, addresses: dict[str, str]) -> None:
    # Because the web server looks for collected static files there, if only to find none.
    (options.var / "static").mkdir(exist_ok=True)
    if options.own_database and prepared.is_done(options):
        return
    command: list[str | Path] = [plan.PYTHON, plan.MANAGE, "prepare", "--demo", options.demo]
    supervisor.run("prepare", command, env=plan.environment(options, addresses))
    if options.own_database:
        prepared.remember(options)


def _start_servers(options: Options, supervisor: Supervisor) -> dict[str, str]:
    """Start what is embedded, check what is given; all addresses."""
    found = dict(options.addresses)
    home = options.var / "servers"
    if options.own_database:
        print("Starting PostgreSQL (embedded, for development) ...", flush=True)
        database = postgres.start(home)
        supervisor.adopt(
            "postgres",
            database.child,
            by=signal.SIGINT,
            within=20,
            revive=lambda: postgres.start(home, port=database.port).child,
        )
        found |= embedded_addresses(database)
    else:
        found = real_servers.complete(found, home)
    if options.own_broker:
        print("Starting Valkey (embedded, for development) ...", flush=True)
        broker = valkey.start(home)
        supervisor.adopt(
            "valkey",
            broker.child,
            by=signal.SIGTERM,
            within=10,
            revive=lambda: valkey.start(home, port=broker.port).child,
        )
        found["BROKER_URL"] = broker.url
    else:
        real_servers.check_broker(found["BROKER_URL"])
    return {name: found[name] for name in ADDRESSES}


def _wait_until_ready(base_url: str, supervisor: Supervisor, *, within: float = 90) -> None:
    deadline = time.monotonic() + within
    answer = "no answer"
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{base_url}/readyz", timeout=5):  # noqa: S310
                return
        except urllib.error.HTTPError as error:
            answer = error.read(500).decode(errors="replace")
        except OSError:
            pass
        supervisor.pump(0.1)
    raise LauncherError(f"The service was not ready within {within:.0f} s: {answer}")


def _announce(base_url: str, options: Options, seconds: float) -> None:
    tour = record.tour(options.var)
    logins = []
    if officer := tour.get("officer"):
        logins.append(f"officer {officer['email']} / {officer['password']}")
    if customers := tour.get("customers"):
        logins.append(f"customer {customers[0]['email']} (code: {base_url}/dev/mail)")
    # Because people and tools wait for exactly one line.
    print(" ".join([f"READY {base_url}", *(f"| {login}" for login in logins)]), flush=True)
    print(f"(after {seconds:.1f} s; Ctrl-C stops everything)", flush=True)
