"""Load from a second process on loopback: wrk, with a script that draws from a list of requests."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

SCRIPT = """
local requests = {}
local path, method, token = "%(path)s", "%(method)s", "%(token)s"
for line in io.lines("%(bodies)s") do
  if method == "POST" then
    requests[#requests + 1] = wrk.format("POST", path,
      {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token}, line)
  else
    requests[#requests + 1] = wrk.format("GET", path .. line)
  end
end
local at = 0
request = function()
  at = at %% #requests + 1
  return requests[at]
end
"""


class Load(NamedTuple):
    """What the server did: requests per second, 99th percentile in ms, answers that failed."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int


class WrkMissing(Exception):
    """The load generator is not installed: `apt-get install wrk`."""


def command(
    base_url: str,
    *,
    path: str,
    bodies: Path,
    method: str,
    token: str = "",
    seconds: int,
    connections: int,
) -> list[str]:
    """What sends the lines of `bodies` in turn over `connections` for `seconds`."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise WrkMissing("wrk is not installed; as root: apt-get install -y wrk")
    script = bodies.with_suffix(f".{method.lower()}.lua")
    script.write_text(
        SCRIPT % {"path": path, "method": method, "token": token, "bodies": str(bodies)}
    )
    return [
        wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), base_url
    ]  # fmt: skip


def run(base_url: str, **sent: Any) -> Load:
    """Send the lines to their end (the words are those of `command`) and say what it did."""
    output = subprocess.run(
        command(base_url, **sent), capture_output=True, text=True, check=True
    ).stdout
    return Load(
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        p50_ms=_milliseconds(_found(r"\n\s+50%\s+(\S+)", output)),
        p99_ms=_milliseconds(_found(r"\n\s+99%\s+(\S+)", output)),
        failed=int(_found(r"Non-2xx or 3xx responses: (\d+)", output, default="0")),
    )


def _found(pattern: str, output: str, *, default: str | None = None) -> str:
    match = re.search(pattern, output)
    if match is None and default is None:
        raise ValueError(f"wrk printed no {pattern}")
    return match[1] if match else str(default)


def _milliseconds(text: str) -> float:
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise ValueError(f"wrk printed the time {text}")
