"""A signed head that contradicts the log is shown to officers for as long as it does."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.urls import reverse

from audit import gossip, publishing
from audit import queries as log
from audit.checkpoints import Checkpoint
from audit.kept import read
from console.queries import contradictions
from tests.audit.conftest import write
from tests.console.conftest import Browser

WORDS = "Somebody holds a signed head that the log contradicts."


def test_a_contradiction_is_on_the_pages_of_officers_until_the_log_is_whole(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    write(3)
    sequence()
    today, audit = reverse("console:today"), reverse("console:audit")
    assert WORDS not in desk.get(today).content.decode()
    head = log.latest_checkpoint()
    assert head is not None
    later = Checkpoint(publishing.origin(), head.size + 500, bytes(32))
    compared = gossip.compare(read(publishing.signer().sign(later.text())), at=datetime.now(UTC))
    assert compared.recorded

    for page in (today, audit):
        shown = desk.get(page).content.decode()
        assert WORDS in shown and f"the size of the log was {later.size}." in shown
    assert "contradicts the log." in desk.get(audit).content.decode()
    found = contradictions.standing(at=datetime.now(UTC))
    assert found is not None and found.size == later.size


def test_a_record_of_what_does_not_contradict_is_not_shown(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    """As after the missing end of the log was brought back."""
    write(3)
    sequence()
    head = log.latest_checkpoint()
    assert head is not None
    signed = Checkpoint(publishing.origin(), head.size, bytes(head.root))
    gossip._record(signed, head, datetime.now(UTC))

    assert WORDS not in desk.get(reverse("console:today")).content.decode()
