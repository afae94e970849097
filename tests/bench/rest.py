"""Evaluations over REST, log on, beside a bare Django view on the same server."""

import json
import os
import random
import statistics
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command
from django.utils import timezone

from consent.actions import partners
from consent.queries import identifiers
from tests.bench import load, people, processes, report

PEOPLE = 20_000
ROUNDS = 5
SECONDS = 3
CONNECTIONS = 16
PATH = "/access/v1/evaluation"
ATTRIBUTES = [
    "purchases.produce", "purchases.meat", "purchases.deli", "purchases.grocery", "age_band",
]  # fmt: skip


def main() -> None:
    """Print the figures as one JSON object."""
    call_command("migrate", verbosity=0)
    ids = people.make(PEOPLE)
    with tempfile.TemporaryDirectory() as folder:
        report.give(measure(ids, Path(folder)))


def measure(ids: list[UUID], folder: Path) -> dict[str, float]:
    """Both servers up, in turn."""
    ports = {"sayso": processes.free_port(), "floor": processes.free_port()}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    threads = int(os.environ.get("BENCH_THREADS", "4"))
    with (
        processes.process([sys.executable, "manage.py", "run_sequencer"]),
        processes.process(
            processes.granian("config.wsgi:application", ports["sayso"], threads=threads),
            BASE_URL=urls["sayso"],
        ),
        processes.process(
            processes.granian("tests.bench.floor_app:application", ports["floor"], threads=threads)
        ),
    ):
        processes.wait_for(urls["sayso"] + "/healthz")
        processes.wait_for(urls["floor"] + f"/floor?subject={ids[0]}")
        token = signed_in(urls["sayso"])
        return in_turn(urls, token, ids, folder)


def signed_in(base_url: str, *, scopes: Sequence[str] = ("decide",)) -> str:
    """An access token of a new first-party client."""
    client = partners.register_client(
        recipient="shop-app", name="bench", scopes=list(scopes), by="bench", at=timezone.now()
    )
    body = (
        f"grant_type=client_credentials&client_id={client.client_id}"
        f"&client_secret={client.client_secret}"
    )
    request = urllib.request.Request(base_url + "/oauth/token", data=body.encode())
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["access_token"])


def evaluation(subject_id: UUID) -> str:
    """The body of one evaluation."""
    subject = identifiers.pairwise_id(recipient="shop-app", subject_id=subject_id)
    return json.dumps(
        {
            "subject": {"type": "customer", "id": subject},
            "action": {"name": "use", "properties": {"purpose": "recommendations"}},
            "resource": {
                "type": "attributes",
                "id": "purchases",
                "properties": {"attributes": ATTRIBUTES},
            },
        }
    )


def in_turn(urls: dict[str, str], token: str, ids: list[UUID], folder: Path) -> dict[str, float]:
    """Rounds of load on floor and service, medians of their ratios."""
    dice = random.Random(3)
    drawn = [dice.choice(ids) for _ in range(2000)]
    evaluations, selects = folder / "evaluations", folder / "selects"
    evaluations.write_text("\n".join(map(evaluation, drawn)) + "\n")
    selects.write_text("\n".join(f"?subject={subject}" for subject in drawn) + "\n")
    ours, floors = [], []
    for number in range(ROUNDS + 1):
        floor = load.run(
            urls["floor"], path="/floor", bodies=selects, method="GET", seconds=SECONDS,
            connections=CONNECTIONS,
        )  # fmt: skip
        service = load.run(
            urls["sayso"], path=PATH, bodies=evaluations, method="POST", token=token,
            seconds=SECONDS, connections=CONNECTIONS,
        )  # fmt: skip
        if service.failed or floor.failed:
            raise RuntimeError(f"{service.failed} evaluations and {floor.failed} floors failed")
        if number:
            # Because the first round warms both up.
            ours.append(service)
            floors.append(floor)
    pairs = list(zip(ours, floors, strict=True))
    return {
        "rest_vs_django": statistics.median(a.per_second / b.per_second for a, b in pairs),
        "rest_p99_vs_django": statistics.median(a.p99_ms / b.p99_ms for a, b in pairs),
        "rest_rps": statistics.median(load.per_second for load in ours),
        "rest_floor_rps": statistics.median(load.per_second for load in floors),
        "rest_p99_ms": statistics.median(load.p99_ms for load in ours),
    }


if __name__ == "__main__":
    main()
