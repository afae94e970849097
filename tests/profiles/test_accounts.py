"""Signing in: found by a blind index, by a code that works once, for ten minutes, five times."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from zeal import zeal_context

from profiles.actions import accounts
from profiles.models import SignInCode, User
from profiles.sign_in import OfficerBackend, login_index

pytestmark = pytest.mark.django_db
ADDRESS = "ada@lark.example"


@pytest.fixture
def account(ada: UUID) -> User:
    return accounts.create_customer(subject_id=ada, email=ADDRESS, language="en", at=timezone.now())


def confirm(code: str, *, later: timedelta = timedelta(), email: str = ADDRESS) -> User | None:
    with zeal_context():
        return accounts.confirm_code(email=email, code=code, at=timezone.now() + later)


def test_the_code_signs_in_once_whatever_the_case_of_the_address(account: User) -> None:
    issued = accounts.request_code(email="ADA@Lark.Example", at=timezone.now())
    assert issued.known
    assert confirm(issued.code) == account
    assert confirm(issued.code) is None


def test_a_code_is_dead_after_ten_minutes(account: User) -> None:
    issued = accounts.request_code(email=ADDRESS, at=timezone.now())
    assert confirm(issued.code, later=timedelta(minutes=10)) is None


def test_a_code_is_dead_after_five_wrong_tries(account: User) -> None:
    issued = accounts.request_code(email=ADDRESS, at=timezone.now())
    wrong = "000000" if issued.code != "000000" else "111111"
    for _ in range(5):
        assert confirm(wrong) is None
    assert confirm(issued.code) is None


def test_an_unknown_address_gets_the_same_treatment(account: User) -> None:
    issued = accounts.request_code(email="nobody@lark.example", at=timezone.now())
    assert not issued.known
    assert SignInCode.objects.filter(login_index=login_index("nobody@lark.example")).exists()
    assert confirm(issued.code, email="nobody@lark.example") is None


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValidationError):
        accounts.request_code(email="ada", at=timezone.now())


def test_one_address_has_one_account(account: User, ben: UUID) -> None:
    with pytest.raises(accounts.AddressTaken):
        accounts.create_customer(subject_id=ben, email=ADDRESS, language="en", at=timezone.now())


def test_only_officers_sign_in_by_password(account: User) -> None:
    officer = accounts.create_officer(
        email="olga@shop.example",
        password="correct horse battery",
        display_name="Olga",
        at=timezone.now(),
    )
    backend = OfficerBackend()
    signed_in = backend.authenticate(
        None, username="olga@shop.example", password="correct horse battery"
    )
    assert signed_in == officer
    with zeal_context():
        wrong = backend.authenticate(None, username="olga@shop.example", password="wrong")
        assert wrong is None
    with zeal_context():
        customer = backend.authenticate(None, username=ADDRESS, password="correct horse battery")
        assert customer is None


def test_a_weak_password_is_refused() -> None:
    with pytest.raises(ValidationError):
        accounts.create_officer(
            email="o@shop.example", password="short", display_name="O", at=timezone.now()
        )
