"""Compiles the translations without gettext on the machine, and says when that was forgotten."""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from config.launcher.options import PROJECT

LOCALES = PROJECT / "config" / "locale"


def catalogues() -> list[Path]:
    """Every django.po of the project."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/django.po"))


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


def compile_all() -> int:
    """Write each .mo; 0."""
    for path in catalogues():
        path.with_suffix(".mo").write_bytes(compiled(path))
        print(f"{path.with_suffix('.mo').relative_to(PROJECT)} written")
    return 0


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


def check() -> int:
    """0 where every catalogue is compiled and whole."""
    wrong = [
        f"{path.relative_to(PROJECT)} {text}" for path in catalogues() for text in complaints(path)
    ]
    print("\n".join(wrong) or "The translations are compiled and whole.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit({"compile": compile_all, "check": check}[sys.argv[1]]())
