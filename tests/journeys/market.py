"""A small market for the journeys: run as a program, it fills a database and prints who is in it.

Olena permits recommendations on all purchases; Maks has said nothing; Casey and
Nadia live in California. Twenty neighbours make the shop's crowd. Marek and Iryna are
officers.
"""

import json
import random
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

# Because models exist only once Django is set up.
from consent.actions import cataloguing, recording, subjects  # noqa: E402
from consent.acts import Act  # noqa: E402
from consent.models import Application  # noqa: E402
from consent.queries.identifiers import pairwise_id  # noqa: E402
from personalization.models import Product  # noqa: E402
from profiles.actions import accounts, vault  # noqa: E402

SECRET = "a-partner-of-the-journeys"
PASSWORD = "quiet-harbour-lantern"
KINDS = {"produce": 0, "grocery": 100, "deli": 200}
NOW = datetime.now(UTC)
LAST_MONTH = (NOW.date().replace(day=1) - timedelta(days=1)).replace(day=1)


def stock() -> None:
    """Sixty products in three departments."""
    Product.objects.bulk_create(
        Product(
            code=str(1000 + first + number),
            title=f"{kind.title()} No. {number}",
            department=f"purchases.{kind}",
            offered=True,
        )
        for kind, first in KINDS.items()
        for number in range(20)
    )


def purchases(subject_id: UUID, chance: random.Random) -> list[vault.Block]:
    """A month of shopping in every department."""
    return [
        vault.Block(
            subject_id,
            f"purchases.{kind}",
            [
                [str(1000 + first + chance.randrange(20)), chance.randrange(1, 28), 1, 199, "b1"]
                for _ in range(8)
            ],
            LAST_MONTH,
        )
        for kind, first in KINDS.items()
    ]


def person(
    name: str, email: str, *, place: str = "EU-DE", yes: bool = False, chance: random.Random
) -> UUID:
    """Somebody with an account, values and purchases."""
    newcomer = subjects.Newcomer(jurisdictions=(place,), birth_date=date(1990, 5, 5))
    subject_id = subjects.register(newcomer=newcomer, by="journeys", at=NOW).pk
    values = {"name": name, "email": email, "phone": "+4915550123456", "age_band": "35-44"}
    vault.write(subject_id=subject_id, values=values, source="shop", by="journeys", at=NOW)
    vault.put(blocks=purchases(subject_id, chance), source="till", at=NOW)
    accounts.create_customer(subject_id=subject_id, email=email, language="en", at=NOW)
    if yes:
        act = Act(state="given", purpose="recommendations", notice=2, language="en",
                  method="counter")  # fmt: skip
        recording.record(subject_id=subject_id, act=act, by="portal", at=NOW)
    return subject_id


def fill() -> dict[str, Any]:
    """Everybody, and what the tests must know of them."""
    chance = random.Random(7)
    cataloguing.load(document=cataloguing.default_document(), by="journeys", at=NOW)
    stock()
    for number in range(20):
        person(f"Neighbour {number}", f"n{number}@crowd.example", yes=True, chance=chance)
    olena = person("Olena Quillfeather", "olena@journey.example", yes=True, chance=chance)
    maks = person("Maks Fernwood", "maks@journey.example", chance=chance)
    casey = person("Casey Lark", "casey@journey.example", place="US-CA", chance=chance)
    accounts.create_officer(
        email="marek@journey.example", password=PASSWORD, display_name="Marek", at=NOW
    )
    accounts.create_officer(
        email="iryna@journey.example", password=PASSWORD, display_name="Iryna", at=NOW
    )
    Application.objects.create(
        name="shop-app",
        client_id="journeys",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        recipient_id="shop-app",
        scopes=["decide", "consent:read", "consent:write", "recommendations"],
    )
    nadia = person("Nadia Sorrel", "nadia@journey.example", place="US-CA", chance=chance)
    # Because others answer for Casey, somebody who has said nothing yet sends the signal.
    gale = person("Gale Heron", "gale@journey.example", place="US-CA", chance=chance)
    # Because Ira registered twice; nobody else's journey crosses the two.
    ira = person("Ira Wren", "ira@journey.example", yes=True, chance=chance)
    person("Ira Wren", "ira.second@journey.example", chance=chance)
    people = {
        "ira": ira,
        "olena": olena,
        "maks": maks,
        "casey": casey,
        "nadia": nadia,
        "gale": gale,
    }
    return {
        "ids": {
            name: pairwise_id(recipient="shop-app", subject_id=subject_id)
            for name, subject_id in people.items()
        },
        "subjects": {name: str(subject_id) for name, subject_id in people.items()},
        "client": ["journeys", SECRET],
        "officer": ["marek@journey.example", PASSWORD],
        "second_officer": ["iryna@journey.example", PASSWORD],
    }


if __name__ == "__main__":
    json.dump(fill(), sys.stdout)
