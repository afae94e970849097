"""Rows of a CSV or a Parquet file, numbered from 1, a few thousand in memory at a time."""

import csv
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

AT_ONCE = 1_000
# What a row has under this name that is more than its header.
TOO_MANY = ""

Row = dict[str, Any]


class TableRefused(ValueError):
    """The file cannot be read, or lacks a column; the text says which."""


def rows(file: Path, *, wanted: Collection[str], delimiter: str = ",") -> Iterator[tuple[int, Row]]:
    """The rows of a file by its ending; raises TableRefused."""
    try:
        if file.suffix.lower() == ".parquet":
            yield from _parquet(file, wanted)
        else:
            yield from _csv(file, wanted, delimiter)
    except (OSError, UnicodeDecodeError, csv.Error, pyarrow.ArrowException) as error:
        raise TableRefused(f"The file cannot be read ({type(error).__name__}).") from error


def _csv(file: Path, wanted: Collection[str], delimiter: str) -> Iterator[tuple[int, Row]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        reader = csv.DictReader(source, delimiter=delimiter, restkey=TOO_MANY, strict=True)
        _check(reader.fieldnames or (), wanted)
        yield from enumerate(reader, 1)


def _parquet(file: Path, wanted: Collection[str]) -> Iterator[tuple[int, Row]]:
    with parquet.ParquetFile(file) as source:
        _check(source.schema_arrow.names, wanted)
        number = 0
        for batch in source.iter_batches(batch_size=AT_ONCE, columns=sorted(wanted)):
            for row in batch.to_pylist():
                number += 1
                yield number, row


def _check(names: Collection[str], wanted: Collection[str]) -> None:
    missing = sorted(set(wanted) - set(names))
    if missing:
        raise TableRefused("The file has no column " + ", ".join(missing) + ".")
