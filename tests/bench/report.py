"""Figures as a table for people and as flat JSON for machines (var/bench.json)."""

import json
import statistics
import sys
from pathlib import Path

MARK = "figures: "
# What the figures are held against; (bound, True) means at least, False at most.
BOUNDS: dict[str, tuple[float, bool]] = {
    "gate_vs_select": (0.15, True),
    "gate_vs_insert": (0.40, True),
    "batch1000_vs_any": (0.55, True),
    "batch1000_logged_vs_any": (0.25, True),
    "import_per_s": (10_000, True),
    "decide_vs_select": (0.75, True),
    "decide_pure_per_s": (300_000, True),
    "decide_vs_cedarpy": (10, True),
    "decide_vs_casbin": (10, True),
    "population_1m_s": (1.0, False),
    "rest_vs_django": (0.4, True),
    "rest_p99_vs_django": (2.5, False),
    "withdraw_late_permits": (0, False),
    "withdraw_visible_p99_ms": (5, False),
    "withdraw_visible_busy_p99_ms": (50, False),
    "state_bytes_per_person": (200, False),
    "ask_growth": (1.5, False),
    "record_growth": (1.5, False),
    "audit_cpu_us": (100, False),
    "audit_vs_base": (0.5, True),
    "audit_vs_rowchain": (6, True),
    "checkpoint_p99_ms": (350, False),
    "proof_p99_ms": (10, False),
    "verify_rows_per_s": (100_000, True),
    "bytes_per_event": (800, False),
    "erase_key_p50_ms": (60, False),
    "pss_total_mb": (750, False),
    "ready_second_s": (12, False),
    "demo_full_s": (120, False),
    "demo_small_s": (15, False),
}


def median(values: list[float]) -> float:
    """The middle of the values."""
    return statistics.median(values)


def give(figures: dict[str, float]) -> None:
    """Hand figures to the process that collects them, as the last line printed."""
    sys.stdout.write(MARK + json.dumps(figures) + "\n")


def read(output: str) -> dict[str, float]:
    """The figures a measuring process gave; ValueError where it gave none."""
    for line in reversed(output.splitlines()):
        if line.startswith(MARK):
            figures: dict[str, float] = json.loads(line.removeprefix(MARK))
            return figures
    raise ValueError("the measurement gave no figures")


def keep(figures: dict[str, float], path: Path) -> None:
    """Merge figures into the JSON file, so that one part can be measured again alone."""
    path.parent.mkdir(exist_ok=True)
    before = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(before | figures, indent=1, sort_keys=True) + "\n")


def table(figures: dict[str, float]) -> str:
    """One line per figure with its bound and whether it holds."""
    lines = []
    for name, value in sorted(figures.items()):
        shown = f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
        lines.append(f"{name:28} {shown:>12}  {_judged(name, value)}".rstrip())
    return "\n".join(lines)


def _judged(name: str, value: float) -> str:
    if name not in BOUNDS:
        return ""
    bound, at_least = BOUNDS[name]
    holds = value >= bound if at_least else value <= bound
    return f"{'at least' if at_least else 'at most'} {bound:g}: {'yes' if holds else 'NO'}"
