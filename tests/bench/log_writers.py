"""One of several writers: a line of `work seconds` in, what it did as a line of JSON out.

Each transaction inserts one row of the business; `audited` appends its event in the same
statement, as the gate does; `chained` appends to a row-chain instead. With a second word, such
as `audited-slow`, 5 ms of other work follow before the commit.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from audit.bodies import encode
from audit.identifiers import uuid7

WORK = "INSERT INTO bench_work (id, at, purpose) VALUES (%s, %s, %s)"
STATEMENTS = {
    "bare": WORK,
    "audited": f"WITH work AS ({WORK}) SELECT audit_append(%s, %s, %s, %s, %s)",
    "chained": f"WITH work AS ({WORK}) SELECT bench_chain_append(%s)",
}
SLOW_SECONDS = 0.005
SAMPLED = 16
# What the gate puts on record for a permitted use.
FACTS = {
    "attributes": ["purchases.produce", "purchases.meat"],
    "catalogue": 75,
    "epoch": 1,
    "notice": "recommendations@2",
    "permitted": True,
    "purpose": "recommendations",
    "reason": "OPT_OUT_REGIME",
    "recipient": "shop",
    "shape": "9ee6beee6ff0592237e7b788d31aeece",
}


class Writer:
    """One connection, and its backend."""

    def __init__(self) -> None:
        self._database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        self._tag = os.urandom(16)
        self.backend = self._database.info.backend_pid

    def work(self, kind: str, *, seconds: float, times: int) -> dict[str, object]:
        """Transactions until the time is up, or so many: how many, in how long, and samples.

        A sample is an event and when its commit had come back (seconds since 1970).
        """
        plain, _, slow = kind.partition("-")
        samples: list[tuple[str, float]] = []
        done, started = 0, time.perf_counter()
        while done < times and time.perf_counter() - started < seconds:
            event = uuid7()
            if slow:
                with self._database.transaction():
                    self._one(plain, event)
                    time.sleep(SLOW_SECONDS)
            else:
                self._one(plain, event)
            done += 1
            if done % SAMPLED == 0 and plain == "audited":
                samples.append((str(event), time.time()))
        return {"done": done, "seconds": time.perf_counter() - started, "samples": samples}

    def _one(self, kind: str, event: UUID) -> None:
        at, decision = datetime.now(UTC), uuid7()
        # Because the bytes of the event are the caller's work, all kinds make them.
        facts = FACTS | {"decision": str(decision)}
        body = encode(event, "decision.permit", at, self._tag, facts)
        record: dict[str, tuple[object, ...]] = {
            "bare": (),
            "audited": (event, at, "decision.permit", self._tag, body),
            "chained": (body,),
        }
        row = (decision, at, "recommendations")
        self._database.execute(STATEMENTS[kind], (*row, *record[kind]), prepare=True)


def main() -> None:
    """Say which backend serves us, then work as told until the input ends."""
    writer = Writer()
    print(writer.backend, flush=True)
    for line in sys.stdin:
        kind, seconds, times = line.split()
        print(json.dumps(writer.work(kind, seconds=float(seconds), times=int(times))), flush=True)


if __name__ == "__main__":
    main()
