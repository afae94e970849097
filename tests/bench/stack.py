"""The whole service as `make run` starts it: times to READY, memory, one export, one erasure."""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.bench import processes, report

FINISHED = {"complete", "refused", "cancelled"}


def main() -> None:
    """Print the figures as one JSON object."""
    with tempfile.TemporaryDirectory(prefix="sayso-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        report.give(measure(folder / "full") | small(folder / "small"))


def measure(var: Path) -> dict[str, float]:
    """First start with all demonstration data, then work, then a second start."""
    with started(var, "full") as (first, run, output):
        figures = {"ready_first_s": first, **loading(output)}
        token = signed_in(run)
        figures |= recommending(run, token)
        figures |= {"pss_total_mb": pss(run)}
        figures |= {
            "export_one_s": request(run, token, run["customers"][0]["id"], "copy"),
            "erase_one_s": request(run, token, run["customers"][-1]["id"], "erasure"),
        }
    with started(var, "full") as (second, _, _):
        figures["ready_second_s"] = second
    return figures


def small(var: Path) -> dict[str, float]:
    """How long the small demonstration takes to load."""
    with started(var, "small") as (_, _, output):
        return {"demo_small_s": loading(output).get("demo_full_s", 0.0)}


@contextmanager
def started(var: Path, demo: str) -> Iterator[tuple[float, dict[str, Any], list[str]]]:
    """The service from its command to READY, and its end by Ctrl-C."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DATABASE") and name not in {"BROKER_URL", "KEYSTORE_DIR"}
    }
    environment |= {
        "SAYSO_VAR_DIR": str(var), "PORT": str(processes.free_port()), "DEMO": demo,
        "SAYSO_ENV": "development",
    }  # fmt: skip
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "manage.py", "dev"],
        cwd=processes.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    output: list[str] = []
    try:
        assert child.stdout is not None
        for line in child.stdout:
            output.append(line)
            if "READY http" in line:
                break
        else:
            raise RuntimeError("the service ended before READY:\n" + "".join(output[-20:]))
        seconds = time.perf_counter() - begun
        drain(child)
        yield seconds, json.loads((var / "run.json").read_text()), output
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(60)


def drain(child: subprocess.Popen[str]) -> None:
    """Because a full pipe would stop the service, somebody keeps reading it."""
    subprocess.Popen(["cat"], stdin=child.stdout, stdout=subprocess.DEVNULL)


def loading(output: list[str]) -> dict[str, float]:
    """What the loader said of itself: `... N purchase lines (R lines per second)`."""
    said = re.search(r"with ([\d,]+) purchase lines \(([\d,]+) lines per second\)", "".join(output))
    if said is None:
        return {}
    lines, rate = (float(number.replace(",", "")) for number in said.groups())
    return {"load_rows_per_s": rate, "demo_full_s": lines / rate}


def signed_in(run: dict[str, Any]) -> str:
    """An access token of the first-party partner."""
    partner = run["partner"]
    form = urllib.parse.urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": partner["client_id"],
            "client_secret": partner["client_secret"],
        }
    )
    with urllib.request.urlopen(run["base_url"] + "/oauth/token", data=form.encode()) as answer:
        return str(json.load(answer)["access_token"])


def call(run: dict[str, Any], token: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """One call of the partner API; the parsed answer."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    sent = urllib.request.Request(run["base_url"] + path, data=data, headers=headers)
    with urllib.request.urlopen(sent) as answer:
        return json.load(answer)


def recommending(run: dict[str, Any], token: str) -> dict[str, float]:
    """The median of personal recommendations over HTTP, once every worker is warm."""
    people = [customer["id"] for customer in run["customers"]]
    waits: list[float] = []
    deadline = time.monotonic() + 120
    while len(waits) < 200 and time.monotonic() < deadline:
        for subject in people:
            begun = time.perf_counter()
            answer = call(run, token, f"/v1/recommendations?subject={subject}&limit=10")
            if answer["personal"]:
                waits.append((time.perf_counter() - begun) * 1000)
    return {"recommend_p50_ms": statistics.median(waits[len(waits) // 4 :])}


def pss(run: dict[str, Any]) -> float:
    """Proportional set size of everything the service runs, in MB."""
    total, seen = 0, set()
    for pid in run["pids"].values():
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            if process.pid not in seen:
                seen.add(process.pid)
                total += process.memory_full_info().pss
    return total / 1e6


def request(run: dict[str, Any], token: str, subject: str, right: str) -> float:
    """Seconds from asking for a right to its completion."""
    begun = time.perf_counter()
    opened = call(run, token, "/v1/requests", {"subject": subject, "right": right, "undo": False})
    state = opened["state"]
    while state not in FINISHED and time.perf_counter() - begun < 120:
        time.sleep(0.1)
        state = call(run, token, f"/v1/requests/{opened['id']}")["state"]
    if state != "complete":
        raise RuntimeError(f"the {right} ended as {state}")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
