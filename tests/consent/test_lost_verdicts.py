"""A database that was restored has lost verdicts that a running process counts on."""

import os

from django.db import connections
from django.utils import timezone

from consent.actions.asking import ask
from consent.actions.asking_bulk import ask_bulk
from consent.queries import people
from consent.questions import Mint
from tests.cast import question


def lose_verdicts() -> None:
    with connections["owner"].cursor() as owner:
        owner.execute("DELETE FROM consent_verdict")


def test_a_lost_verdict_is_written_again(ada):
    assert ask(question=question(ada), at=timezone.now(), mint=Mint.ALL).permit
    lose_verdicts()
    assert ask(question=question(ada), at=timezone.now(), mint=Mint.ALL).permit


def test_a_bulk_permit_over_very_many_shapes_fits_into_the_log(ada, monkeypatch):
    (content,) = people.all_shapes().values()
    many = {os.urandom(16): content for _ in range(600)}
    monkeypatch.setattr(people, "all_shapes", lambda: many)
    bulk = ask_bulk(
        purpose="recommendations",
        attributes=["purchases"],
        recipient="shop",
        feature="tests",
        at=timezone.now(),
    )
    assert bulk.shapes == len(many)
