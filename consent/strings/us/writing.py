"""Writing US sections by their tables."""

from collections.abc import Mapping

from consent.strings.us.fields import Field
from consent.strings.us.model import GPC, LARGEST, UsSection, Value, layout_of
from consent.strings.writer import BitWriter


def encode(said: UsSection) -> str:
    """Write a US section; raises StringMalformed for a name or a value it does not have."""
    layout = layout_of(said.section, said.version)
    writer = BitWriter(where=layout.name)
    writer.number(layout.version, 6, "version")
    segments = [_write(writer, layout.fields, said.fields)]
    if said.gpc is not None:
        if not layout.gpc:
            raise writer.error("gpc", "is not part of this section")
        second = BitWriter(where=layout.name)
        second.number(GPC, 2, "type")
        second.flag(said.gpc)
        segments.append(second.text(8, 6))
    if said.extra is not None:
        if not layout.extra:
            raise writer.error("extra", "is not part of this section")
        segments.append(_write(BitWriter(where=layout.name), layout.extra, said.extra))
    return ".".join(segments)


def _write(writer: BitWriter, table: tuple[Field, ...], fields: Mapping[str, Value]) -> str:
    unknown = fields.keys() - {name for name, _, _ in table}
    if unknown:
        raise writer.error(min(unknown), "is not part of this section")
    for name, count, least in table:
        value = fields.get(name, (0,) * count if count else 2 * least)
        values = value if isinstance(value, tuple) else (value,)
        if len(values) != (count or 1) or isinstance(value, tuple) != bool(count):
            raise writer.error(name, f"is not {count or 'one value'}")
        if not least <= min(values) <= max(values) <= LARGEST:
            raise writer.error(name, f"is not {least} to {LARGEST}")
        for each in values:
            writer.number(each, 2, name)
    return writer.text(8, 6)
