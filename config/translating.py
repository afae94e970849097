"""Gathering the words to translate, without gettext installed.

Words come from Python (read as syntax trees by Babel) and from templates (turned into Python
by Django's own `templatize`, so that both agree on what a message is).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

FOLDERS = ("config", "portal", "console", "personalization", "profiles", "consent", "audit")
PYTHON_NAMES = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Because the number of forms must be the one that Django's own words in Ukrainian have.
PLURALS = {
    "uk": "nplurals=4; plural=(n % 1 == 0 && n % 10 == 1 && n % 100 != 11 ? 0 : n % 1 == 0 "
    "&& n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : n % 1 == 0 && "
    "(n % 10 ==0 || (n % 10 >=5 && n % 10 <=9) || (n % 100 >=11 && n % 100 <=14 )) ? 2: 3);"
}
SOURCE = "en"
# Because a date of today would make another file of the same words.
DATE = "2026-01-01 00:00+0000"


@dataclass(frozen=True, slots=True)
class Found:
    """A message in the sources: `id` is a pair where it has a plural."""

    id: str | tuple[str, str]
    context: str | None
    place: str


def languages() -> list[str]:
    """The languages that need a file: all but the one the messages are written in."""
    return [code for code, _name in settings.LANGUAGES if code != SOURCE]


def folder(language: str) -> Path:
    """Where the two files of a language lie."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES"


def found_messages() -> Iterator[Found]:
    """Every message in our Python and our templates."""
    for name in FOLDERS:
        for path in sorted((settings.BASE_DIR / name).rglob("*")):
            if path.suffix == ".py":
                yield from _messages(path.read_bytes(), path)
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                yield from _messages(_as_python(path), path)


def _as_python(path: Path) -> bytes:
    """A template as Python that calls gettext; lines start at the margin, as Python wants."""
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.lstrip() for line in text.split("\n")).encode()


def _messages(source: bytes, path: Path) -> Iterator[Found]:
    place = path.relative_to(settings.BASE_DIR).as_posix()
    options = {"encoding": "utf-8"}
    for _line, words, _comments, context in extract(
        "python", BytesIO(source), PYTHON_NAMES, options=options
    ):
        message = tuple(words) if isinstance(words, tuple | list) else words
        if message and (isinstance(message, tuple) or message.strip()):
            yield Found(id=message, context=context, place=place)  # type: ignore[arg-type]


def kept(language: str) -> Catalog:
    """The translations as they are kept; empty where there are none yet."""
    path = folder(language) / "django.po"
    if not path.exists():
        return _new(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _new(language: str) -> Catalog:
    made = Catalog(locale=language, project="Sayso", fuzzy=False, charset="utf-8")
    made.mime_headers = [("Plural-Forms", PLURALS[language])]
    return made


def gathered(language: str) -> Catalog:
    """All messages of the sources, with the translations that exist; what is gone is left out."""
    known = {(_key(m.id), m.context): m.string for m in kept(language) if m.id}
    fresh = _new(language)
    for found in found_messages():
        string = known.get((_key(found.id), found.context), "")
        if isinstance(found.id, tuple) and not string:
            string = ("",) * fresh.num_plurals
        fresh.add(
            found.id, string, locations=[(found.place, 0)], context=found.context,
            flags=["python-format"] if _has_names(found.id) else [],
        )  # fmt: skip
    return fresh


def _key(message: object) -> str:
    return "\x00".join(message) if isinstance(message, tuple | list) else str(message)


def _has_names(message: str | tuple[str, str]) -> bool:
    return "%(" in _key(message)


def po_text(made: Catalog) -> str:
    """The `.po` file: the same words always give the same file."""
    out = BytesIO()
    write_po(out, made, width=96, sort_output=True, omit_header=True, include_lineno=False)
    plural = PLURALS[str(made.locale)]
    header = (
        'msgid ""\nmsgstr ""\n'
        '"Project-Id-Version: Sayso\\n"\n'
        f'"POT-Creation-Date: {DATE}\\n"\n"PO-Revision-Date: {DATE}\\n"\n'
        f'"Language: {made.locale}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )
    return header + out.getvalue().decode()


def missing(made: Catalog) -> list[Message]:
    """Messages without a whole translation: no words, or a plural form left empty."""
    return [message for message in made if message.id and not _whole(message, made.num_plurals)]


def _whole(message: Message, forms: int) -> bool:
    if isinstance(message.string, tuple | list):
        return len(message.string) == forms and all(message.string)
    return bool(message.string)
