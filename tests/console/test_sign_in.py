"""The officers' door."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.urls import reverse

from audit import queries as audit
from audit.queries import Filters
from profiles.models import User
from tests.console.conftest import EMAIL, PASSWORD, Browser

pytestmark = pytest.mark.django_db


def sign_in(client: Browser, *, email: str = EMAIL, password: str = PASSWORD, **extra: str):
    return client.post(
        reverse("console:sign-in"), {"username": email, "password": password, **extra}
    )


def test_an_officer_signs_in_and_arrives_at_today(officer: User) -> None:
    client = Browser()
    assert sign_in(client).headers["Location"] == reverse("console:today")
    assert client.get(reverse("console:today")).status_code == 200
    assert len(audit.events(filters=Filters(kind="officer.signed_in"))) == 1


def test_a_stranger_is_sent_to_the_door_and_then_where_they_wanted_to_go(officer: User) -> None:
    client = Browser()
    wanted = reverse("console:audit") + "?kind=decision"
    response = client.get(wanted)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("console:sign-in"))
    page = client.get(response.headers["Location"])
    assert 'name="next" value="/console/audit?kind=decision"' in page.content.decode()
    assert sign_in(client, next=wanted).headers["Location"] == wanted


def test_no_stranger_leads_an_officer_to_another_site(officer: User) -> None:
    response = sign_in(Browser(), next="https://elsewhere.example/console")
    assert response.headers["Location"] == reverse("console:today")


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "not-the-password"), ("nobody@console.example", PASSWORD)]
)
def test_the_answer_does_not_tell_what_was_wrong(officer: User, email: str, password: str) -> None:
    response = sign_in(Browser(), email=email, password=password)
    assert response.status_code == 422
    assert "E-mail or password is not right" in response.content.decode()
    assert password not in response.content.decode()


def test_the_password_is_kept_as_argon2(officer: User) -> None:
    assert officer.password.startswith("argon2$")


def test_many_wrong_passwords_lock_the_door_even_for_the_right_one(officer: User) -> None:
    client = Browser()
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, password="wrong-again-and-again").status_code == 422
    assert sign_in(client, password="wrong-again-and-again").status_code == 429
    response = sign_in(client)
    assert response.status_code == 429
    assert "Locked for 15 minutes" in response.content.decode()


def test_what_the_lock_out_remembers_holds_no_address(officer: User) -> None:
    sign_in(Browser(), email="typo@lark.example", password="typed-by-mistake")
    kept = [str(value) for row in AccessAttempt.objects.values() for value in row.values()]
    assert kept
    assert not [text for text in kept if "lark" in text or "typed-by-mistake" in text]


@pytest.mark.parametrize("name", ["today", "audit", "requests", "export"])
def test_a_customer_finds_no_console(customer: Browser, name: str) -> None:
    assert customer.get(reverse(f"console:{name}")).status_code == 404


def test_a_customer_cannot_begin_a_check(customer: Browser) -> None:
    assert customer.post(reverse("console:verify")).status_code == 404
    assert not audit.events(filters=Filters(kind="log.verifying"))


def test_signing_out_ends_the_session(desk: Browser) -> None:
    assert desk.post(reverse("console:sign-out")).status_code == 302
    assert desk.get(reverse("console:today")).status_code == 302


def test_pages_are_kept_by_no_cache(desk: Browser) -> None:
    assert "no-store" in desk.get(reverse("console:today")).headers["Cache-Control"]
