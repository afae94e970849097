"""A database that was restored has lost verdicts that a running process counts on."""

import os

from django.db import connections
from django.utils import timezone

from audit import queries as log
from consent import bulk_entries
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
    ((_, content, _),) = people.all_states(at=timezone.now())
    many = [(os.urandom(16), content, 3) for _ in range(1_900)]
    monkeypatch.setattr(people, "all_states", lambda at: many)
    bulk = ask_bulk(
        purpose="recommendations",
        attributes=["purchases"],
        recipient="shop",
        feature="tests",
        at=timezone.now(),
    )
    assert bulk.shapes == len(many)
    entries = log.events(filters=log.Filters(kind="decision.bulk"))
    assert len(entries) == 3
    assert {entry.facts.get("continues") for entry in entries} == {None, str(bulk.event)}
    named = [share for entry in entries for share in bulk_entries.shares_of(entry.facts)]
    assert {share.shape for share in named} == {digest[:8] for digest, _, _ in many}
    assert sum(share.people for share in named) == 3 * len(many)
