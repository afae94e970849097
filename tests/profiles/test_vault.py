"""The vault: opened only by a live permit, and only where a block belongs."""

from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from consent.actions import subjects
from consent.actions.asking import ask
from consent.errors import ConsentRefused
from consent.questions import Mint
from keys import queries as keys
from keys.errors import BoxRefused
from profiles import boxes
from profiles.actions import vault as writing
from profiles.models.vault import TIMELESS
from profiles.queries import vault
from tests.cast import question

pytestmark = pytest.mark.django_db


def test_each_attribute_outside_the_permit_stays_closed(ada: UUID) -> None:
    ruling = ask(question=question(ada, "age_band"), at=timezone.now(), mint=Mint.ALL)
    assert vault.values(subject_id=ada, ruling=ruling) == {"age_band": "45-54"}


def test_reading_without_a_permit_raises(ben: UUID) -> None:
    ruling = ask(question=question(ben), at=timezone.now(), mint=Mint.ALL)
    with pytest.raises(vault.NoPermit):
        vault.read(subject_id=ben, ruling=ruling)


def test_the_permit_of_one_person_opens_nothing_of_another(ada: UUID, ben: UUID) -> None:
    ruling = ask(question=question(ada, "age_band"), at=timezone.now(), mint=Mint.ALL)
    with pytest.raises(BoxRefused):
        vault.read(subject_id=ben, ruling=ruling)


def test_a_stream_gives_the_same_as_a_read(ada: UUID) -> None:
    asked = question(ada, "name", "email", "age_band", "purchases", purpose="rights_fulfilment")
    ruling = ask(question=asked, at=timezone.now(), mint=Mint.ALL)
    read = vault.read(subject_id=ada, ruling=ruling)
    assert [block.attribute for block in read] == ["age_band", "email", "name", "purchases.produce"]
    assert list(vault.stream(subject_id=ada, ruling=ruling)) == read


def test_what_no_purpose_covers_is_not_stored(ben: UUID) -> None:
    with pytest.raises(ConsentRefused) as refused:
        writing.write(
            subject_id=ben, values={"shoe_size": 38}, source="t", by="t", at=timezone.now()
        )
    assert refused.value.code == "CATEGORY_NOT_COVERED"
    assert vault.inventory(ben) == {}


def test_a_value_is_replaced_and_a_month_may_grow(ada: UUID) -> None:
    now = timezone.now()
    writing.write(subject_id=ada, values={"age_band": "55-64"}, source="t", by="t", at=now)
    block = writing.Block(ada, "purchases.produce", [["pears", 4, 1, 99, "b2"]])
    writing.put(blocks=[block], source="t", at=now, add_part=True)
    assert vault.inventory(ada) == {"age_band": 1, "email": 1, "name": 1, "purchases.produce": 2}


def test_no_value_is_in_the_clear_anywhere_in_the_database(ada: UUID) -> None:
    ruling = ask(question=question(ada, "age_band"), at=timezone.now(), mint=Mint.ALL)
    vault.read(subject_id=ada, ruling=ruling)
    with connection.cursor() as cursor:
        cursor.execute("SELECT box FROM profiles_vault_read(%s)", [ruling.permit])
        boxes_read = [bytes(row[0]) for row in cursor.fetchall()]
    assert boxes_read
    assert not any(b"45-54" in box for box in boxes_read)


def test_a_block_moved_to_another_person_attribute_month_or_version_does_not_open(
    ada: UUID, ben: UUID
) -> None:
    key = keys.data_key(ada)
    place = {"subject_id": ada, "attribute": "age_band", "month": TIMELESS}
    box = boxes.close(key, "45-54", **place)
    assert boxes.unclose(key, box, version=boxes.SCHEMA_VERSION, **place) == "45-54"
    for change in (
        {"subject_id": ben},
        {"attribute": "phone"},
        {"month": TIMELESS.replace(month=2)},
        {"version": 2},
    ):
        with pytest.raises(BoxRefused):
            boxes.unclose(key, box, **({"version": boxes.SCHEMA_VERSION} | place | change))


def test_nothing_is_stored_of_an_erased_person(ben: UUID) -> None:
    subjects.mark_erased(subject_id=ben, at=timezone.now())
    with pytest.raises(Exception, match="erased"):
        writing.put(blocks=[writing.Block(ben, "age_band", "35-44")], source="t", at=timezone.now())
