"""Processes beside an import end with it, however it ends."""

import os
import signal
import subprocess
import sys
import time

from django.conf import settings

PARENT = """
import os, time, django
django.setup()
from consent.api import processes
with processes.pool(2) as pool:
    print(*{pool.submit(os.getpid).result() for _ in range(50)}, flush=True)
    pool.submit(time.sleep, 60).result()
"""


def test_a_parent_that_is_killed_leaves_no_process_behind() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=settings.BASE_DIR, env=os.environ,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    children = [int(word) for word in parent.stdout.readline().split()]
    assert children and all(map(runs, children))
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 10
    while any(map(runs, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(runs, children))


def runs(pid: int) -> bool:
    """Whether a process is there and not only waiting to be reaped."""
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
