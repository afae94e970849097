"""The notices of a catalogue document answer for all that an officer's draft answers for."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from zeal import zeal_context

from consent.actions import cataloguing
from consent.actions.cataloguing import CatalogueRefused
from consent.models import Notice
from consent.queries import drafts

pytestmark = pytest.mark.django_db

Document = dict[str, Any]
# Where the shipped document has recommendations, its two versions, and the one people see.
AT = "/purposes/0"
LIVE = f"{AT}/notices/1"


def bring_in(document: Document) -> None:
    with zeal_context():
        cataloguing.bring_in(document=document, by="tests", at=timezone.now())


def refused(document: Document) -> dict[str, str]:
    """Every place and what is said of it."""
    with pytest.raises(CatalogueRefused) as found:
        bring_in(document)
    return {fault.pointer: fault.says for fault in found.value.faults}


def version(document: Document, number: int = 2) -> Document:
    found: Document = document["purposes"][0]["notices"][number - 1]
    return found


def row(name: str, text: str, language: int = 0) -> Callable[[Document], None]:
    return lambda document: version(document)["texts"][language]["rows"].update({name: text})


def detail(name: str, purpose: int = 0) -> Callable[[Document], None]:
    return lambda document: document["purposes"][purpose]["notices"][-1]["details"].pop(name)


LACKING = {
    "a forbidden phrase": (
        row("so_that", "We can improve your experience."), "/texts/0/rows/so_that",
    ),
    "an empty row": (row("if_no", " ", 1), "/texts/1/rows/if_no"),
    "one hard row": (
        row("who_sees", "Affiliated organisations obtaining transactional particulars."),
        "/texts/0/rows/who_sees",
    ),
    "a language": (lambda document: version(document)["texts"].pop(), "/texts"),
    "rights": (detail("rights"), "/details/rights"),
    "complaint": (detail("complaint"), "/details/complaint"),
    "withdrawal": (detail("withdrawal"), "/details/withdrawal"),
    "an unmeasured card": (
        lambda document: version(document).update(component="glowing-yes"), "/component",
    ),
    "a bundle": (
        lambda document: version(document)["texts"][0].update(title="Suggest and prevent fraud"),
        "/texts/0/title",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LACKING)
def test_what_an_officer_could_not_publish_no_document_publishes(db: None, name: str) -> None:
    change, place = LACKING[name]
    document = cataloguing.default_document()
    change(document)
    found = refused(document)
    assert list(found) == [f"{LIVE}{place}"]
    assert found[f"{LIVE}{place}"]
    assert not Notice.objects.exists()


def test_everything_that_is_wrong_is_named_at_once(db: None) -> None:
    document = cataloguing.default_document()
    for name in ("a forbidden phrase", "an empty row", "rights"):
        LACKING[name][0](document)
    partner = next(
        index for index, one in enumerate(document["purposes"]) if one["code"] == "partner_data"
    )
    detail("source", partner)(document)
    assert set(refused(document)) == {
        f"{LIVE}/texts/0/rows/so_that",
        f"{LIVE}/texts/1/rows/if_no",
        f"{LIVE}/details/rights",
        f"/purposes/{partner}/notices/0/details/source",
    }


def test_a_recipient_is_named_where_people_read_it(db: None) -> None:
    document = cataloguing.default_document()
    northwind = next(one for one in document["recipients"] if one["code"] == "northwind")
    northwind["grants"].append({"purpose": "recommendations"})
    found = refused(document)
    assert set(found) == {f"{LIVE}/texts/0/rows/who_sees", f"{LIVE}/texts/1/rows/who_sees"}
    assert "Northwind Advertising" in found[f"{LIVE}/texts/0/rows/who_sees"]


def test_a_version_that_is_over_answers_for_its_words_alone(db: None) -> None:
    document = cataloguing.default_document()
    before = version(document, 1)
    before["details"] = {}
    before["texts"].pop()
    bring_in(deepcopy(document))
    assert Notice.objects.get(purpose__name="recommendations", version=1).details == {}


def test_words_that_push_are_refused_in_a_version_that_is_over_too(db: None) -> None:
    document = cataloguing.default_document()
    version(document, 1)["texts"][0]["rows"]["if_no"] = "You will lose your good things here."
    assert list(refused(document)) == [f"{AT}/notices/0/texts/0/rows/if_no"]


def test_a_language_may_be_dropped_with_a_reason(db: None) -> None:
    document = cataloguing.default_document()
    version(document)["texts"].pop()
    version(document)["dropped"] = {"uk": "Sold in Ireland only."}
    bring_in(document)
    notice = Notice.objects.get(purpose__name="recommendations", version=2)
    assert notice.dropped == {"uk": "Sold in Ireland only."}
    assert notice.details["complaint"] == "/contact"


def further(document: Document, **members: Any) -> Document:
    """A third version of recommendations, as the second but for `members`."""
    document["purposes"][0]["notices"].append(
        deepcopy(version(document))
        | {"version": 3, "published_at": timezone.now().isoformat()}
        | members
    )
    return document


def test_a_further_version_that_asks_for_more_is_material(catalogue: None) -> None:
    document = further(cataloguing.default_document(), material=False)
    document["purposes"][0]["attributes"].append("kids_count")
    found = refused(document)
    assert list(found) == [f"{AT}/notices/2/material"]
    assert "ATTRIBUTE_ADDED" in found[f"{AT}/notices/2/material"]
    document["purposes"][0]["notices"][2]["material"] = True
    bring_in(document)
    purpose = drafts.purpose_named("recommendations")
    assert purpose is not None
    live = drafts.live(purpose)
    assert live is not None and live.version == 3


def test_new_words_for_the_same_thing_need_not_be_material(catalogue: None) -> None:
    bring_in(further(cataloguing.default_document(), material=False))
    assert Notice.objects.filter(version=3, material=False).exists()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"version": 2}, "version"),
        ({"published_at": "2017-01-01T00:00:00+00:00"}, "published_at"),
        ({"published_at": (timezone.now() + timedelta(days=9)).isoformat()}, "published_at"),
        ({"published_at": "soon"}, "published_at"),
        ({"version": "three"}, "version"),
        ({"details": {"moods": "x"}}, "details"),
        ({"details": "x"}, "details"),
        ({"dropped": {"uk": 7}}, "dropped"),
        ({"colour": "red"}, "colour"),
        ({"texts": {}}, "texts"),
        ({"texts": [7]}, "texts/0"),
        ({"texts": [{"language": "English", "title": "x", "rows": {}}]}, "texts/0/language"),
        ({"texts": [{"language": "en", "title": "x" * 141, "rows": {}}]}, "texts/0/title"),
        ({"texts": [{"language": "en", "title": "x", "rows": {"mood": "x"}}]}, "texts/0/rows"),
    ],
)
def test_a_notice_has_its_form_and_its_place_in_time(
    catalogue: None, change: Document, place: str
) -> None:
    assert f"{AT}/notices/2/{place}" in refused(further(cataloguing.default_document(), **change))


def test_a_language_stands_once(db: None) -> None:
    document = cataloguing.default_document()
    texts = version(document)["texts"]
    texts.append(texts[0])
    assert list(refused(document)) == [f"{LIVE}/texts/2/language"]


def test_no_version_is_slipped_in_before_the_live_one(catalogue: None) -> None:
    bring_in(further(cataloguing.default_document(), version=5))
    late = further(cataloguing.default_document(), version=4)
    assert f"{AT}/notices/2/version" in refused(late)
    early = further(
        cataloguing.default_document(), version=6, published_at="2020-01-01T00:00:00+00:00"
    )
    assert list(refused(early)) == [f"{AT}/notices/2/published_at"]
