"""Links of a person in the console: seen, made and ended by officers, each on record."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import queries as audit
from consent.actions import stop_links
from consent.actions.stop_links import Scope
from consent.models import ConsentEvent, StopLink
from consent.queries import links_in_force
from keys import queries as keys
from profiles.models import Request, User
from tests.console.conftest import Browser
from tests.console.test_requests import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_ada(ada: UUID) -> Request:
    """A request that gives an officer something to do with Ada."""
    return asked(ada)


def address(request: Request, page: str = "stop-links", *link: UUID) -> str:
    return reverse(f"console:{page}", args=[request.public_id, *link])


def html(response: HttpResponse) -> str:
    return response.content.decode()


def made(subject_id: UUID, kind: str = "stop", *, by: str = "shop-app", **scope: str) -> StopLink:
    return stop_links.issue(
        subject_id=subject_id, kind=kind, scope=Scope(**scope), by=by, at=timezone.now()
    )


def logged(subject_id: UUID, kind: str) -> list[dict[str, object]]:
    """What the person finds of this kind in their own activity."""
    tag = keys.subject_tag(subject_id, at=timezone.now())
    return [dict(event.facts) for event in audit.events_for_tags([tag], kind=kind)]


def issue(browser: Browser, request: Request, **fields: str) -> HttpResponse:
    sent = {"kind": "stop", "purpose": "email_marketing", "channel": "email"} | fields
    return browser.post(address(request, "stop-link-issue"), sent, follow=True)


def url_in(page: str) -> str:
    found = re.search(r'<code class="hash">(http\S+?)</code>', page)
    assert found
    return found[1].removeprefix(settings.BASE_URL.rstrip("/"))


def test_an_officer_sees_the_links_in_force_and_the_person_that_they_looked(
    desk: Browser, ada: UUID, ben: UUID, request_of_ada: Request
) -> None:
    made(ada, purpose="email_marketing", channel="email")
    made(ada, "manage")
    made(ben)
    page = html(desk.get(address(request_of_ada)))
    assert page.count("End this link") == 2
    assert "Stops “Offers by e-mail”" in page and "Opens the choices" in page
    assert "Journey Market app" in page
    assert "/stop/" not in page and "/manage/" not in page
    assert [facts["reason"] for facts in logged(ada, "console.person_read")] == ["handling_request"]
    assert logged(ben, "console.person_read") == []


def test_a_link_that_only_stops_is_made_shown_once_and_works(
    desk: Browser, officer: User, ada: UUID, request_of_ada: Request
) -> None:
    page = html(issue(desk, request_of_ada))
    link = StopLink.objects.get(subject=ada)
    assert (link.kind, link.channel, link.issued_by) == ("stop", "email", str(officer.pk))
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in page
    assert "can do nothing else" in page
    (entry,) = logged(ada, "stop_link.issued")
    assert (entry["by"], entry["link"]) == (str(officer.pk), str(link.pk))
    pressed = Client().post(url_in(page), {"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    assert ConsentEvent.objects.get(subject=ada, method="stop_link").state == "refused"


def test_a_link_that_opens_the_choices_has_no_scope_and_no_headers(
    desk: Browser, ada: UUID, request_of_ada: Request
) -> None:
    page = html(issue(desk, request_of_ada, kind="manage"))
    link = StopLink.objects.get(subject=ada)
    assert (link.kind, link.purpose, link.channel) == ("manage", None, "")
    assert "List-Unsubscribe" not in page
    assert Client().get(url_in(page)).status_code == 200


def test_its_address_is_for_who_made_it_and_for_a_quarter_of_an_hour(
    desk: Browser, colleague: Browser, officer: User, ada: UUID, request_of_ada: Request
) -> None:
    issue(desk, request_of_ada)
    mine = address(request_of_ada, "stop-link", StopLink.objects.get(subject=ada).pk)
    theirs = address(request_of_ada, "stop-link", made(ada).pk)
    assert desk.get(mine).status_code == 200
    assert desk.get(mine).headers["Referrer-Policy"] == "no-referrer"
    assert colleague.get(mine).status_code == 404
    assert desk.get(theirs).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert desk.get(mine).status_code == 404


def test_the_link_of_another_person_is_not_in_this_request(
    desk: Browser, officer: User, ben: UUID, request_of_ada: Request
) -> None:
    other = made(ben, by=str(officer.pk))
    assert desk.get(address(request_of_ada, "stop-link", other.pk)).status_code == 404
    desk.post(address(request_of_ada, "stop-link-revoke", other.pk), {"reason": "mistake"})
    assert StopLink.objects.filter(pk=other.pk).exists()
    assert logged(ben, "stop_link.revoked") == []


def test_a_link_is_ended_with_a_reason_on_record(
    desk: Browser, officer: User, ada: UUID, request_of_ada: Request
) -> None:
    page = html(issue(desk, request_of_ada))
    link = StopLink.objects.get(subject=ada)
    place = address(request_of_ada, "stop-link-revoke", link.pk)
    for reason in ("", "boredom"):
        assert "Say why the link ends" in html(desk.post(place, {"reason": reason}, follow=True))
    assert StopLink.objects.filter(pk=link.pk).exists()
    assert "The link has ended." in html(desk.post(place, {"reason": "wrong_hands"}, follow=True))
    assert not StopLink.objects.filter(pk=link.pk).exists()
    (entry,) = logged(ada, "stop_link.revoked")
    assert entry == {
        "by": str(officer.pk), "link": str(link.pk), "kind": "stop",
        "purpose": "email_marketing", "reason": "wrong_hands",
    }  # fmt: skip
    assert Client().post(url_in(page), {"List-Unsubscribe": "One-Click"}).status_code == 404
    again = html(desk.post(place, {"reason": "mistake"}, follow=True))
    assert "This link has ended already" in again
    assert len(logged(ada, "stop_link.revoked")) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "open"},
        {"purpose": "service_delivery"},
        {"purpose": "growth"},
        {"channel": "pigeon"},
        {"purpose": ""},
    ],
)
def test_what_cannot_be_a_link_makes_none_and_says_why(
    desk: Browser, request_of_ada: Request, fields: dict[str, str]
) -> None:
    answer = issue(desk, request_of_ada, **fields)
    assert answer.status_code == 422
    assert 'class="error"' in html(answer)
    assert not StopLink.objects.exists()


def test_nobody_but_an_officer_sees_makes_or_ends_a_link(
    customer: Browser, ada: UUID, request_of_ada: Request
) -> None:
    link = made(ada)
    for browser, status in ((customer, 404), (Browser(), 302)):
        for page, link_of in (("stop-links", ()), ("stop-link", (link.pk,))):
            assert browser.get(address(request_of_ada, page, *link_of)).status_code == status
        for page, link_of in (("stop-link-issue", ()), ("stop-link-revoke", (link.pk,))):
            place = address(request_of_ada, page, *link_of)
            assert browser.post(place, {"kind": "stop", "reason": "mistake"}).status_code == status
    assert list(StopLink.objects.values_list("pk", flat=True)) == [link.pk]


def test_no_get_makes_or_ends_a_link(desk: Browser, ada: UUID, request_of_ada: Request) -> None:
    link = made(ada)
    assert desk.get(address(request_of_ada, "stop-link-issue")).status_code == 405
    assert desk.get(address(request_of_ada, "stop-link-revoke", link.pk)).status_code == 405


def test_many_links_come_in_pages(
    desk: Browser, ada: UUID, request_of_ada: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links_in_force, "PAGE", 2)
    for _ in range(3):
        made(ada)
    first = html(desk.get(address(request_of_ada)))
    assert first.count("End this link") == 2
    found = re.search(r'href="(\?after=[^"]+)"', first)
    assert found
    second = html(desk.get(address(request_of_ada) + found[1]))
    assert second.count("End this link") == 1 and "Older links" not in second
    assert desk.get(address(request_of_ada) + "?after=nonsense").status_code == 200


def test_a_link_that_is_over_is_not_shown(ada: UUID) -> None:
    made(ada, "manage")
    day = timezone.now() + timedelta(days=31)
    assert links_in_force.links_in_force(ada, at=day) == ([], None)
    assert links_in_force.links_in_force(uuid4(), at=timezone.now()) == ([], None)
