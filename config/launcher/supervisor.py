"""Keeps the children of one run: their output, their deaths, their end in reverse order."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.launcher import processes
from config.launcher.errors import LauncherError

COLOURS = (36, 33, 32, 35, 34, 31)
WIDTH = 9


@dataclass
class Member:
    """One child and how it is asked to end."""

    name: str
    child: subprocess.Popen[bytes]
    started: int
    by: int
    within: float
    lasting: bool = True
    revive: Callable[[], subprocess.Popen[bytes]] | None = None
    deaths: list[float] = field(default_factory=list)
    unfinished: bytes = b""
    seen: set[str] = field(default_factory=set)


class Supervisor:
    """The children in the order of their start. Single-threaded: call `pump` often.

    Until `forgiving` is set any death ends the run. From then on a child that dies is started
    again, because the others deny or wait without it, and nothing they do is lost.
    """

    def __init__(self) -> None:
        self.members: list[Member] = []
        self.forgiving = False
        self._outputs = selectors.DefaultSelector()
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def adopt(
        self,
        name: str,
        child: subprocess.Popen[bytes],
        *,
        by: int,
        within: float,
        revive: Callable[[], subprocess.Popen[bytes]] | None = None,
    ) -> Member:
        """Watch a child that somebody else started; `revive` starts it again."""
        member = Member(name, child, _started(child), by, within, revive=revive)
        self.members.append(member)
        return member

    def start(
        self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str], within: float
    ) -> Member:
        """Start a child whose lines are shown with its name in front."""

        def spawn() -> subprocess.Popen[bytes]:
            return processes.spawn(command, env=env, output=subprocess.PIPE)

        member = self.adopt(name, spawn(), by=signal.SIGTERM, within=within, revive=spawn)
        self._listen(member)
        return member

    def _listen(self, member: Member) -> None:
        output = member.child.stdout
        if output is not None:
            os.set_blocking(output.fileno(), False)
            self._outputs.register(output, selectors.EVENT_READ, member)

    def run(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str]) -> None:
        """Run a child on our terminal to its end; raises LauncherError where it fails."""
        child = processes.spawn(command, env=env)
        member = self.adopt(name, child, by=signal.SIGTERM, within=10)
        member.lasting = False
        while child.poll() is None:
            self.pump(0.02)
        self.members.remove(member)
        if child.returncode:
            raise LauncherError(f"{name} failed ({_ending(child.returncode)}); see above.")

    def pump(self, seconds: float) -> bool:
        """Show what the children said; wait at most `seconds` for it.

        True where a child that died was started again; raises LauncherError where that is
        not to be: before the service is ready, or after too many deaths.
        """
        self._show(seconds)
        revived = False
        for member in self.members:
            if member.lasting and member.child.poll() is not None:
                self._show(0.2)
                self._revive(member)
                revived = True
        return revived

    def _revive(self, member: Member) -> None:
        ending = f"{member.name} has ended by itself ({_ending(member.child.returncode)})"
        now = time.monotonic()
        member.deaths = [*(death for death in member.deaths if now - death < PERIOD), now]
        if not self.forgiving or member.revive is None or len(member.deaths) > DEATHS_FORGIVEN:
            raise LauncherError(
                f"{ending}; its last lines are above or in the log folder. Everything is stopped."
            )
        self.say("dev", f"{ending}; starting it again. Until then the gate denies.")
        # Because what forked from it may still hold its port.
        processes.kill_group(member.child.pid)
        processes.end(
            lambda: processes.in_session(member.child.pid, started=member.started), patience=2
        )
        if member.child.stdout is not None:
            with contextlib.suppress(KeyError):
                self._outputs.unregister(member.child.stdout)
            member.child.stdout.close()
        self._show(PAUSE)
        member.child = member.revive()
        member.started = _started(member.child)
        self._listen(member)

    def wait_for(self, member: Member, words: str, *, within: float) -> None:
        """Pump until `member` has printed a line with `words`."""
        deadline = time.monotonic() + within
        while words not in member.seen:
            if time.monotonic() > deadline:
                raise LauncherError(f"{member.name} was not ready within {within:.0f} s.")
            self.pump(0.05)
            member.seen &= {words}

    def stop_all(self) -> bool:
        """End all in reverse; False where one had to be killed."""
        polite = True
        while self.members:
            member = self.members[-1]
            polite &= self._stop(member)
            self.members.pop()
        return polite

    def _stop(self, member: Member) -> bool:
        child = member.child
        if child.poll() is None:
            child.send_signal(member.by)
        deadline = time.monotonic() + member.within
        while child.poll() is None and time.monotonic() < deadline:
            self._show(0.02)
        polite = child.poll() is not None
        if not polite:
            self.say("dev", f"{member.name} did not end within {member.within:.0f} s: killed")
            child.kill()
        child.wait()
        processes.kill_group(child.pid)
        processes.end(lambda: processes.in_session(child.pid, started=member.started), patience=2)
        self._show(0)
        if child.stdout is not None:
            with contextlib.suppress(KeyError):
                self._outputs.unregister(child.stdout)
            child.stdout.close()
        return polite

    def _show(self, seconds: float) -> None:
        if not self._outputs.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._outputs.select(seconds):
            member: Member = key.data
            try:
                part = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            if not part:
                self._outputs.unregister(key.fileobj)
            *lines, member.unfinished = (member.unfinished + part).split(b"\n")
            for line in lines:
                text = line.decode(errors="replace").rstrip()
                self._remember(member, text)
                self.say(member.name, text)

    @staticmethod
    def _remember(member: Member, text: str) -> None:
        """Keep the marks that `wait_for` looks for, not the text."""
        for words in READY_WORDS:
            if words in text:
                member.seen.add(words)

    def say(self, name: str, text: str) -> None:
        """One line on the terminal, with the name of who speaks."""
        label = f"{name:<{WIDTH}}|"
        if self._colour:
            label = f"\x1b[{COLOURS[sum(name.encode()) % len(COLOURS)]}m{label}\x1b[0m"
        # Because a closed terminal is no reason to leave children behind.
        with contextlib.suppress(OSError, ValueError):
            print(f"{label} {text}", flush=True)


READY_WORDS = (" ready.",)
# A child may die this often within so many seconds; after each death there is a pause.
DEATHS_FORGIVEN, PERIOD, PAUSE = 3, 60.0, 1.0


def _started(child: subprocess.Popen[bytes]) -> int:
    status = processes.stat_of(child.pid)
    return status.started if status else 0


def _ending(code: int) -> str:
    if code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"exit code {code}"
