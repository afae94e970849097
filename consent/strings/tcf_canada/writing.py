"""Writing Canadian strings."""

from consent.strings.days import write_day
from consent.strings.fibonacci_ranges import write_fibonacci_ids
from consent.strings.runs import joined, spans
from consent.strings.tcf.model import PURPOSES, RESTRICTION_TYPES, SPECIAL_FEATURES
from consent.strings.tcf_canada.model import (
    DISCLOSED,
    PUBLISHER,
    VERSION,
    PublisherCanada,
    TcfCanada,
)
from consent.strings.writer import BitWriter


def encode(said: TcfCanada) -> str:
    """Write section 5; raises StringMalformed for a value that does not fit."""
    segments = [_write_core(said)]
    if said.publisher is not None:
        segments.append(_write_publisher(said.publisher))
    if said.disclosed_vendors is not None:
        writer = BitWriter(where="tcfcav1")
        writer.number(DISCLOSED, 3, "segment_type")
        write_fibonacci_ids(writer, spans(said.disclosed_vendors), "disclosed_vendors")
        segments.append(writer.text(8, 6))
    return ".".join(segments)


def _write_core(said: TcfCanada) -> str:
    writer = BitWriter(where="tcfcav1")
    writer.number(VERSION, 6, "version")
    write_day(writer, said.created, "created")
    write_day(writer, said.last_updated, "last_updated")
    writer.number(said.cmp_id, 12, "cmp_id")
    writer.number(said.cmp_version, 12, "cmp_version")
    writer.number(said.consent_screen, 6, "consent_screen")
    writer.letters(said.language, "language")
    writer.number(said.vendor_list_version, 12, "vendor_list_version")
    writer.number(said.policy_version, 6, "policy_version")
    writer.flag(said.non_standard_stacks)
    writer.numbered(said.special_features, SPECIAL_FEATURES, "special_features")
    writer.numbered(said.purposes_express, PURPOSES, "purposes_express")
    writer.numbered(said.purposes_implied, PURPOSES, "purposes_implied")
    write_fibonacci_ids(writer, spans(said.vendors_express), "vendors_express")
    write_fibonacci_ids(writer, spans(said.vendors_implied), "vendors_implied")
    _write_restrictions(writer, said)
    return writer.text(8, 6)


def _write_restrictions(writer: BitWriter, said: TcfCanada) -> None:
    name = "restrictions"
    writer.number(len(said.restrictions), 12, name)
    for purpose, kind, runs in said.restrictions:
        if not 1 <= purpose <= PURPOSES or not 0 <= kind < RESTRICTION_TYPES:
            raise writer.error(name, "names a purpose or a type that does not exist")
        writer.number(purpose, 6, name)
        writer.number(kind, 2, name)
        write_fibonacci_ids(writer, joined(runs), name)


def _write_publisher(said: PublisherCanada) -> str:
    writer = BitWriter(where="tcfcav1")
    writer.number(PUBLISHER, 3, "segment_type")
    writer.numbered(said.express, PURPOSES, "publisher.express")
    writer.numbered(said.implied, PURPOSES, "publisher.implied")
    writer.number(said.custom_count, 6, "publisher.custom_count")
    writer.numbered(said.custom_express, said.custom_count, "publisher.custom_express")
    writer.numbered(said.custom_implied, said.custom_count, "publisher.custom_implied")
    return writer.text(8, 6)
