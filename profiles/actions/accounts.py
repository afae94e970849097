"""Accounts: making them, and signing in with a mailed code."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F

from audit import actions as audit
from keys import queries as keys
from profiles.models import Profile, SignInCode, User
from profiles.sign_in import code_hash, login_index

CODE_LIFETIME = timedelta(minutes=10)
ATTEMPTS = 5
# What a mailed code is good for. Because a code for one thing must not open another.
SIGN_IN = ""
JOIN = "join:"
ON_RECORD = {SIGN_IN: "account.signed_in", JOIN: "account.proved"}


class AddressTaken(Exception):
    """Another account already answers to this address."""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code to mail to the address that was typed; `known` must never reach the page."""

    code: str
    known: bool
    language: str


def create_customer(*, subject_id: UUID, email: str, language: str, at: datetime) -> User:
    """An account for a subject; the address itself belongs in the vault.

    Raises AddressTaken, ValidationError.
    """
    validate_email(email)
    index = login_index(email)
    with transaction.atomic():
        if User.objects.filter(login_index=index).exists():
            raise AddressTaken
        user = User(
            login_index=index,
            role=User.Role.CUSTOMER,
            subject_id=subject_id,
            language=language,
            created_at=at,
        )
        user.set_unusable_password()
        user.save()
        Profile.objects.get_or_create(subject_id=subject_id, defaults={"created_at": at})
    return user


def create_officer(*, email: str, password: str, display_name: str, at: datetime) -> User:
    """An officer of the console; on record. Raises AddressTaken, ValidationError."""
    validate_email(email)
    validate_password(password)
    with transaction.atomic():
        if User.objects.filter(login_index=login_index(email)).exists():
            raise AddressTaken
        user = User(
            login_index=login_index(email),
            role=User.Role.OFFICER,
            display_name=display_name,
            created_at=at,
        )
        user.set_password(password)
        user.save()
        audit.append(kind="officer.created", at=at, facts={"officer": str(user.pk)})
    return user


def request_code(*, email: str, at: datetime, proves: str = SIGN_IN) -> IssuedCode:
    """Issue a six-digit code for an address, known or not, in the same time.

    A new code replaces the one before. `proves` is what the code is good for and nothing else:
    SIGN_IN or JOIN. Raises ValidationError for what is no address.
    """
    validate_email(email)
    index = login_index(email)
    code = f"{secrets.randbelow(1_000_000):06d}"
    SignInCode.objects.update_or_create(
        login_index=index,
        defaults={
            "code_hash": code_hash(index, proves + code),
            "attempts": 0,
            "expires_at": at + CODE_LIFETIME,
        },
    )
    user = User.objects.filter(login_index=index, is_active=True).first()
    known = user is not None and user.role == User.Role.CUSTOMER
    return IssuedCode(code=code, known=known, language=user.language if user else "")


def confirm_code(*, email: str, code: str, at: datetime, proves: str = SIGN_IN) -> User | None:
    """The customer whose code this is; None when it is wrong, used, late, tried too often, or
    was mailed for something else.
    """
    index = login_index(email)
    with transaction.atomic():
        kept = SignInCode.objects.select_for_update().filter(login_index=index).first()
        if kept is None or kept.expires_at <= at or kept.attempts >= ATTEMPTS:
            return None
        right = secrets.compare_digest(
            bytes(kept.code_hash), code_hash(index, proves + code.strip())
        )
        if not right:
            SignInCode.objects.filter(pk=kept.pk).update(attempts=F("attempts") + 1)
            return None
        kept.delete()
        user = User.objects.filter(
            login_index=index, is_active=True, role=User.Role.CUSTOMER
        ).first()
        if user is not None and user.subject_id is not None:
            audit.append(
                kind=ON_RECORD[proves],
                at=at,
                tag=keys.subject_tag(user.subject_id, at=at),
                facts={"method": "mailed_code"},
            )
    return user
