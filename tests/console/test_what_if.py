"""What if: an officer tries a draft on the past and sees who and what would gain or lose."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery.exceptions import OperationalError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from audit import queries as audit
from audit.queries import Filters
from consent import tasks
from consent.actions.asking import ask
from consent.models import ReplayRun
from tests.cast import question, say
from tests.consent.test_replays import draft
from tests.console.conftest import Browser
from tests.console.test_requests import asked

pytestmark = pytest.mark.django_db
PAGE = "/console/what-if"


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Takes the calls; `work` does them."""
    called: list[str] = []
    monkeypatch.setattr(tasks.replay, "apply_async", lambda args, **_options: called.extend(args))
    return called


def send(desk: Browser, document: Any, **days: str) -> HttpResponse:
    """Fill in the form."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    sent = {"since": (timezone.now() - timedelta(days=2)).date().isoformat()} | days
    return desk.post(PAGE, {"draft": SimpleUploadedFile("less.json", text)} | sent)


def work(called: list[str]) -> None:
    """What the worker does."""
    with zeal_ignore():
        for run in called:
            tasks.replay.run(run)


def html(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_run_is_waiting_then_done_with_what_would_change(
    desk: Browser, ada: UUID, worker: list[str]
) -> None:
    ask(question=question(ada, feature="for_you"), at=timezone.now())

    address = send(desk, draft(attributes=["age_band"])).headers["Location"]
    waiting = html(desk.get(address))
    work(worker)
    done = html(desk.get(address))

    assert "Waiting for a worker" in waiting and 'http-equiv="refresh"' in waiting
    assert 'http-equiv="refresh"' not in done
    assert "Yes becomes No" in done and "<code>EU-DE</code> 1" in done
    assert "<code>CATEGORY_NOT_COVERED</code>" in done
    assert "for_you" in done
    assert str(ada) not in done
    assert "less.json" in html(desk.get(PAGE))


def test_a_draft_that_changes_nothing_says_so(desk: Browser, ada: UUID, worker: list[str]) -> None:
    ask(question=question(ada), at=timezone.now())
    address = send(desk, draft()).headers["Location"]
    work(worker)

    assert "The draft changes none of them." in html(desk.get(address))


def test_days_without_a_decision_say_so(desk: Browser, worker: list[str]) -> None:
    address = send(desk, draft(), since="2020-01-01", until="2020-01-02").headers["Location"]
    work(worker)

    assert "No decision was made in these days" in html(desk.get(address))


def test_a_run_that_fails_says_what_to_do(desk: Browser, ada: UUID, worker: list[str]) -> None:
    address = send(desk, draft()).headers["Location"]
    ReplayRun.objects.update(draft={"controllers": 7})
    work(worker)

    page = html(desk.get(address))
    assert "could not be carried out" in page and "Export the catalogue again" in page


def test_where_no_worker_can_be_called_it_says_so(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(**_options: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.replay, "apply_async", nobody)

    address = send(desk, draft()).headers["Location"]

    assert "The queue of the workers did not answer" in html(desk.get(address))


@pytest.mark.parametrize(
    ("document", "days", "said"),
    [
        (b"no json", {}, "not a catalogue document in JSON"),
        ([], {}, "not a catalogue document in JSON"),
        ({"controllers": 7}, {}, "The format is sayso-catalogue@1."),
        (b" " * (1024 * 1024 + 1), {}, "larger than 1 MiB"),
        (b"{}", {"since": "2026-02-02", "until": "2026-02-01"}, "before the first one"),
        (b"{}", {"since": "0001-01-01"}, "so long ago"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    desk: Browser, document: Any, days: dict[str, str], said: str
) -> None:
    answer = send(desk, document, **days)

    assert answer.status_code == 422
    assert said in html(answer)
    assert not ReplayRun.objects.exists()


def test_it_is_for_officers_and_its_reading_is_on_record(desk: Browser, customer: Browser) -> None:
    assert customer.get(PAGE).status_code == 404
    assert Browser().get(PAGE).status_code == 302
    assert desk.get(f"{PAGE}/{uuid4()}").status_code == 404
    desk.get(PAGE)
    assert audit.events(filters=Filters(kind="console.read"))[0].facts["page"] == "what_if"


def test_the_person_page_says_what_was_allowed_on_a_date_and_why(desk: Browser, ada: UUID) -> None:
    request = asked(ada)
    today = timezone.now()
    say(ada, "withdrawn", "recommendations")
    address = reverse("console:consents", args=[request.public_id])

    now = html(desk.post(address, {"reason": "complaint", "on": today.date().isoformat()}))
    before = html(desk.post(address, {"reason": "complaint", "on": "2020-05-05"}))
    plain = html(desk.post(address, {"reason": "complaint"}))

    assert "What was allowed then, and why" in now
    assert "<code>withdrawn</code>" in now
    assert "The catalogue of that time was not kept" in before
    assert "What was allowed then" not in plain
