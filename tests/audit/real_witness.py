"""A witness that we did not write (PyPI `aics-witness`), in an interpreter of its own."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from audit.checkpoints import VerifierKey

NEEDED = Path(__file__).with_suffix(".txt")
NAMES = [f"python3.{minor}" for minor in range(20, 11, -1)]
# Where version managers keep interpreters that no PATH leads to.
KEPT = (".pyenv/versions/*/bin", ".local/share/uv/python/*/bin")
WITHIN = 300


class WitnessUnavailable(Exception):
    """There is none here; the text says why."""


def install() -> Path:
    """The program, installed once below `var/`; raises WitnessUnavailable."""
    folder = Path(settings.BASE_DIR) / "var" / "aics-witness"
    program = folder / "bin" / "aics-witness"
    if program.exists():
        return program
    python = next(filter(None, map(_usable, _candidates())), None)
    if python is None:
        raise WitnessUnavailable("SKIPPED aics-witness: no Python 3.12 or later is installed")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _run(python, "-m", "venv", str(folder))
        pip = ("-m", "pip", "install", "--quiet", "--only-binary=:all:", "--require-hashes")
        _run(str(folder / "bin" / "python"), *pip, "--no-deps", "-r", str(NEEDED))
    except (subprocess.SubprocessError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise WitnessUnavailable(
            f"SKIPPED aics-witness: it could not be installed ({type(error).__name__})"
        ) from error
    return program


class RealWitness:
    """Started on a free port of loopback, with its state in `folder`."""

    def __init__(self, program: Path, folder: Path, log: VerifierKey) -> None:
        self._program = program
        self._config = ("--config", str(folder / "witness.json"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        shown = self._say(
            "init", "--name", "real.example/w1", "--listen", f"127.0.0.1:{self._port}"
        )
        self.vkey = next(word for word in shown.split() if word.startswith("real.example/w1+"))
        self._say("add-log", "--origin", log.name, "--vkey", str(log))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serves when this returns."""
        self._process = subprocess.Popen(
            [str(self._program), "serve", *self._config],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError("aics-witness does not listen")

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def evidence(self) -> str:
        """What it kept of requests that were signed and inconsistent."""
        return self._say("evidence")

    def _say(self, command: str, *arguments: str) -> str:
        return _run(str(self._program), command, *self._config, *arguments)


def _candidates() -> Iterator[str]:
    yield from NAMES
    for pattern in KEPT:
        for folder in Path.home().glob(pattern):
            yield from (str(folder / name) for name in NAMES)


def _usable(name: str) -> str | None:
    found = shutil.which(name)
    # Because version managers leave programs behind that only say which versions there are.
    try:
        return found and _run(found, "-c", "import sys; print(sys.executable)").strip()
    except (subprocess.SubprocessError, OSError):
        return None


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=WITHIN)
    return done.stdout
