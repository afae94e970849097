"""Erasing a person takes along the devices that are theirs alone, and nobody else's anything."""

from datetime import date
from uuid import UUID

import pytest
from django.utils import timezone

from consent.actions import joining, subjects
from consent.models import ConsentEvent, SubjectLink
from consent.queries import standings
from keys import queries as keys
from keys.errors import KeyDestroyed
from profiles.actions import accounts, erasing, steps, vault
from profiles.queries import requests as queries
from profiles.queries import vault as reading
from profiles.queries.holders import holders
from tests.cast import say
from tests.profiles.acts import alone, opened, resume, worked

pytestmark = pytest.mark.django_db


@alone
def join(one: UUID, other: UUID, kind: str = "device") -> SubjectLink:
    return joining.join(one=one, other=other, kind=kind, by="portal", at=timezone.now()).link


@pytest.fixture
def phone(catalogue: None) -> UUID:
    """A browser with something in the vault and a No of its own."""
    newcomer = subjects.Newcomer(jurisdictions=("EU-DE",), status="pseudonymous")
    found = alone(subjects.register)(newcomer=newcomer, by="tests", at=timezone.now()).pk
    block = vault.Block(found, "purchases.produce", [["pears", 3, 1, 99, "b"]], date(2026, 5, 1))
    vault.put(blocks=[block], source="tests", at=timezone.now())
    say(found, "refused", "recommendations")
    return found


def is_gone(subject_id: UUID) -> bool:
    try:
        keys.data_key(subject_id)
    except KeyDestroyed:
        return standings.standing_of(subject_id).erased and not reading.inventory(subject_id)
    return False


def test_a_device_goes_with_its_person_and_is_named_in_the_certificate(
    ada: UUID, phone: UUID
) -> None:
    join(ada, phone)
    request = worked(opened(ada, "erasure", undo=False))

    assert request.state == "complete"
    assert is_gone(phone) and is_gone(ada)
    assert not SubjectLink.objects.filter(ended_at__isnull=True).exists()
    assert request.certificate is not None
    assert request.certificate["devices"] == 1
    went = {one["holder"]: one["erased"] for one in request.certificate["holders"]}
    assert (went["vault"], went["keys"]) == (5, 2)
    assert list(went) == [one.name for one in holders()]


def test_the_device_goes_before_the_joins_that_say_whose_it_is(ada: UUID, phone: UUID) -> None:
    join(ada, phone)
    request = opened(ada, "erasure", undo=False)
    shown = [(step.holder, step.joined) for step in queries.progress(request).steps]
    names = [one.name for one in holders()]

    assert shown == [
        ("recipients", False), *((name, True) for name in names), *((name, False) for name in names)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["household", "duplicate", "account", "import", "device"])
def test_another_person_stays_however_they_are_joined(ada: UUID, ben: UUID, kind: str) -> None:
    join(ada, ben, kind)
    request = worked(opened(ada, "erasure", undo=False))

    assert request.certificate is not None and request.certificate["devices"] == 0
    assert is_gone(ada)
    assert keys.data_key(ben)
    assert not standings.standing_of(ben).erased
    assert standings.standing_of(ben).erasure == "none"


def test_a_device_of_two_people_stays_with_the_other(ada: UUID, ben: UUID, phone: UUID) -> None:
    join(ada, phone)
    join(ben, phone)
    worked(opened(ada, "erasure", undo=False))

    assert is_gone(ada)
    assert reading.inventory(phone)
    worked(opened(ben, "erasure", undo=False))
    assert is_gone(phone)


def test_a_device_under_which_somebody_has_an_account_stays(ada: UUID, phone: UUID) -> None:
    accounts.create_customer(
        subject_id=phone, email="phone@birds.example", language="en", at=timezone.now()
    )
    join(ada, phone)
    worked(opened(ada, "erasure", undo=False))
    assert keys.data_key(phone)


def test_a_device_joined_to_somebody_else_meanwhile_stays(
    ada: UUID, ben: UUID, phone: UUID
) -> None:
    join(ada, phone)
    request = opened(ada, "erasure", undo=False)
    join(ben, phone)
    done = worked(request)

    assert done.state == "complete"
    assert done.certificate is not None and done.certificate["devices"] == 0
    assert reading.inventory(phone) and keys.data_key(phone)


def test_a_hold_on_the_device_stops_the_erasure_until_it_ends(ada: UUID, phone: UUID) -> None:
    say(phone, "held", method="officer", actor="controller")
    join(ada, phone)
    request = worked(opened(ada, "erasure", undo=False))
    assert (request.state, request.reason_code) == ("reviewing", "LEGAL_HOLD")
    assert reading.inventory(phone) and reading.inventory(ada)

    say(phone, "released", method="officer", actor="controller")
    request.steps.update(not_before=None)
    assert (
        worked(resume(request_id=request.pk, by="officer", at=timezone.now())).state == "complete"
    )
    assert is_gone(phone) and is_gone(ada)


@pytest.mark.parametrize("crash_at", [1, 3, 5, 6, 9])
def test_a_worker_that_dies_anywhere_is_followed_by_one_that_finishes(
    ada: UUID, phone: UUID, crash_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step's work is done and its end is not written: the transaction is lost with it."""
    join(ada, phone)
    request = opened(ada, "erasure", undo=False)
    finish, count = steps.finish, 0

    def die(*arguments: object, **named: object) -> None:
        nonlocal count
        count += 1
        if count == crash_at + 1:
            raise OSError
        finish(*arguments, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(erasing.steps, "finish", die)
        worked(request)
    request.steps.update(not_before=None)

    assert worked(request).state == "complete"
    assert is_gone(phone) and is_gone(ada)
    erased = ConsentEvent.objects.filter(state="erased").values_list("subject_id", flat=True)
    assert sorted(erased) == sorted([ada, phone])


def test_the_page_before_the_button_says_that_browsers_go(ada: UUID, phone: UUID) -> None:
    join(ada, phone)
    found = queries.consequences(ada, language="en", at=timezone.now())
    assert ("Browsers joined with your account", 1) in [(one.what, one.count) for one in found.lost]
