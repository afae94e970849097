"""Many people with varied consents, made fast, for measurements."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from consent.actions import cataloguing, states, subjects
from consent.compiling import EventFact, PersonFacts
from consent.models import ConsentEvent

PLACES = ["EU-DE", "EU-FR", "EU-PL", "UK", "US-CA", "US-CO"]
PURPOSES = {
    "recommendations": ("personalisation", 2),
    "email_marketing": ("direct_marketing", 1),
    "targeted_ads": ("cross_context_ads", 1),
    "service_improvement": ("personalisation", 1),
}


def make(count: int, *, seed: int = 7) -> list[UUID]:
    """Publish the catalogue and create `count` adults; four in five permit recommendations."""
    now = timezone.now()
    cataloguing.load(document=cataloguing.default_document(), by="bench", at=now)
    dice = random.Random(seed)
    newcomers = [
        subjects.Newcomer(jurisdictions=(dice.choice(PLACES),), birth_date=date(1980, 1, 1))
        for _ in range(count)
    ]
    people = subjects.register_many(newcomers=newcomers, by="bench", at=now)
    first_states = [
        (
            person.pk,
            PersonFacts("known", tuple(person.jurisdictions), person.birth_month),
            _said(dice, now - timedelta(days=30)),
        )
        for person in people
    ]
    states.store_many(people=first_states, at=now)
    return [person.pk for person in people]


def _said(dice: random.Random, at: datetime) -> list[EventFact]:
    events = []
    for code, (purpose_class, notice) in PURPOSES.items():
        yes = dice.random() < (0.8 if code == "recommendations" else 0.5)
        events.append(
            EventFact(
                state=str(ConsentEvent.State.GIVEN if yes else ConsentEvent.State.REFUSED),
                valid_from=at,
                recorded_at=at,
                purpose=code,
                purpose_class=purpose_class,
                consent_types=("expressed",),
                notice=notice,
            )
        )
    return events
