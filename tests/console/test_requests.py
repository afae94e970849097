"""The inbox and the page of a request: clocks in words, and never a refusal by one person."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from audit import queries as audit
from audit.queries import Filters
from consent.actions import recording
from consent.acts import Act
from profiles import rights
from profiles.actions import requests as actions
from profiles.models import Request
from tests.console.conftest import Browser

pytestmark = pytest.mark.django_db
REFUSAL = {
    "reason_code": "EXCESSIVE",
    "text": "You asked for the same copy nine times this week.",
    "route": "You can complain to the authority where you live.",
}


def asked(subject_id: UUID, right: str = rights.CORRECTION, **options: object) -> Request:
    """A request from the portal."""
    fields: dict[str, object] = {"by": "portal", "at": timezone.now()}
    with zeal_ignore():
        return actions.open_request(subject_id=subject_id, right=right, **(fields | options))  # type: ignore[arg-type]


def page_of(browser: Browser, request: Request) -> str:
    response = browser.get(reverse("console:request", args=[request.public_id]))
    assert response.status_code == 200
    return response.content.decode()


def press(
    browser: Browser, request: Request, action: str, data: dict[str, str] | None = None
) -> HttpResponse:
    return browser.post(reverse(f"console:{action}", args=[request.public_id]), data or {})


def state_of(request: Request) -> str:
    with zeal_ignore():
        return Request.objects.values_list("state", flat=True).get(pk=request.pk)


def moved_to(request: Request, **dates: int) -> None:
    """Sets the due dates, in days from today."""
    today = timezone.localdate()
    Request.objects.filter(pk=request.pk).update(
        **{name: today + timedelta(days=days) for name, days in dates.items()}
    )


def test_the_inbox_names_right_state_and_time_but_no_person(desk: Browser, ada: UUID) -> None:
    asked(ada, text="My name is Ada Lark, not Adele.")
    page = desk.get(reverse("console:requests")).content.decode()
    assert "A correction" in page
    assert "Waiting for an officer" in page
    assert "Due in" in page
    assert str(ada) not in page
    assert "Ada Lark" not in page
    assert "ada@lark.example" not in page


@pytest.mark.parametrize(
    ("strict", "latest", "words", "shape"),
    [
        (-3, -2, "Overdue by 2 days", "■"),
        (-1, 1, "Past the strict date", "▲"),
        (0, 0, "Due today", "▲"),
        (2, 2, "Due in 2 days", "▲"),
        (6, 6, "Due in 6 days", "◆"),
        (20, 22, "Due in 20 days", "○"),
    ],
)
def test_the_time_left_is_said_in_words_and_by_a_shape(
    desk: Browser, ada: UUID, strict: int, latest: int, words: str, shape: str
) -> None:
    moved_to(asked(ada), due_strict=strict, due_latest=latest)
    page = desk.get(reverse("console:requests")).content.decode()
    assert words in page
    assert f'aria-hidden="true">{shape}</span> {words}' in page


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"correction", "erasure"}),
        ({"right": "erasure"}, {"erasure"}),
        ({"state": "reviewing"}, {"correction"}),
        ({"state": "complete"}, {"restriction"}),
        ({"state": "all"}, {"correction", "erasure", "restriction"}),
        ({"clock": "overdue"}, {"correction"}),
        ({"clock": "officer"}, {"correction"}),
        ({"clock": "soon"}, {"correction"}),
    ],
)
def test_the_filters_of_the_inbox(
    desk: Browser, ada: UUID, ben: UUID, filters: dict[str, str], expected: set[str]
) -> None:
    made = {
        "correction": asked(ada),
        "erasure": asked(ben, rights.ERASURE),
        "restriction": asked(ada, rights.RESTRICTION),
    }
    moved_to(made["correction"], due_strict=-9, due_latest=-8)
    page = desk.get(reverse("console:requests"), filters).content.decode()
    shown = {name for name, request in made.items() if request.public_id in page}
    assert shown == expected


def test_pages_of_the_inbox_hold_each_request_once(
    desk: Browser, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.queries.inbox.page.__kwdefaults__", {"after": "", "limit": 2})
    made = [asked(ada, text=f"Please correct line {number}.") for number in range(5)]
    address, seen = reverse("console:requests"), []
    while address:
        page = desk.get(address).content.decode()
        seen += [request.public_id for request in made if request.public_id in page]
        rest = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        address = reverse("console:requests") + rest if rest else ""
    assert sorted(seen) == sorted(request.public_id for request in made)


def test_taking_a_request_shows_who_looks_after_it(
    desk: Browser, colleague: Browser, ada: UUID
) -> None:
    request = asked(ada)
    assert "nobody yet" in page_of(desk, request)
    press(desk, request, "take")
    assert "Take this request" not in page_of(desk, request)
    assert "another officer" in page_of(colleague, request)
    assert "Take over" in page_of(colleague, request)
    assert len(audit.events(filters=Filters(kind="request.taken"))) == 1


def test_completing_needs_words_to_the_person(desk: Browser, ada: UUID) -> None:
    request = asked(ada)
    response = press(desk, request, "complete", {"text": "  "})
    assert response.status_code == 422
    assert state_of(request) == rights.REVIEWING
    press(desk, request, "complete", {"text": "Your name is Ada Lark from now on."})
    assert state_of(request) == rights.COMPLETE
    assert "Your name is Ada Lark from now on." in page_of(desk, request)


def test_a_refusal_waits_for_a_second_officer(desk: Browser, colleague: Browser, ada: UUID) -> None:
    request = asked(ada)
    press(desk, request, "refuse", REFUSAL)
    assert state_of(request) == rights.REVIEWING
    mine = page_of(desk, request)
    assert "Another officer must approve it." in mine
    assert reverse("console:approve", args=[request.public_id]) not in mine
    press(colleague, request, "approve")
    assert state_of(request) == rights.REFUSED
    page = page_of(desk, request)
    assert REFUSAL["text"] in page
    assert REFUSAL["route"] in page


def test_whoever_proposed_cannot_approve_even_without_the_button(desk: Browser, ada: UUID) -> None:
    request = asked(ada)
    press(desk, request, "refuse", REFUSAL)
    response = press(desk, request, "approve")
    assert state_of(request) == rights.REVIEWING
    page = desk.get(response.headers["Location"]).content.decode()
    assert "Another officer must approve it." in page


@pytest.mark.parametrize("missing", ["reason_code", "text", "route"])
def test_a_refusal_that_lacks_a_part_is_not_proposed(
    desk: Browser, ada: UUID, missing: str
) -> None:
    request = asked(ada)
    response = press(desk, request, "refuse", REFUSAL | {missing: ""})
    assert response.status_code == 422
    assert not Request.objects.get(pk=request.pk).prepared_by
    kept = REFUSAL["text"] if missing != "text" else REFUSAL["route"]
    assert kept in response.content.decode()


def test_the_way_to_complain_is_filled_in_for_the_persons_law(
    desk: Browser, ada: UUID, cleo: UUID
) -> None:
    assert "data protection authority of the country" in page_of(desk, asked(ada))
    assert "California Privacy Protection Agency" in page_of(desk, asked(cleo))


def test_a_request_passed_on_by_a_third_party_waits_until_it_is_known_who_asks(
    desk: Browser, ada: UUID
) -> None:
    request = asked(ada, by="northwind")
    assert state_of(request) == rights.VERIFYING
    assert "It is this person" in page_of(desk, request)
    press(desk, request, "confirm")
    assert state_of(request) == rights.REVIEWING


def test_what_is_impossible_now_is_said_and_changes_nothing(desk: Browser, ada: UUID) -> None:
    request = asked(ada)
    press(desk, request, "complete", {"text": "Done."})
    response = press(desk, request, "refuse", REFUSAL)
    assert state_of(request) == rights.COMPLETE
    page = desk.get(response.headers["Location"]).content.decode()
    assert "moved on since you saw it" in page


def test_an_erasure_under_a_hold_waits_and_says_why(desk: Browser, ada: UUID) -> None:
    hold = Act(state="held", method="officer", actor="officer")
    with zeal_ignore():
        recording.record(subject_id=ada, act=hold, by="tests", at=timezone.now())
    request = asked(ada, rights.ERASURE, undo=False)
    assert state_of(request) == rights.REVIEWING
    page = page_of(desk, request)
    assert "A legal hold stands" in page
    assert "Carry on with the request" in page
    answer = desk.get(press(desk, request, "resume").headers["Location"]).content.decode()
    assert "moved on since you saw it" in answer


@pytest.mark.parametrize("action", ["take", "confirm", "resume", "complete", "refuse", "approve"])
def test_actions_are_for_officers_and_by_post(
    desk: Browser, customer: Browser, ada: UUID, action: str
) -> None:
    request = asked(ada)
    assert press(customer, request, action, REFUSAL).status_code == 404
    address = reverse(f"console:{action}", args=[request.public_id])
    assert desk.get(address).status_code == 405
    assert state_of(request) == rights.REVIEWING


@pytest.mark.parametrize("reference", ["req_", "req_zzz", "nonsense", "req_" + "a" * 26])
def test_a_reference_of_nothing_is_not_found(desk: Browser, reference: str) -> None:
    assert desk.get(reverse("console:request", args=[reference])).status_code == 404


def test_reading_a_request_is_on_record_by_its_reference(desk: Browser, ada: UUID) -> None:
    request = asked(ada)
    page_of(desk, request)
    read = audit.events(filters=Filters(kind="console.read"))[0]
    assert (read.facts["page"], read.facts["about"]) == ("request", request.public_id)


def test_today_lists_what_is_due_what_waits_and_what_is_broken(
    desk: Browser, ada: UUID, ben: UUID
) -> None:
    quiet = desk.get(reverse("console:today")).content.decode()
    assert "Nothing is due for three days." in quiet
    assert "No request needs an officer." in quiet
    moved_to(asked(ada), due_strict=-3, due_latest=-2)
    moved_to(asked(ben), due_strict=1, due_latest=2)
    page = desk.get(reverse("console:today")).content.decode()
    assert "Overdue by 2 days" in page
    assert "Due in 1 day" in page
    assert "Nothing is broken." not in page
