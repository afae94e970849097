"""Writing TC strings."""

from typing import Final

from consent.strings.days import write_day
from consent.strings.errors import StringMalformed
from consent.strings.fixed_ranges import write_ids, write_runs
from consent.strings.runs import joined
from consent.strings.tcf.model import (
    ALLOWED,
    DISCLOSED,
    PUBLISHER,
    PURPOSES,
    RESTRICTION_TYPES,
    SPECIAL_FEATURES,
    VERSION,
    PublisherTc,
    TcString,
)
from consent.strings.writer import BitWriter

_STEP: Final = 24


def encode(said: TcString) -> str:
    """Write a TC string, disclosed vendors always among it.

    Raises StringMalformed for a value that does not fit, and where the disclosed vendors are
    not known: a string without them has been invalid since DISCLOSURE_DUE.
    """
    if said.disclosed_vendors is None:
        raise StringMalformed("disclosed_vendors", "are missing; TCF 2.3 asks for them")
    segments = [_write_core(said), _write_vendors(DISCLOSED, said.disclosed_vendors)]
    if said.allowed_vendors is not None:
        segments.append(_write_vendors(ALLOWED, said.allowed_vendors))
    if said.publisher is not None:
        segments.append(_write_publisher(said.publisher))
    return ".".join(segments)


def _write_core(said: TcString) -> str:
    writer = BitWriter(where="core")
    writer.number(VERSION, 6, "version")
    write_day(writer, said.created, "created")
    write_day(writer, said.last_updated, "last_updated")
    writer.number(said.cmp_id, 12, "cmp_id")
    writer.number(said.cmp_version, 12, "cmp_version")
    writer.number(said.consent_screen, 6, "consent_screen")
    writer.letters(said.language, "language")
    writer.number(said.vendor_list_version, 12, "vendor_list_version")
    writer.number(said.policy_version, 6, "policy_version")
    writer.flag(said.service_specific)
    writer.flag(said.non_standard_texts)
    writer.numbered(said.special_features, SPECIAL_FEATURES, "special_features")
    writer.numbered(said.purpose_consents, PURPOSES, "purpose_consents")
    writer.numbered(said.purpose_interests, PURPOSES, "purpose_interests")
    writer.flag(said.purpose_one_treatment)
    writer.letters(said.country, "country")
    write_ids(writer, said.vendor_consents, "vendor_consents")
    write_ids(writer, said.vendor_interests, "vendor_interests")
    _write_restrictions(writer, said)
    return writer.text(_STEP)


def _write_restrictions(writer: BitWriter, said: TcString) -> None:
    name = "restrictions"
    writer.number(len(said.restrictions), 12, name)
    for purpose, kind, runs in said.restrictions:
        if not 1 <= purpose <= PURPOSES or not 0 <= kind < RESTRICTION_TYPES:
            raise writer.error(name, "names a purpose or a type that does not exist")
        writer.number(purpose, 6, name)
        writer.number(kind, 2, name)
        write_runs(writer, joined(runs), name)


def _write_vendors(kind: int, vendors: frozenset[int]) -> str:
    writer = BitWriter(where="segment")
    writer.number(kind, 3, "type")
    write_ids(writer, vendors, "vendors")
    return writer.text(_STEP)


def _write_publisher(said: PublisherTc) -> str:
    writer = BitWriter(where="segment")
    writer.number(PUBLISHER, 3, "type")
    writer.numbered(said.consents, PURPOSES, "publisher.consents")
    writer.numbered(said.interests, PURPOSES, "publisher.interests")
    writer.number(said.custom_count, 6, "publisher.custom_count")
    writer.numbered(said.custom_consents, said.custom_count, "publisher.custom_consents")
    writer.numbered(said.custom_interests, said.custom_count, "publisher.custom_interests")
    return writer.text(_STEP)
