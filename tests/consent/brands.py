"""A second brand for tests: it uses the code `recommendations` too, and has an app of its own."""

from copy import deepcopy
from typing import Any

from django.utils import timezone

from consent.actions import cataloguing

BRAND = "deli"
THEIRS = "deli:recommendations"
LABEL = {"en": "Suggest cheese", "uk": "Радити сир"}


def two_brands() -> dict[str, Any]:
    """The shipped document with a second controller, one purpose and a first party of its own."""
    document = cataloguing.default_document()
    document["controllers"].append(
        {
            "code": BRAND,
            "name": "Deli House",
            "country": "AT",
            "contact": "privacy@deli-house.example",
            "is_main": False,
        }
    )
    ours = next(found for found in document["purposes"] if found["code"] == "recommendations")
    theirs = deepcopy(ours) | {"controller": BRAND, "label": LABEL}
    for notice in theirs["notices"]:
        for text in notice["texts"]:
            text["title"] = LABEL[text["language"]]
    document["purposes"].append(theirs)
    document["recipients"].append(
        {
            "code": BRAND,
            "name": "Deli House",
            "role": "first_party",
            "country": "AT",
            "controller": BRAND,
            "grants": [],
        }
    )
    return document


def load(document: dict[str, Any]) -> None:
    """Publish a document now."""
    cataloguing.load(document=document, by="tests", at=timezone.now())
