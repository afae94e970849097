"""Telling how far it is: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from typing import TextIO

WIDTH = 32
EVERY = 10.0


class Progress:
    """Counts `total` things; `unit` names them."""

    def __init__(self, label: str, total: int, unit: str, out: TextIO | None = None) -> None:
        self.label, self.total, self.unit = label, total, unit
        self.done = 0
        self._out = out or sys.stdout
        self._bar = self._out.isatty()
        self._began = self._shown = time.monotonic()

    def add(self, count: int) -> None:
        """`count` more are done."""
        self.done += count
        now = time.monotonic()
        if now - self._shown >= (0.1 if self._bar else EVERY):
            self._shown = now
            self._show("\r" if self._bar else "", "" if self._bar else "\n")

    def finish(self) -> float:
        """Show the end; gives the things per second."""
        took = max(time.monotonic() - self._began, 1e-6)
        self._show("\r" if self._bar else "", "\n", f" in {took:.1f} s")
        return self.done / took

    def _show(self, before: str, after: str, more: str = "") -> None:
        share = min(self.done / self.total, 1.0) if self.total else 1.0
        count = f"{self.done:,} of {self.total:,} {self.unit}"
        if self._bar:
            filled = int(share * WIDTH)
            drawn = "#" * filled + "." * (WIDTH - filled)
            text = f"{self.label:<12} [{drawn}] {share:4.0%}  {count}{more}"
        else:
            text = f"{self.label}: {count}{more}"
        self._out.write(f"{before}{text}{after}")
        self._out.flush()
