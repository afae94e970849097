"""Accounts: found by a keyed blind index of the address, which is stored nowhere in the clear."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class UserManager(BaseUserManager["User"]):
    """Finds people by the index of what they type at sign-in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(pk=username or "")


class User(AbstractBaseUser):
    """Someone who signs in: a customer by a mailed code, an officer by password."""

    class Role(models.TextChoices):
        CUSTOMER = "customer"
        OFFICER = "officer"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    login_index = models.BinaryField(max_length=32, unique=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CUSTOMER)
    subject = models.OneToOneField(
        "consent.Subject", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    display_name = models.CharField(
        max_length=100, blank=True, help_text="How colleagues and letters name an officer."
    )
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "id"
    objects = UserManager()

    class Privacy:
        fields = {
            "id": "pseudonymous",
            "password": "operational",
            "last_login": "personal",
            "login_index": "pseudonymous",
            "role": "operational",
            "subject": "pseudonymous",
            "display_name": "operational",
            "language": "personal",
            "is_active": "operational",
            "created_at": "operational",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="profiles_user_customer_is_a_subject_and_an_officer_is_not",
                condition=Q(role="customer", subject__isnull=False)
                | Q(role="officer", subject__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_officer(self) -> bool:
        return self.role == self.Role.OFFICER and self.is_active


class Profile(models.Model):
    """That we keep data of a person at all; what we keep is in the vault."""

    subject = models.OneToOneField(
        "consent.Subject", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Privacy:
        fields = {"subject": "pseudonymous", "created_at": "operational"}

    def __str__(self) -> str:
        return str(self.subject_id)


class SignInCode(models.Model):
    """A six-digit code that was mailed; only its keyed hash is kept, for ten minutes."""

    login_index = models.BinaryField(max_length=32, primary_key=True)
    code_hash = models.BinaryField(max_length=32)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Privacy:
        fields = {
            "login_index": "pseudonymous",
            "code_hash": "operational",
            "attempts": "operational",
            "expires_at": "operational",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="profiles_signincode_is_tried_at_most_five_times",
                condition=Q(attempts__lte=5),
            ),
        ]

    def __str__(self) -> str:
        return "sign-in code"
