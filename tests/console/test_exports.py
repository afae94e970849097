"""The list as a file: complete, in constant memory, with bytes that lead to the root."""

import csv
import io
import json
import zipfile
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

import pytest
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from audit import actions
from audit import queries as audit
from audit.checkpoints import VerifierKey, open_checkpoint
from audit.merkle import root
from audit.queries import Filters
from console import archives
from tests.console.conftest import Browser


def exported(browser: Browser, **parameters: str) -> dict[str, bytes]:
    """The files of an export by name."""
    response = browser.get(reverse("console:export"), parameters)
    assert isinstance(response, StreamingHttpResponse)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_whole_list_as_json_rebuilds_the_root_that_was_signed(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    for number in range(30):
        actions.append(kind="use", at=timezone.now(), facts={"purpose": "sale", "count": number})
    sequence()
    files = exported(desk, format="jsonl")
    rows = [json.loads(line) for line in files["events.jsonl"].splitlines()]
    placed = sorted((row for row in rows if row["place"] is not None), key=lambda r: r["place"])
    leaves = [sha256(b"\x00" + b64decode(row["body_base64"])).digest() for row in placed]
    key = VerifierKey.parse(files["vkey"].decode())
    head = open_checkpoint(files["checkpoint"].decode(), key)
    assert len(leaves) == head.size
    assert root(leaves) == head.root


@pytest.mark.django_db
def test_the_filters_of_the_list_are_those_of_the_file(desk: Browser) -> None:
    actions.append(kind="decision.deny", at=timezone.now(), facts={"reason": "CONSENT_REFUSED"})
    actions.append(kind="decision.permit", at=timezone.now(), facts={"reason": "CONSENT_GIVEN"})
    files = exported(desk, format="csv", outcome="refused")
    rows = list(csv.DictReader(io.StringIO(files["events.csv"].decode())))
    assert [row["reason"] for row in rows] == ["CONSENT_REFUSED"]
    assert "outcome = refused" in files["README.txt"].decode()


@pytest.mark.django_db
def test_a_cell_that_a_spreadsheet_would_run_is_defused(desk: Browser) -> None:
    actions.append(kind="use", at=timezone.now(), facts={"recipient": "=HYPERLINK(1)"})
    files = exported(desk, format="csv", kind="use")
    rows = list(csv.DictReader(io.StringIO(files["events.csv"].decode())))
    assert rows[0]["recipient"] == "'=HYPERLINK(1)"


@pytest.mark.django_db
def test_an_export_is_on_record_with_the_names_of_its_filters(desk: Browser) -> None:
    exported(desk, format="csv", purpose="sale")
    found = audit.events(filters=Filters(kind="console.exported"))
    assert [(event.facts["form"], event.facts["filters"]) for event in found] == [
        ("csv", ["purpose"])
    ]


@pytest.mark.django_db
def test_an_unknown_form_leads_back_to_the_list(desk: Browser) -> None:
    response = desk.get(reverse("console:export"), {"format": "exe", "purpose": "sale"})
    assert response.headers["Location"] == reverse("console:audit") + "?purpose=sale"


def test_an_archive_is_sent_in_pieces_before_its_content_ends() -> None:
    read = []

    def content() -> object:
        for number in range(100):
            read.append(number)
            yield Random(number).randbytes(10_000)

    pieces = archives.stream([("a", content())], at=datetime(2026, 11, 22, tzinfo=UTC))
    next(pieces)
    assert len(read) < 100
    rest = b"".join(pieces)
    assert len(read) == 100
    assert rest
