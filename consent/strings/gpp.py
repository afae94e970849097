"""IAB Global Privacy Platform strings, version 1: a header and sections, joined by `~`.

The header names the sections in ascending order, as Fibonacci ranges. Sections we do not know
are kept as they are, so that a new law's section does not hide the others.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from consent.strings import tcf, tcf_canada, us, usp
from consent.strings.errors import StringMalformed
from consent.strings.fibonacci_ranges import read_fibonacci_runs, write_fibonacci_runs
from consent.strings.letters import MOST_LETTERS
from consent.strings.reader import BitReader
from consent.strings.runs import spans
from consent.strings.tcf import TcString
from consent.strings.tcf_canada import TcfCanada
from consent.strings.us import UsSection
from consent.strings.us.tables import SECTIONS
from consent.strings.usp import UsPrivacy
from consent.strings.writer import BitWriter

TYPE, VERSION = 3, 1
TCF_EU, HEADER, TCF_CANADA, US_PRIVACY = 2, 3, 5, 6
US_SECTIONS: Final = frozenset(SECTIONS.values())
_UNKNOWN_FORM: Final = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)

Section = TcString | TcfCanada | UsPrivacy | UsSection | str


@dataclass(frozen=True, slots=True)
class Gpp:
    """The sections by their ids; the text of those that are not known here."""

    sections: Mapping[int, Section] = field(default_factory=dict)


def decode(text: str) -> Gpp:
    """Read a GPP string; raises StringMalformed for anything its format does not allow."""
    if len(text) > MOST_LETTERS:
        raise StringMalformed("gpp", f"is longer than {MOST_LETTERS} letters")
    header, *bodies = text.split("~")
    ids = _read_header(header)
    if len(ids) != len(bodies):
        raise StringMalformed("header.sections", "does not name as many sections as follow")
    return Gpp(dict(zip(ids, map(_read_section, ids, bodies), strict=True)))


def _read_header(text: str) -> list[int]:
    reader = BitReader(text, where="header")
    if reader.number(6, "type") != TYPE:
        raise StringMalformed("header.type", f"is not {TYPE}")
    if reader.number(6, "version") != VERSION:
        raise StringMalformed("header.version", f"is not {VERSION}")
    runs = read_fibonacci_runs(reader, "sections")
    reader.finish()
    return [section for run in runs for section in run]


def _read_section(section: int, text: str) -> Section:
    if section == TCF_EU:
        return tcf.decode(text)
    if section == TCF_CANADA:
        return tcf_canada.decode(text)
    if section == US_PRIVACY:
        return usp.decode(text)
    if section in US_SECTIONS:
        return us.decode(section, text)
    if section == HEADER or not _UNKNOWN_FORM.fullmatch(text):
        raise StringMalformed(f"section {section}", "is empty or not a section")
    return text


def encode(said: Gpp) -> str:
    """Write a GPP string; raises StringMalformed for a value that does not fit."""
    ids = sorted(said.sections)
    writer = BitWriter(where="header")
    writer.number(TYPE, 6, "type")
    writer.number(VERSION, 6, "version")
    write_fibonacci_runs(writer, spans(ids), "sections")
    bodies = [_write_section(section, said.sections[section]) for section in ids]
    return "~".join([writer.text(8, 6), *bodies])


def _write_section(section: int, said: Section) -> str:
    if section == TCF_EU and isinstance(said, TcString):
        return tcf.encode(said)
    if section == TCF_CANADA and isinstance(said, TcfCanada):
        return tcf_canada.encode(said)
    if section == US_PRIVACY and isinstance(said, UsPrivacy):
        return usp.encode(said)
    if isinstance(said, UsSection) and section == said.section:
        return us.encode(said)
    known = {TCF_EU, HEADER, TCF_CANADA, US_PRIVACY} | US_SECTIONS
    if isinstance(said, str) and section not in known and _UNKNOWN_FORM.fullmatch(said):
        return said
    raise StringMalformed(f"section {section}", "is not of the kind its id asks for")
