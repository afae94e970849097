"""Child processes that never outlive us, and the search for those that did.

Linux tells more than other systems: the kernel signals a child when its parent dies, and
/proc names every process of a session. Elsewhere both degrade to nothing.
"""

import ctypes
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.launcher.accounts import Account

PROC = Path("/proc")
PR_SET_PDEATHSIG = 1
ON_LINUX = platform.system() == "Linux"
_LIBC = ctypes.CDLL(None, use_errno=True) if ON_LINUX else None


@dataclass(frozen=True)
class Stat:
    """The few fields of /proc/PID/stat that identify a process; `started` in clock ticks."""

    name: str
    state: str
    parent: int
    session: int
    started: int


def stat_of(pid: int) -> Stat | None:
    """What the kernel says of `pid`, or None when it is gone (or not on Linux)."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    return Stat(name, fields[0], int(fields[1]), int(fields[3]), int(fields[19]))


def is_alive(pid: int) -> bool:
    """Whether `pid` runs; a zombie does not."""
    if ON_LINUX:
        status = stat_of(pid)
        return status is not None and status.state not in {"Z", "X"}
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    account: Account | None = None,
    death_signal: int = signal.SIGTERM,
    output: IO[bytes] | int | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own that is signalled when this process dies.

    Call from the main thread: the kernel ties `death_signal` to the thread that forks.
    """
    parent = os.getpid()

    def tie_to_parent() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, death_signal)
            # Because the parent may have died between the fork and the call above.
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        umask=0o077,
        preexec_fn=tie_to_parent,
    )


def stop(child: subprocess.Popen[bytes], *, by: int = signal.SIGTERM, within: float) -> bool:
    """End `child` and its whole session; False where it had to be killed."""
    polite = True
    if child.poll() is None:
        child.send_signal(by)
        try:
            child.wait(within)
        except subprocess.TimeoutExpired:
            polite = False
    kill_group(child.pid)
    child.wait()
    return polite


def kill_group(pid: int) -> None:
    """Kill what is left of the process group that `pid` leads."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def every_pid() -> Iterator[int]:
    """All process ids on this machine (Linux; nothing elsewhere)."""
    if PROC.is_dir():
        yield from (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def working_in(folder: Path, *, program: str) -> list[int]:
    """Live processes called `program` whose working directory is `folder`."""
    wanted = str(folder.resolve())
    found = []
    for pid in every_pid():
        try:
            here = os.readlink(PROC / str(pid) / "cwd")
        except OSError:
            continue
        status = stat_of(pid)
        if here == wanted and status and status.name == program and is_alive(pid):
            found.append(pid)
    return found


def in_session(leader: int, *, started: int) -> list[int]:
    """Live members of the session that the process `leader`, born at `started`, opened.

    A session id is not given out again while members live, so only a living leader of
    another birth proves that the number was reused.
    """
    status = stat_of(leader)
    if status and status.started != started:
        return []
    members = []
    for pid in every_pid():
        member = stat_of(pid)
        if member and member.session == leader and is_alive(pid):
            members.append(pid)
    return members


def end(
    find: Callable[[], list[int]], *, signals: Sequence[int] = (signal.SIGTERM,), patience: float
) -> None:
    """Signal what `find` returns until it returns nothing: politely first, at last SIGKILL."""
    for number in (*signals, signal.SIGKILL):
        for pid in find():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not find():
                return
            time.sleep(0.05)
