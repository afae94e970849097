"""Customers of the cast at their browsers."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from zeal import zeal_context, zeal_ignore

from consent.actions import asking
from personalization.memory import memory
from profiles.actions import accounts
from profiles.models import User
from tests.cast import ada, ben, catalogue, cleo, dan

__all__ = ["ada", "ben", "catalogue", "cleo", "dan"]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """No test sees what another one, perhaps in another database, left in this process."""
    memory.forget()
    asking._verdicts_kept.clear()
    yield
    memory.forget()


class Browser(Client):
    """A client each of whose requests is one by itself, not a loop over rows."""

    def request(self, **request: Any) -> HttpResponse:  # type: ignore[override]
        with zeal_context():
            return super().request(**request)

    def enter(self, user: User) -> "Browser":
        """Signs somebody in without a form."""
        # Because Django looks the new session up again and again while it makes one.
        with zeal_ignore():
            self.force_login(user, backend="profiles.sign_in.OfficerBackend")
        return self

    def press(self, purpose: str, decision: str, **fields: str) -> HttpResponse:
        """Press No or Yes on the card of a use, as it stands on its page now."""
        page = self.get(f"/uses/{purpose}")
        card, standing = page.context["card"], page.context["standing"]
        sent = {"decision": decision, "shown": card.token, "epoch": str(standing.epoch)}
        return self.post(f"/uses/{purpose}/answer", sent | fields, follow=True)


def browser_of(subject_id: UUID, email: str, language: str = "en") -> Browser:
    """A browser in which this person has signed in."""
    with zeal_context():
        user = accounts.create_customer(
            subject_id=subject_id, email=email, language=language, at=timezone.now()
        )
    return Browser().enter(user)


@pytest.fixture
def at_ada(ada: UUID) -> Browser:
    """Ada's browser, signed in."""
    return browser_of(ada, "ada@lark.example")


@pytest.fixture
def at_ben(ben: UUID) -> Browser:
    """Ben's browser, signed in."""
    return browser_of(ben, "ben@finch.example")


@pytest.fixture
def at_cleo(cleo: UUID) -> Browser:
    """Cleo's browser, signed in, in California."""
    return browser_of(cleo, "cleo@wren.example")


@pytest.fixture
def at_dan(dan: UUID) -> Browser:
    """Dan's browser, signed in; he is fourteen."""
    return browser_of(dan, "dan@robin.example")


@pytest.fixture
def nobody(catalogue: None) -> Browser:
    """A browser in which nobody has signed in."""
    return Browser()
