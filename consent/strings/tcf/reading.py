"""Reading TC strings."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from consent.strings.days import read_day
from consent.strings.errors import StringMalformed
from consent.strings.fixed_ranges import read_ids, read_runs
from consent.strings.reader import BitReader
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


def decode(text: str) -> TcString:
    """Read a TC string; raises StringMalformed for anything its format does not allow."""
    core, *segments = text.split(".")
    fields = _read_core(core)
    for segment in segments:
        name, value = _read_segment(segment)
        if name in fields:
            raise StringMalformed(name, "comes twice")
        fields[name] = value
    fields.setdefault("disclosed_vendors", None)
    return TcString(**fields)


def _read_core(text: str) -> dict[str, Any]:
    reader = BitReader(text, where="core")
    if reader.number(6, "version") != VERSION:
        raise StringMalformed("core.version", f"is not {VERSION}")
    fields: dict[str, Any] = {
        "created": read_day(reader, "created"),
        "last_updated": read_day(reader, "last_updated"),
        "cmp_id": reader.number(12, "cmp_id"),
        "cmp_version": reader.number(12, "cmp_version"),
        "consent_screen": reader.number(6, "consent_screen"),
        "language": reader.letters("language"),
        "vendor_list_version": reader.number(12, "vendor_list_version"),
        "policy_version": reader.number(6, "policy_version"),
        "service_specific": reader.flag("service_specific"),
        "non_standard_texts": reader.flag("non_standard_texts"),
        "special_features": reader.numbered(SPECIAL_FEATURES, "special_features"),
        "purpose_consents": reader.numbered(PURPOSES, "purpose_consents"),
        "purpose_interests": reader.numbered(PURPOSES, "purpose_interests"),
        "purpose_one_treatment": reader.flag("purpose_one_treatment"),
        "country": reader.letters("country"),
        "vendor_consents": read_ids(reader, "vendor_consents"),
        "vendor_interests": read_ids(reader, "vendor_interests"),
        "restrictions": _read_restrictions(reader),
    }
    reader.finish()
    return fields


def _read_restrictions(reader: BitReader) -> tuple[tuple[int, int, tuple[range, ...]], ...]:
    name = "restrictions"
    found: dict[tuple[int, int], tuple[range, ...]] = {}
    for _ in range(reader.number(12, name)):
        purpose, kind = reader.number(6, name), reader.number(2, name)
        if not 1 <= purpose <= PURPOSES or kind >= RESTRICTION_TYPES:
            raise reader.error(name, "names a purpose or a type that does not exist")
        if (purpose, kind) in found:
            raise reader.error(name, "restricts a purpose in one way twice")
        found[purpose, kind] = read_runs(reader, name)
    return tuple((*key, runs) for key, runs in sorted(found.items()) if runs)


def _read_segment(text: str) -> tuple[str, Any]:
    reader = BitReader(text, where="segment")
    kind = reader.number(3, "type")
    read = _SEGMENTS.get(kind)
    if read is None:
        raise StringMalformed("segment.type", "is not one that follows a core")
    found = read(reader)
    reader.finish()
    return found


def _read_publisher(reader: BitReader) -> tuple[str, PublisherTc]:
    consents = reader.numbered(PURPOSES, "publisher.consents")
    interests = reader.numbered(PURPOSES, "publisher.interests")
    count = reader.number(6, "publisher.custom_count")
    publisher = PublisherTc(
        consents=consents,
        interests=interests,
        custom_count=count,
        custom_consents=reader.numbered(count, "publisher.custom_consents"),
        custom_interests=reader.numbered(count, "publisher.custom_interests"),
    )
    return "publisher", publisher


_SEGMENTS: Final[Mapping[int, Callable[[BitReader], tuple[str, Any]]]] = {
    DISCLOSED: lambda reader: ("disclosed_vendors", read_ids(reader, "disclosed_vendors")),
    ALLOWED: lambda reader: ("allowed_vendors", read_ids(reader, "allowed_vendors")),
    PUBLISHER: _read_publisher,
}
