"""The shape of a copy: a ZIP with a page to read, JSON and CSV for machines, and a README.

Pure, and streaming: every section is a function that gives its rows anew, so that the page,
the JSON and the CSV are each written row by row, whatever a person has.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FORMAT = "sayso-export@1"
# Because a spreadsheet would run such a cell; a sign before a number or a phone is no formula.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s().-]*$)")
_STYLE = """
body{font:17px/1.55 Georgia,serif;max-width:66rem;margin:2rem auto;padding:0 1rem;
color:#1d1d1b;background:#fff}
table{border-collapse:collapse;width:100%;font:15px/1.4 system-ui,sans-serif}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #767676}
@media(prefers-color-scheme:dark){body{color:#f2f0ea;background:#191917}a{color:#9cc7ff}}
"""


class Sink(Protocol):
    """Where the ZIP goes; it need not seek."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One section: its title, its columns, how many rows, and a way to read them again."""

    title: str
    columns: Sequence[str]
    count: int
    rows: Callable[[], Iterator[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of a copy in the person's language; `columns` names columns for people."""

    language: str
    title: str
    intro: str
    readme: str
    empty: str
    contents: str
    columns: Mapping[str, str]


def pack(
    sink: Sink, *, words: Words, parts: Sequence[Part], request: str, made_at: datetime
) -> None:
    """Write the whole ZIP to `sink`."""
    stamp = made_at.timetuple()[:6]
    names = [csv_name(index, part.title) for index, part in enumerate(parts, 1)]
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        _member(archive, "index.html", stamp, page(words, parts))
        _member(archive, "data.json", stamp, document(parts, request, made_at))
        for name, part in zip(names, parts, strict=True):
            _member(archive, name, stamp, table(part))
        _member(archive, "README.txt", stamp, iter([words.readme + "\n"]))


def _member(archive: ZipFile, name: str, stamp: tuple[int, ...], texts: Iterator[str]) -> None:
    info = ZipInfo(name, stamp)  # type: ignore[arg-type]
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as member:
        for text in texts:
            member.write(text.encode())


def csv_name(index: int, title: str) -> str:
    """`csv/03-who-received-your-data.csv`: every letter that a file name bears is kept."""
    text = unicodedata.normalize("NFC", title).lower()
    slug = re.sub(r"[^\w]+", "-", text).strip("-")[:60] or "section"
    return f"csv/{index:02d}-{slug}.csv"


def page(words: Words, parts: Sequence[Part]) -> Iterator[str]:
    """index.html: readable without a network and without scripts."""
    yield f'<!doctype html>\n<html lang="{escape(words.language)}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(words.title)}</title><style>{_STYLE}</style></head><body>\n"
    yield f"<h1>{escape(words.title)}</h1>\n<p>{escape(words.intro)}</p>\n"
    yield f'<nav aria-label="{escape(words.contents)}"><ol>\n'
    for index, part in enumerate(parts, 1):
        yield f'<li><a href="#s{index}">{escape(part.title)}</a> ({part.count})</li>\n'
    yield "</ol></nav>\n"
    for index, part in enumerate(parts, 1):
        yield f'<section><h2 id="s{index}">{escape(part.title)}</h2>\n'
        yield from _rows_of_page(words, part)
        yield "</section>\n"
    yield "</body></html>\n"


def _rows_of_page(words: Words, part: Part) -> Iterator[str]:
    if not part.count:
        yield f"<p>{escape(words.empty)}</p>\n"
        return
    heads = (escape(words.columns.get(name, name)) for name in part.columns)
    yield "<table><thead><tr>" + "".join(f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr></thead><tbody>\n"
    for row in part.rows():
        cells = (escape(cell(row.get(name))) for name in part.columns)
        yield "<tr>" + "".join(f"<td>{text}</td>" for text in cells) + "</tr>\n"
    yield "</tbody></table>\n"


def document(parts: Sequence[Part], request: str, made_at: datetime) -> Iterator[str]:
    """data.json: exactly the values, nothing shortened."""
    head = {"format": FORMAT, "request": request, "made_at": made_at.isoformat()}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "sections": ['
    for index, part in enumerate(parts):
        title = json.dumps({"title": part.title, "columns": list(part.columns)}, ensure_ascii=False)
        yield (",\n" if index else "\n") + title[:-1] + ', "rows": ['
        for number, row in enumerate(part.rows()):
            yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False, default=str)
        yield "]}"
    yield "\n]}\n"


def table(part: Part) -> Iterator[str]:
    """One section as CSV (RFC 4180), UTF-8 with a mark that spreadsheets know."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(part.columns)
    for row in part.rows():
        writer.writerow([tame(cell(row.get(name))) for name in part.columns])
        if buffer.tell() > 32_768:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def cell(value: Any) -> str:
    """One value as text: lists joined, yes and no as 1 and 0, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list | tuple):
        return "; ".join(cell(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def tame(text: str) -> str:
    """The text, with a quote before what a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
