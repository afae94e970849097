"""Reading Canadian strings, in the Fibonacci form and in the fixed one of earlier encoders."""

from typing import Any

from consent.strings.days import read_day
from consent.strings.errors import StringMalformed
from consent.strings.fibonacci_ranges import read_fibonacci_ids
from consent.strings.fixed_ranges import read_ids, read_runs
from consent.strings.reader import BitReader
from consent.strings.tcf.model import PURPOSES, RESTRICTION_TYPES, SPECIAL_FEATURES
from consent.strings.tcf_canada.model import (
    DISCLOSED,
    PUBLISHER,
    VERSION,
    PublisherCanada,
    TcfCanada,
)
from consent.strings.tcf_canada.writing import encode


def decode(text: str) -> TcfCanada:
    """Read section 5; raises StringMalformed for anything its format does not allow."""
    try:
        newer = _read(text, by_fibonacci=True)
    except StringMalformed as fault:
        try:
            return _read(text, by_fibonacci=False)
        except StringMalformed:
            raise fault from None
    if _bare(encode(newer)) == _bare(text):
        return newer
    try:
        return _read(text, by_fibonacci=False)
    except StringMalformed:
        return newer


def _bare(text: str) -> list[str]:
    return sorted(segment.rstrip("A") for segment in text.split("."))


def _read(text: str, *, by_fibonacci: bool) -> TcfCanada:
    core, *segments = text.split(".")
    fields = _read_core(core, by_fibonacci)
    for segment in segments:
        name, value = _read_segment(segment, by_fibonacci)
        if name in fields:
            raise StringMalformed(f"tcfcav1.{name}", "comes twice")
        fields[name] = value
    return TcfCanada(**fields)


def _read_core(text: str, by_fibonacci: bool) -> dict[str, Any]:
    reader = BitReader(text, where="tcfcav1")
    if reader.number(6, "version") != VERSION:
        raise reader.error("version", f"is not {VERSION}")
    fields: dict[str, Any] = {
        "created": read_day(reader, "created"),
        "last_updated": read_day(reader, "last_updated"),
        "cmp_id": reader.number(12, "cmp_id"),
        "cmp_version": reader.number(12, "cmp_version"),
        "consent_screen": reader.number(6, "consent_screen"),
        "language": reader.letters("language"),
        "vendor_list_version": reader.number(12, "vendor_list_version"),
        "policy_version": reader.number(6, "policy_version"),
        "non_standard_stacks": reader.flag("non_standard_stacks"),
        "special_features": reader.numbered(SPECIAL_FEATURES, "special_features"),
        "purposes_express": reader.numbered(PURPOSES, "purposes_express"),
        "purposes_implied": reader.numbered(PURPOSES, "purposes_implied"),
        "vendors_express": _read_ids(reader, "vendors_express", by_fibonacci),
        "vendors_implied": _read_ids(reader, "vendors_implied", by_fibonacci),
        "restrictions": _read_restrictions(reader, by_fibonacci),
    }
    reader.finish()
    return fields


def _read_restrictions(
    reader: BitReader, by_fibonacci: bool
) -> tuple[tuple[int, int, tuple[range, ...]], ...]:
    name = "restrictions"
    found: dict[tuple[int, int], tuple[range, ...]] = {}
    for _ in range(reader.number(12, name)):
        purpose, kind = reader.number(6, name), reader.number(2, name)
        if not 1 <= purpose <= PURPOSES or kind >= RESTRICTION_TYPES:
            raise reader.error(name, "names a purpose or a type that does not exist")
        if (purpose, kind) in found:
            raise reader.error(name, "restricts a purpose in one way twice")
        # Because a few letters can name every vendor for every purpose, runs stay runs.
        found[purpose, kind] = (
            read_fibonacci_ids(reader, name) if by_fibonacci else read_runs(reader, name)
        )
    return tuple((*key, runs) for key, runs in sorted(found.items()))


def _read_segment(text: str, by_fibonacci: bool) -> tuple[str, Any]:
    reader = BitReader(text, where="tcfcav1")
    kind = reader.number(3, "segment_type")
    found: tuple[str, Any]
    if kind == DISCLOSED:
        name = "disclosed_vendors"
        found = (name, _read_ids(reader, name, by_fibonacci))
    elif kind == PUBLISHER:
        found = ("publisher", _read_publisher(reader))
    else:
        raise reader.error("segment_type", "is not one that follows a core")
    reader.finish()
    return found


def _read_publisher(reader: BitReader) -> PublisherCanada:
    express = reader.numbered(PURPOSES, "publisher.express")
    implied = reader.numbered(PURPOSES, "publisher.implied")
    count = reader.number(6, "publisher.custom_count")
    return PublisherCanada(
        express=express,
        implied=implied,
        custom_count=count,
        custom_express=reader.numbered(count, "publisher.custom_express"),
        custom_implied=reader.numbered(count, "publisher.custom_implied"),
    )


def _read_ids(reader: BitReader, name: str, by_fibonacci: bool) -> frozenset[int]:
    if not by_fibonacci:
        return read_ids(reader, name)
    return frozenset(each for run in read_fibonacci_ids(reader, name) for each in run)
