"""A state as a GPP string: the sections that the person's jurisdictions ask for."""

from datetime import date
from typing import Final

from consent.exchange.american import us_section
from consent.exchange.canadian import canada
from consent.exchange.european import tc_string
from consent.exchange.standing import UNKNOWN, Standing
from consent.exchange.tables import Tables
from consent.strings.gpp import TCF_CANADA, TCF_EU, Gpp, Section
from consent.strings.us.tables import SECTIONS

NATIONAL: Final = "usnat"
_EUROPEAN = ("EU", "UK", UNKNOWN)


def gpp(standing: Standing, *, tables: Tables, publisher: str, language: str, today: date) -> Gpp:
    """The sections that the person's jurisdictions ask for; none where no standard has one."""
    sections: dict[int, Section] = {}
    for code in standing.jurisdictions:
        family, _, part = code.partition("-")
        if family in _EUROPEAN:
            sections[TCF_EU] = tc_string(
                standing, tables=tables, publisher=publisher, language=language, today=today
            )
        elif family == "CA":
            sections[TCF_CANADA] = canada(
                standing, tables=tables, publisher=publisher, language=language, today=today
            )
        elif family == "US":
            number = SECTIONS.get(f"us{part.lower()}", SECTIONS[NATIONAL])
            sections[number] = us_section(
                standing, tables=tables, section=number, publisher=publisher
            )
    return Gpp(sections)
