"""Reading US sections by their tables."""

from consent.strings.errors import StringMalformed
from consent.strings.reader import BitReader
from consent.strings.us.fields import Field
from consent.strings.us.model import GPC, LARGEST, UsSection, Value, layout_of


def decode(section: int, text: str) -> UsSection:
    """Read a US section; raises StringMalformed for anything its table does not allow."""
    core, *segments = text.split(".")
    reader = BitReader(core, where=f"section {section}")
    layout = layout_of(section, reader.number(6, "version"))
    fields = _read(reader, layout.fields)
    if len(segments) > 1 or (segments and not (layout.gpc or layout.extra)):
        raise StringMalformed(layout.name, "has a segment too many")
    found = UsSection(section, layout.version, fields)
    if not segments:
        return found
    second = BitReader(segments[0], where=f"{layout.name}.second")
    if layout.extra:
        return UsSection(section, layout.version, fields, extra=_read(second, layout.extra))
    return UsSection(section, layout.version, fields, gpc=_read_gpc(second))


def _read(reader: BitReader, table: tuple[Field, ...]) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    for name, count, least in table:
        values = tuple(reader.number(2, name) for _ in range(count or 1))
        if not least <= min(values) <= max(values) <= LARGEST:
            raise reader.error(name, f"is not {least} to {LARGEST}")
        fields[name] = values if count else values[0]
    reader.finish()
    return fields


def _read_gpc(reader: BitReader) -> bool:
    if reader.number(2, "type") != GPC:
        raise reader.error("type", f"is not {GPC}")
    on = reader.flag("gpc")
    reader.finish()
    return on
