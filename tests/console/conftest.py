"""An officer at her desk, a customer who is none, and a log that is sequenced."""

import socket
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from zeal import zeal_context, zeal_ignore

from audit import publishing
from audit.sequencer import Sequencer
from profiles.actions import accounts
from profiles.models import User
from tests.audit.conftest import tamper
from tests.cast import ada, ben, catalogue, cleo, dan

__all__ = ["ada", "ben", "catalogue", "cleo", "dan", "tamper"]

EMAIL, PASSWORD = "marek@console.example", "quiet-harbour-lantern"


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


def make_officer(email: str = EMAIL, name: str = "Marek") -> User:
    """An officer's account."""
    return accounts.create_officer(
        email=email, password=PASSWORD, display_name=name, at=timezone.now()
    )


@pytest.fixture
def officer(catalogue: None) -> User:
    """Marek, of the privacy office."""
    return make_officer()


@pytest.fixture
def desk(officer: User) -> Browser:
    """Marek's browser, signed in."""
    return Browser().enter(officer)


@pytest.fixture
def customer(ada: UUID) -> Browser:
    """Ada's browser, signed in as a customer."""
    user = accounts.create_customer(
        subject_id=ada, email="ada@lark.example", language="en", at=timezone.now()
    )
    return Browser().enter(user)


@pytest.fixture
def sequence(committed: None) -> Iterator[Callable[[], None]]:
    """Gives every entry its place, seals them and publishes where verification looks."""
    worker = Sequencer(signer=publishing.signer(), directory=publishing.log_directory())
    publishing.log_directory().joinpath("checkpoint").unlink(missing_ok=True)

    def run() -> None:
        while worker.step(at=timezone.now()):
            pass

    yield run
    worker.close()
    publishing.log_directory().joinpath("checkpoint").unlink(missing_ok=True)


@pytest.fixture
def nothing_listens() -> str:
    """The address of a broker on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


@pytest.fixture
def colleague(officer: User) -> Browser:
    """The browser of another officer, Nadia."""
    return Browser().enter(make_officer("nadia@console.example", "Nadia"))
