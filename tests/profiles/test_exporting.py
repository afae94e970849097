"""A person's copy: complete, readable, sealed under their key, and gone when it should be."""

import csv
import io
import json
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import given as quickly
from hypothesis import strategies as st

from audit import queries as log
from consent.actions import joining, recording
from consent.actions.asking import ask
from consent.acts import Act
from consent.questions import Mint
from keys.errors import BoxRefused
from profiles import folder, packing
from profiles.actions import accounts, exporting, steps, vault
from profiles.actions.permits import OwnerPermit
from profiles.errors import ExportGone, RequestUnknown
from profiles.holder import VaultHolder
from profiles.models import Disclosure, ExportFile, Request
from profiles.queries import copies
from profiles.queries import requests as queries
from profiles.sealed_files import CHUNK, SealedWriter, read_lines, read_sealed, write_lines
from tests.cast import bring_in, given, question
from tests.profiles import acts
from tests.profiles.acts import alone, opened, worked

needs_database = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_folder() -> Iterator[None]:
    """Because files outlive a transaction that is rolled back."""
    yield
    for path in folder.folder().iterdir():
        path.unlink()


@alone
def fetched(request: Request) -> zipfile.ZipFile:
    chunks = exporting.open_export(request_id=request.pk, by="portal", at=timezone.now())
    return zipfile.ZipFile(io.BytesIO(b"".join(chunks)))


def sections(archive: zipfile.ZipFile) -> dict[str, list[dict[str, object]]]:
    document = json.loads(archive.read("data.json"))
    return {section["title"]: section["rows"] for section in document["sections"]}


def disclose(subject_id: UUID) -> None:
    Disclosure.objects.create(
        subject_id=subject_id,
        recipient_id="northwind",
        purpose="targeted_ads",
        attributes=["age_band"],
        at=timezone.now(),
        permit=uuid4(),
        log_event=uuid4(),
    )


@needs_database
def test_a_copy_names_the_joins_and_nobody_who_was_joined(ada: UUID, ben: UUID) -> None:
    alone(joining.join)(one=ada, other=ben, kind="device", by="portal", at=timezone.now())
    ended = alone(joining.join)(
        one=ada, other=bring_in("EU-DE"), kind="household", by="shop-app", at=timezone.now()
    )
    reason = "The household had moved apart."
    alone(joining.part)(link=ended.link.pk, by=str(uuid4()), at=timezone.now(), reason=reason)

    archive = fetched(worked(opened(ada, "copy")))
    rows = sections(archive)["Records that were joined with yours"]
    page = archive.read("index.html").decode()

    assert [(row["join_kind"], row["until"] is None) for row in rows] == [
        ("device", True),
        ("household", False),
    ]
    assert all(row["since"] for row in rows)
    assert rows[1]["ended"] == f"Taken apart by our privacy office: {reason}"
    assert "A browser" in page and "Joined with" in page and reason in page
    assert str(ben) not in page and ben.hex not in page


@needs_database
def test_a_copy_holds_what_article_15_asks_for(ada: UUID) -> None:
    accounts.create_customer(
        subject_id=ada, email="ada@lark.example", language="en", at=timezone.now()
    )
    disclose(ada)
    bought = vault.Block(ada, "purchases.produce", [["pears", 3, 2, 250, "b7"]], date(2026, 5, 1))
    vault.put(blocks=[bought], source="tests", at=timezone.now())
    ask(question=question(ada), at=timezone.now(), mint=Mint.ALL)
    request = worked(opened(ada, "copy"))
    assert request.state == "complete"
    archive = fetched(request)
    found = sections(archive)
    told = {row["code"]: row["value"] for row in found["What you told us"]}
    assert told == {"name": "Ada Lark", "email": "ada@lark.example", "age_band": "45-54"}
    assert [
        (row["day"], row["product"], row["quantity"], row["amount"], row["attribute"])
        for row in found["What we saw"]
        if "day" in row
    ] == [("2026-05-03", "pears", 2, "2.50", "Fruit and vegetables")]
    assert found["Who received your data"] == [
        {
            "at": found["Who received your data"][0]["at"],
            "recipient": "Northwind Advertising",
            "purpose": "Adverts in other places",
            "attributes": ["Age band"],
        }
    ]
    assert any(row["kind"] == "decision.permit" for row in found["Uses on record"])
    said = found["What you allowed and refused"][0]
    assert said["state"] == "given"
    assert said["words"]
    basis = {
        row["purpose"]: row for row in found["What your data is used for, on what basis, how long"]
    }
    assert all(row["legal_basis"] for row in basis.values())
    assert found["Who may receive it"]
    assert found["Who is responsible"][0]["contact"]
    assert found["Your account"][0]["language"] == "en"
    assert found["Your requests"][0]["request"] == request.public_id


@needs_database
def test_the_page_the_json_and_the_tables_say_the_same(ada: UUID) -> None:
    archive = fetched(worked(opened(ada, "copy")))
    names = archive.namelist()
    assert {"index.html", "data.json", "README.txt"} <= set(names)
    tables = [name for name in names if name.startswith("csv/")]
    found = sections(archive)
    assert len(tables) == len(found)
    page = archive.read("index.html").decode()
    for table, (title, rows) in zip(tables, found.items(), strict=True):
        read = list(csv.reader(io.StringIO(archive.read(table).decode("utf-8-sig"))))
        assert len(read) == len(rows) + 1
        assert title in page
    assert "Ada Lark" in page
    assert "<script" not in page
    assert "http" not in page.split("<section>")[0]


@needs_database
def test_what_is_taken_elsewhere_is_what_was_given_and_seen(ada: UUID) -> None:
    request = worked(opened(ada, "portability"))
    found = sections(fetched(request))
    assert set(found) == {"What you told us", "What we saw", "What you allowed and refused"}


@needs_database
def test_portability_leaves_out_what_was_worked_out(
    ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    permit = OwnerPermit(subject_id=ada, right="copy", language="en", now=timezone.now)
    grouped = copies.by_provenance(permit.attributes)
    assert set(grouped) >= {"provided", "observed"}
    portable = OwnerPermit(subject_id=ada, right="portability", language="en", now=timezone.now)
    assert set(portable.attributes) == set(permit.attributes) - set(grouped.get("inferred", ()))


@needs_database
def test_a_copy_speaks_the_persons_language(ada: UUID) -> None:
    accounts.create_customer(
        subject_id=ada, email="ada@lark.example", language="uk", at=timezone.now()
    )
    request = worked(opened(ada, "copy"))
    archive = fetched(request)
    assert '<html lang="uk">' in archive.read("index.html").decode()
    rows = [row for found in sections(archive).values() for row in found]
    assert any(row.get("attribute") == "Вікова група" for row in rows)


@needs_database
def test_on_disk_nothing_is_in_the_clear(ada: UUID) -> None:
    request = opened(ada, "copy")
    claim = steps.claim(request_id=request.pk, at=timezone.now())
    while claim and claim.step.action == exporting.COLLECT:
        alone(exporting.collect)(claim, now=timezone.now)
        assert any(folder.files_of(request.pk))
        claim = steps.claim(request_id=request.pk, at=timezone.now())
    assert claim is not None
    parts = list(folder.files_of(request.pk, "*.part"))
    assert len(parts) >= 5
    exporting.pack_copy(claim, now=timezone.now)
    for path in folder.files_of(request.pk):
        content = path.read_bytes()
        assert b"Lark" not in content
        assert b"PK\x03\x04" not in content
        assert path.stat().st_mode & 0o077 == 0


@needs_database
def test_downloads_are_counted_and_logged(ada: UUID) -> None:
    request = worked(opened(ada, "copy"))
    size = len(b"".join(exporting.open_export(request_id=request.pk, by="p", at=timezone.now())))
    fetched(request)
    shown = queries.progress(request).download
    assert shown is not None
    assert (shown.size, shown.downloads) == (size, 2)
    kinds = [event.kind for event in log.events(limit=10)]
    assert kinds.count("request.downloaded") == 2


@needs_database
def test_a_copy_is_kept_for_fourteen_days(ada: UUID) -> None:
    request = worked(opened(ada, "copy"))
    later = timezone.now() + timedelta(days=14)
    with pytest.raises(ExportGone):
        exporting.open_export(request_id=request.pk, by="portal", at=later)
    assert exporting.drop_expired(at=timezone.now()) == 0
    assert alone(exporting.drop_expired)(at=later) == 1
    assert not list(folder.files_of(request.pk))
    with pytest.raises(RequestUnknown):
        exporting.open_export(request_id=request.pk, by="portal", at=later)


@needs_database
def test_files_without_a_request_are_swept(ada: UUID) -> None:
    stray = folder.folder() / folder.copy_name(uuid4())
    stray.write_bytes(b"left behind")
    foreign = folder.folder() / "notes.txt"
    foreign.write_bytes(b"not ours")
    exporting.drop_expired(at=timezone.now())
    assert not stray.exists()
    assert foreign.exists()
    foreign.unlink()


@needs_database
def test_a_copy_that_was_cancelled_leaves_no_file(ada: UUID) -> None:
    request = opened(ada, "copy")
    claim = steps.claim(request_id=request.pk, at=timezone.now())
    assert claim is not None
    acts.cancel(request_id=request.pk, by="portal", at=timezone.now())
    with pytest.raises(steps.LeaseLost):
        alone(exporting.collect)(claim, now=timezone.now)
    assert not list(folder.files_of(request.pk))
    assert not ExportFile.objects.exists()


@needs_database
def test_a_change_of_mind_in_the_middle_loses_no_row(
    ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiles.queries.vault.PAGE", 3)
    now = timezone.now()
    for month in range(1, 13):
        block = vault.Block(
            ada,
            "purchases.produce",
            [[f"p{month}", 1, 1, 100, "b"]],
            now.date().replace(month=month, day=1),
        )
        alone(vault.put)(blocks=[block], source="tests", at=now)
    permit = OwnerPermit(subject_id=ada, right="copy", language="en", now=timezone.now)
    walking = copies.walk(subject_id=ada, attributes=("purchases.produce",), permit=permit)
    seen = [next(walking) for _ in range(4)]
    alone(recording.record)(
        subject_id=ada, act=Act(state="opted_out"), by="portal", at=timezone.now()
    )
    seen += list(alone(lambda: list(walking))())
    assert len(seen) == 13
    assert len({(block.attribute, block.month) for block in seen}) == 13


@needs_database
def test_every_page_was_read_under_a_permit_on_record(ada: UUID) -> None:
    before = len(log.events(filters=log.Filters(kind="decision.permit"), limit=500))
    worked(opened(ada, "portability"))
    events = log.events(filters=log.Filters(kind="decision.permit"), limit=500)
    mine = events[: len(events) - before]
    assert mine
    assert {event.facts["purpose"] for event in mine} == {"rights_fulfilment"}
    assert {event.facts["feature"] for event in mine} == {"export"}


@needs_database
def test_a_restricted_or_erasing_person_still_gets_their_copy(ada: UUID) -> None:
    opened(ada, "restriction")
    given(ada, "email_marketing")
    assert worked(opened(ada, "copy")).state == "complete"


def test_the_vault_holder_is_portable_and_the_account_is_not() -> None:
    assert VaultHolder.portable


# Files


def sealed(path: Path, content: bytes, key: bytes = b"k" * 32) -> Path:
    with SealedWriter(path, key=key) as writer:
        for start in range(0, len(content), 10_000):
            writer.write(content[start : start + 10_000])
    assert writer.size == len(content)
    return path


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 200_001])
def test_sealed_files_come_back(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = sealed(tmp_path / "one", content)
    assert b"".join(read_sealed(path, key=b"k" * 32)) == content


def test_a_sealed_file_opens_whole_or_not_at_all(tmp_path: Path) -> None:
    path = sealed(tmp_path / "one", os.urandom(3 * CHUNK))
    whole = path.read_bytes()
    box = len(whole) // 3
    damages = {
        "cut": whole[: 8 + box],
        "cut at a chunk": whole[: 8 + 4 + CHUNK + 29],
        "bit": whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        "longer": whole + whole[8:],
        "other": b"PK" + whole,
        "empty": b"",
    }
    for content in damages.values():
        path.write_bytes(content)
        with pytest.raises(BoxRefused):
            list(read_sealed(path, key=b"k" * 32))
    path.write_bytes(whole)
    moved = path.rename(tmp_path / "two")
    with pytest.raises(BoxRefused):
        list(read_sealed(moved, key=b"k" * 32))


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), SealedWriter(tmp_path / "one", key=b"k" * 32) as writer:
        writer.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_lines_cross_chunks(tmp_path: Path) -> None:
    rows = [{"n": number, "text": "Ї" * 50} for number in range(5000)]
    with SealedWriter(tmp_path / "one", key=b"k" * 32) as writer:
        assert list(write_lines(writer, rows)) == rows
    assert list(read_lines(tmp_path / "one", key=b"k" * 32)) == rows


def test_packing_takes_constant_memory(tmp_path: Path) -> None:
    def rows(count: int) -> packing.Part:
        return packing.Part(
            "Rows", ["n", "text"], count,
            lambda: ({"n": number, "text": f"{number:09d}" * 6} for number in range(count)),
        )  # fmt: skip

    words = packing.Words("en", "T", "I", "R", "E", "C", {})

    def peak(count: int) -> int:
        tracemalloc.start()
        with SealedWriter(tmp_path / str(count), key=b"k" * 32) as writer:
            packing.pack(
                writer, words=words, parts=[rows(count)], request="req_x", made_at=timezone.now()
            )
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    small, large = peak(500), peak(20_000)
    assert large < small + 500_000


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "+SUM(A1)", "-2+A1", "\t=1"])
def test_a_spreadsheet_runs_nothing_of_it(text: str) -> None:
    tamed = packing.tame(text)
    assert tamed == f"'{text}"


@pytest.mark.parametrize("text", ["+49 30 901820", "-3", "-3.50", "apples", "", "(1)"])
def test_numbers_and_telephones_stay_as_they_are(text: str) -> None:
    assert packing.tame(text) == text


@quickly(st.text(), st.text())
def test_the_page_never_runs_what_a_person_wrote(title: str, value: str) -> None:
    words = packing.Words("en", "T", "I", "R", "E", "C", {})
    part = packing.Part(title + "<script>", ["<b>"], 1, lambda: iter([{"<b>": value + "<img>"}]))
    page = "".join(packing.page(words, [part]))
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
