"""The scoreboard of partners, and what Today says of those that owe an answer."""

from datetime import timedelta
from uuid import UUID

import time_machine
from django.utils import timezone

from consent.actions import spreading
from profiles.models import User
from tests.cast import given, say
from tests.console.conftest import Browser


def html(browser: Browser, page: str) -> str:
    return browser.get(f"/console/{page}").content.decode()


def test_every_bound_partner_has_its_row(desk: Browser) -> None:
    page = html(desk, "partners")
    assert "Northwind Advertising" in page and "Up to date" in page


def test_a_late_partner_is_an_item_on_today_and_goes_once_it_has_answered(
    desk: Browser, officer: User, ada: UUID
) -> None:
    given(ada, "targeted_ads")
    say(ada, "withdrawn", "targeted_ads")
    spreading.spread(at=timezone.now())
    assert "has not confirmed" not in html(desk, "")

    with time_machine.travel(timezone.now() + timedelta(seconds=90)):
        assert "Northwind Advertising has not confirmed 2 changes" in html(desk, "")
        assert "Late" in html(desk, "partners")
        spreading.acknowledge_epoch(
            recipient="northwind", subject_id=ada, epoch=99, at=timezone.now()
        )
        assert "has not confirmed" not in html(desk, "")
        assert "Up to date" in html(desk, "partners")


def test_a_part_of_our_own_that_stands_still_is_an_item_too(desk: Browser, ada: UUID) -> None:
    with time_machine.travel(timezone.now() + timedelta(seconds=90)):
        assert "Queued work has not confirmed" in html(desk, "")
        assert "Queued work has not applied" in html(desk, "partners")
        assert str(ada) not in html(desk, "partners")
