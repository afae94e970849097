"""The proof of an entry as files, and the page that checks what somebody kept."""

import json
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from audit import gossip, publishing
from audit import queries as log
from audit.checkpoints import Checkpoint, Signer
from audit.kept import LONGEST
from consent.actions.asking import ask
from consent.models import ConsentEvent
from portal import sign_in_limits
from tests.audit.conftest import drain, published_in, sequencer, tamper, write
from tests.cast import question
from tests.portal.conftest import Browser, browser_of

__all__ = ["drain", "published_in", "sequencer", "tamper"]
PAGE = "/receipts/check"


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    cache.clear()


def text_of(answer: HttpResponse) -> str:
    return str(answer.content.decode())


def send(browser: Browser, content: bytes | str, name: str = "kept.tlog-proof") -> HttpResponse:
    raw = content if isinstance(content, bytes) else content.encode()
    return browser.post(PAGE, {"file": SimpleUploadedFile(name, raw)})


def test_a_sealed_entry_says_its_place_and_gives_both_files(
    drain: Callable[[], None], ada: UUID
) -> None:
    at_ada = browser_of(ada, "ada@lark.example")
    event = ask(question=question(ada), at=timezone.now()).event
    drain()
    proof = log.proof(event)
    address = f"/activity/{event}/proof"

    page = text_of(at_ada.get(address))

    place = f"This entry is in the signed log at place {proof.index + 1} of {proof.size}."
    assert place in page
    assert str(log.verifier_key()) in page and "sayso/proof.js" in page
    assert "tools/verify" in page and PAGE in page
    saved = at_ada.get(f"{address}?file=proof")
    assert text_of(saved) == proof.text()
    assert ".tlog-proof" in saved["Content-Disposition"]
    assert at_ada.get(f"{address}?file=body").content == proof.body
    other = Browser()
    assert other.get(f"{address}?file=body").status_code == 302


def test_every_file_of_a_receipt_is_consistent_and_needs_no_sign_in(
    drain: Callable[[], None], ada: UUID
) -> None:
    at_ada = browser_of(ada, "ada@lark.example")
    event = ConsentEvent.objects.filter(subject=ada).latest("recorded_at", "id")
    drain()
    forms = ("page", "text", "iso27560", "kantara", "signed")
    files = {form: at_ada.get(f"/receipts/{event.pk}/{form}").content for form in forms}
    write(20)
    drain()
    visitor = Browser()
    for form, content in files.items():
        page = text_of(send(visitor, content))
        assert "the log still begins with it" in page, form
        assert ("carry no signature" in page) is (form != "signed")
    pasted = visitor.post(PAGE, {"text": files["text"].decode()})
    assert "the log still begins with it" in text_of(pasted)
    assert "consent.given" in text_of(send(visitor, files["signed"]))


def test_what_is_wrong_is_said_in_plain_words(drain: Callable[[], None], nobody: Browser) -> None:
    events = write(3)
    drain()
    proof = log.proof(events[1])
    origin = publishing.origin()
    forged = Signer(origin, bytes(32)).sign(Checkpoint(origin, 3, bytes(32)).text())
    elsewhere = Signer("other.example", bytes(32)).sign(
        Checkpoint("other.example", 9, bytes(32)).text()
    )
    moved = proof.text().replace(f"index {proof.index}\n", f"index {proof.index - 1}\n")
    for content, words in (
        (forged, "Not signed by us."),
        (elsewhere, "Not signed by us."),
        (proof.note.replace(f"\n{proof.size}\n", "\n2\n"), "Not signed by us."),
        ("a.b.c", "Not signed by us."),
        (moved, "The file was changed."),
        (json.dumps(proof.json() | {"body": "e30="}), "The file was changed."),
    ):
        answer = send(nobody, content)
        assert answer.status_code == 200 and words in text_of(answer)
    assert not log.events(filters=log.Filters(kind=gossip.KIND))


def test_a_contradiction_says_what_to_do_and_goes_on_record(
    drain: Callable[[], None], nobody: Browser
) -> None:
    write(3)
    drain()
    note = publishing.signer().sign(Checkpoint(publishing.origin(), 2, bytes(32)).text())

    page = text_of(send(nobody, note))

    assert "This contradicts the log." in page and "Keep your file" in page
    assert "the size of the log was 2" in page and "/contact" in page
    (event,) = log.events(filters=log.Filters(kind=gossip.KIND))
    assert event.tag is None and set(event.facts) == {"size", "root", "head_size", "head_root"}


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "is empty"),
        (b"\xff\xfe\x00\x80", 422, "not text"),
        (b"hello", 422, "no receipt with a log proof"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\nAAAA", 422, "no receipt with a log proof"),
        (b"<script>x</script>", 422, "no receipt with a log proof"),
        (b"x" * (LONGEST + 1), 422, "64 KB at most"),
        (b"x" * (4 * LONGEST + 1), 413, "64 KB at most"),
    ],
)
def test_bad_files_are_refused_and_nothing_of_them_is_shown(
    nobody: Browser, content: bytes, status: int, words: str
) -> None:
    answer = send(nobody, content, name="<b>name.txt")

    assert answer.status_code == status and words in text_of(answer)
    assert "<script>x" not in text_of(answer) and "<b>name" not in text_of(answer)


def test_nothing_sent_is_an_error_at_the_form(nobody: Browser) -> None:
    answer = nobody.post(PAGE, {})

    assert answer.status_code == 422 and "Choose a file, or paste its text." in text_of(answer)


def test_a_huge_request_is_refused_before_it_is_read(nobody: Browser) -> None:
    answer = nobody.generic(
        "POST", PAGE, b"x", content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(10**12),
    )  # fmt: skip

    assert answer.status_code == 413


def test_too_many_checks_from_one_place_wait(
    nobody: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_limits, "PER_VISITOR", 2)
    answers = [send(nobody, b"hello").status_code for _ in range(3)]

    assert answers == [422, 422, 429]


def test_a_damaged_log_says_that_it_cannot_compare(
    drain: Callable[[], None], nobody: Browser, tamper: Callable[..., None]
) -> None:
    write(3)
    drain()
    head = log.latest_checkpoint()
    assert head is not None
    write(3)
    drain()
    tamper("DELETE FROM audit_tile")

    answer = send(nobody, head.note)

    assert answer.status_code == 503 and "Keep your file" in text_of(answer)


def test_the_page_is_there_in_both_languages(nobody: Browser) -> None:
    assert "Check something you kept" in text_of(nobody.get(PAGE))
    ukrainian = text_of(nobody.get(PAGE, headers={"Accept-Language": "uk"}))
    assert "Перевірити збережене" in ukrainian
    assert not re.search(r"The file|Or its text", ukrainian)
