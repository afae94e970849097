"""Events as the service writes them: what some people did, put on record for very many."""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone

from audit.bodies import encode
from audit.forms import Entry
from audit.identifiers import uuid7
from consent.actions import asking
from consent.questions import Mint, Question
from profiles.actions import disclosing
from tests.bench import events, people
from tests.bench.gate import ATTRIBUTES

PEOPLE = 150
PURPOSES = ("recommendations", "email_marketing", "targeted_ads", "service_improvement")
BODIES = """
    SELECT kind, tag IS NOT NULL, body FROM audit_event
    WHERE kind = 'use' OR split_part(kind, '.', 1) IN ('decision', 'consent') ORDER BY id
"""
_FACTS, _NO_FACTS, _ID = b'"facts":', b'"facts":{}', b',"id":"'

Pattern = tuple[str, bool, bytes]


def lived() -> list[Pattern]:
    """What is on record when each of some people is asked about six times, every permit is
    used, and they say one thing: (kind, about a person, facts).
    """
    dice = random.Random(3)
    for subject_id in people.make(PEOPLE):
        for _ in range(6):
            asked = ATTRIBUTES[: dice.randint(1, len(ATTRIBUTES))]
            question = Question(subject_id, dice.choice(PURPOSES), asked, "shop")
            ruling = asking.ask(question=question, at=timezone.now(), mint=Mint.PARTIAL)
            if ruling.permit is not None:
                disclosing.disclose(
                    subject_id=subject_id, recipient="shop", purpose=question.purpose,
                    attributes=ruling.covered, ruling=ruling, at=timezone.now(),
                )  # fmt: skip
        events.say(subject_id, dice.randrange(2))
    with connection.cursor() as cursor:
        cursor.execute(BODIES)
        found = [(kind, named, _facts(bytes(body))) for kind, named, body in cursor.fetchall()]
    dice.shuffle(found)
    return found


def entries(patterns: list[Pattern], count: int) -> Iterator[Entry]:
    """So many new events with these bodies in turn; ids, times and tags are their own."""
    for number in range(count):
        kind, named, facts = patterns[number % len(patterns)]
        event_id, at, tag = uuid7(), datetime.now(UTC), os.urandom(16) if named else None
        body = encode(event_id, kind, at, tag, {}).replace(_NO_FACTS, _FACTS + facts, 1)
        yield Entry(event_id, at, kind, tag, body)


def _facts(body: bytes) -> bytes:
    return body[body.index(_FACTS) + len(_FACTS) : body.rindex(_ID)]
