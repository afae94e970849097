"""From a withdrawal over HTTP to the first denial over HTTP: idle, and beside a busy load."""

import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command

from consent.queries import identifiers
from tests.bench import load, measuring, people, processes, report, rest

PEOPLE = 12_000
IDLE, BUSY = 2_000, 500
# Each withdrawal is followed by asks on connections of their own, so that every worker process,
# and what it remembers, is asked: 4 * (2,000 + 500) = 10,000. Idle, the first ask goes alone and
# the others after it, because otherwise each would be timed beside a crowd; beside a busy load
# all go at once.
CONNECTIONS = 4
BUSY_CONNECTIONS = 16
EVENTS = "/v1/consent-events"


def main() -> None:
    """Print the figures as one JSON object."""
    call_command("migrate", verbosity=0)
    ids = people.make(PEOPLE)
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        tempfile.TemporaryDirectory() as folder,
        processes.process([sys.executable, "manage.py", "run_sequencer"]),
        processes.process(
            processes.granian("config.wsgi:application", port, threads=4),
            BASE_URL=url,
            RATE_LIMIT_PER_MINUTE="1000000",
        ),
    ):
        processes.wait_for(url + "/healthz", seconds=180)
        token = rest.signed_in(url, scopes=["decide", "consent:write"])
        partner = Partner(url, token)
        # Because the load asks about some and the withdrawals are of others.
        willing = (subject for subject in ids[2_000:] if partner.agrees(subject))
        partner.trial(next(willing))
        idle = [partner.trial(subject, alone=True) for subject in islice(willing, IDLE)]
        with busy(url, token, ids[:2_000], Path(folder)):
            under_load = [partner.trial(subject) for subject in islice(willing, BUSY)]
    report.give(figures(idle, under_load))


class Trial(dict[str, float]):
    """Milliseconds: `recorded` for the withdrawal, `visible` until the first denial; `late`."""


class Partner:
    """A partner with connections that it keeps, as HTTP libraries do."""

    def __init__(self, url: str, token: str) -> None:
        address = urllib.parse.urlsplit(url).netloc
        self.connections = [http.client.HTTPConnection(address) for _ in range(CONNECTIONS)]
        self.writer = http.client.HTTPConnection(address)
        self.headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def ask(self, subject_id: UUID, *, alone: bool = False) -> Iterator[bool]:
        """The same question on every connection; the answers as they are read.

        All at once, or, where the first goes `alone`, the others once it is answered.
        """
        body = rest.evaluation(subject_id)
        self.connections.append(self.connections.pop(0))
        first, others = self.connections[:1], self.connections[1:]
        for together in [first, others] if alone else [self.connections]:
            for connection in together:
                connection.request("POST", rest.PATH, body, self.headers)
            for connection in together:
                yield bool(_answer(connection)["decision"])

    def agrees(self, subject_id: UUID) -> bool:
        """Whether this person permits; every worker has the state in memory afterwards."""
        return all(list(self.ask(subject_id)))

    def trial(self, subject_id: UUID, *, alone: bool = False) -> Trial:
        """Withdraw, and ask as soon as the answer is there."""
        subject = identifiers.pairwise_id(recipient="shop-app", subject_id=subject_id)
        body = json.dumps(
            {"subject": subject, "state": "withdrawn", "purpose": "recommendations"}
            | {"method": "api", "actor": "person"}
        )
        begun = time.perf_counter()
        self.writer.request("POST", EVENTS, body, self.headers)
        _answer(self.writer)
        answered = time.perf_counter()
        late, visible = 0, None
        for permitted in self.ask(subject_id, alone=alone):
            late += permitted
            if not permitted and visible is None:
                visible = time.perf_counter() - answered
        return Trial(
            recorded=(answered - begun) * 1e3,
            visible=(visible if visible is not None else float("inf")) * 1e3,
            late=late,
        )


def _answer(connection: http.client.HTTPConnection) -> Any:
    with connection.getresponse() as answer:
        body = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{answer.status}: {body[:300]!r}")
    return json.loads(body)


@contextmanager
def busy(url: str, token: str, ids: list[UUID], folder: Path) -> Iterator[None]:
    """Evaluations of other people over 16 connections for the length of a `with`."""
    dice = random.Random(9)
    bodies = folder / "evaluations"
    bodies.write_text("\n".join(rest.evaluation(dice.choice(ids)) for _ in range(2_000)) + "\n")
    command = load.command(
        url, path=rest.PATH, bodies=bodies, method="POST", token=token, seconds=600,
        connections=BUSY_CONNECTIONS,
    )  # fmt: skip
    wrk = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(2)
        yield
        if wrk.poll() is not None:
            raise RuntimeError("the load ended before the withdrawals")
    finally:
        wrk.terminate()
        wrk.wait()


def figures(idle: list[Trial], under_load: list[Trial]) -> dict[str, float]:
    """Percentiles of both, and whether anything was permitted after the withdrawal's answer."""
    found: dict[str, float] = {
        "withdraw_late_permits": sum(trial["late"] for trial in (*idle, *under_load)),
        "withdraw_asks": CONNECTIONS * (len(idle) + len(under_load)),
    }
    for name, done in (("", idle), ("busy_", under_load)):
        for what in ("visible", "recorded"):
            waits = [trial[what] for trial in done]
            found[f"withdraw_{what}_{name}p50_ms"] = measuring.percentile(waits, 0.5)
            found[f"withdraw_{what}_{name}p99_ms"] = measuring.percentile(waits, 0.99)
    return found


if __name__ == "__main__":
    main()
