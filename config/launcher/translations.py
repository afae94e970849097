"""Compiles the translations without gettext on the machine, and says when that was forgotten."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def read(path: Path) -> Catalog:
    """The messages in one .po file; raises PoFileError where it is malformed."""
    language = path.parent.parent.name
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def compiled(path: Path) -> bytes:
    """What the .mo file beside `path` must hold."""
    buffer = BytesIO()
    write_mo(buffer, read(path))
    return buffer.getvalue()


def complaints(path: Path) -> list[str]:
    """What is wrong with one catalogue: not compiled, untranslated, fuzzy, broken placeholders."""
    try:
        catalogue = read(path)
    except PoFileError as error:
        return [str(error)]
    target = path.with_suffix(".mo")
    found = []
    if not target.exists() or target.read_bytes() != compiled(path):
        found.append("is not compiled; run `make translations`")
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(strings):
            found.append(f"line {message.lineno}: not translated")
        elif message.fuzzy:
            found.append(f"line {message.lineno}: fuzzy")
        found += [f"line {message.lineno}: {error}" for error in message.check(catalogue)]
    return found
