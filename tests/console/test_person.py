"""Reading about a person needs a reason, and the person can see that somebody looked."""

from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import queries as audit
from audit.queries import Filters
from consent.queries import names
from keys import queries as keys
from profiles.models import Request
from tests.console.conftest import Browser
from tests.console.test_requests import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_ada(ada: UUID) -> Request:
    """A request that gives an officer something to do with Ada."""
    return asked(ada)


def address(request: Request) -> str:
    return reverse("console:consents", args=[request.public_id])


def test_with_a_reason_the_consents_are_shown(desk: Browser, request_of_ada: Request) -> None:
    response = desk.post(address(request_of_ada), {"reason": "complaint"})
    page = response.content.decode()
    assert response.status_code == 200
    name = names.names().purpose("recommendations", "en")
    row = page.partition(f">{name}</th>")[2].partition("</tr>")[0]
    assert "<code>Given</code>" in row
    assert "Allowed" in row
    assert "Ada Lark" not in page


@pytest.mark.parametrize("reason", ["", "curiosity"])
def test_without_a_reason_nothing_is_shown(
    desk: Browser, request_of_ada: Request, reason: str
) -> None:
    response = desk.post(address(request_of_ada), {"reason": reason})
    assert response.status_code == 422
    assert "What was said" not in response.content.decode()
    assert not audit.events(filters=Filters(kind="console.person_read"))


def test_the_address_alone_shows_nothing(desk: Browser, request_of_ada: Request) -> None:
    response = desk.get(address(request_of_ada))
    assert response.headers["Location"] == reverse(
        "console:request", args=[request_of_ada.public_id]
    )


def test_the_look_is_in_the_persons_own_activity_with_its_reason(
    desk: Browser, ada: UUID, request_of_ada: Request
) -> None:
    desk.post(address(request_of_ada), {"reason": "complaint"})
    tag = keys.subject_tag(ada, at=timezone.now())
    found = audit.events_for_tags([tag], kind="console.person_read")
    assert [event.facts["reason"] for event in found] == ["complaint"]


def test_a_customer_cannot_look(customer: Browser, request_of_ada: Request) -> None:
    assert customer.post(address(request_of_ada), {"reason": "complaint"}).status_code == 404
