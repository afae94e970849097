"""`make bench [ARGS="gate rest ..."]`: measure, print a table, write var/bench.json."""

import os
import statistics
import subprocess
import sys

from tests.bench import measuring, processes, report

TESTBED = [sys.executable, "-m", "config.launcher.testbed", "--durable", "--", sys.executable]
PARTS = {
    "decide": [sys.executable, "-m", "tests.bench.decisions"],
    "gate": [*TESTBED, "-m", "tests.bench.gate"],
    "rest": [*TESTBED, "-m", "tests.bench.rest"],
    "batch": [*TESTBED, "-m", "tests.bench.batch"],
    "import": [*TESTBED, "-m", "tests.bench.importing"],
    "population": [*TESTBED, "-m", "tests.bench.population"],
    "withdraw": [*TESTBED, "-m", "tests.bench.withdraw"],
    "storage": [*TESTBED, "-m", "tests.bench.storage"],
    "events": [*TESTBED, "-m", "tests.bench.events"],
    "log": [*TESTBED, "-m", "tests.bench.log"],
    "keys": [*TESTBED, "-m", "tests.bench.keys"],
    "stack": [sys.executable, "-m", "tests.bench.stack"],
}


def main(wanted: list[str]) -> int:
    """Run the wanted parts (default: all), each in processes of its own."""
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        print(f"Unknown: {', '.join(unknown)}. The parts are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    figures: dict[str, float] = {}
    failed = []
    for part in wanted or PARTS:
        print(f"Measuring {part} ...", flush=True)
        before = measuring.loop_ms()
        done = subprocess.run(
            PARTS[part], cwd=processes.ROOT, env=os.environ, capture_output=True, text=True
        )
        if done.returncode:
            failed.append(part)
            print(done.stdout[-2000:] + done.stderr[-4000:], file=sys.stderr)
            continue
        figures |= report.read(done.stdout)
        # Because the speed of a shared machine may double from one minute to the next, a figure
        # that is no ratio is read beside this one.
        figures[f"{part}_machine_loop_ms"] = statistics.median([before, measuring.loop_ms()])
    report.keep(figures, processes.ROOT / "var" / "bench.json")
    print(report.table(figures))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
