"""Google Consent Mode v2: `default` before any answer, `update` from what a person said."""

from collections.abc import Iterable
from typing import Any

from consent.exchange.standing import Standing
from consent.exchange.tables import CONSENT_MODE_SIGNALS, Tables

GRANTED, DENIED = "granted", "denied"
WAIT_MILLISECONDS = 500
# ISO 3166 codes, where a jurisdiction's name is another one.
_REGIONS = {"UK": "GB"}


def update(standing: Standing, *, tables: Tables, publisher: str) -> dict[str, str]:
    """The seven signals: granted only where the gate permits every purpose behind one."""
    return {
        signal: _signal(standing, tables.consent_mode[signal], publisher)
        for signal in CONSENT_MODE_SIGNALS
    }


def _signal(standing: Standing, purposes: Iterable[str], publisher: str) -> str:
    permitted = all(standing.permits(purpose, publisher) for purpose in purposes)
    return GRANTED if permitted else DENIED


def default(*, tables: Tables, jurisdictions: Iterable[str]) -> list[dict[str, Any]]:
    """The `default` commands before any tag: all is denied that anybody could be asked about.

    The regions of the jurisdictions we have rules for are named, then everywhere else, as
    Google lets the most specific region count.
    """
    signals = {
        signal: DENIED if tables.consent_mode[signal] else GRANTED
        for signal in CONSENT_MODE_SIGNALS
    }
    command = signals | {"wait_for_update": WAIT_MILLISECONDS}
    return [command | {"region": _regions(jurisdictions)}, command]


def _regions(jurisdictions: Iterable[str]) -> list[str]:
    """`EU-DE` is DE, `US-CA` and `CA-QC` stay as they are; what is no place is left out."""
    places = (code for code in jurisdictions if code not in {"EU", "UNKNOWN"})
    return sorted({_REGIONS.get(code, code.removeprefix("EU-")) for code in places})
