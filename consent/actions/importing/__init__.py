"""Bringing in what people said elsewhere or earlier: back-dated, checked, each in the log."""

from consent.actions.importing.importer import BATCH, Importer, import_events
from consent.actions.importing.lines import Line, Outcome, PastAct, PersonActs

__all__ = ["BATCH", "Importer", "Line", "Outcome", "PastAct", "PersonActs", "import_events"]
