"""Pairwise ids: turned back only by us, joined by no two partners."""

from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consent.actions import subjects
from consent.queries import identifiers


@given(st.uuids(), st.sampled_from(["shop-app", "northwind"]))
def test_an_id_leads_back_to_its_person(subject_id: UUID, recipient: str) -> None:
    text = identifiers.pairwise_id(recipient=recipient, subject_id=subject_id)
    assert text.startswith("ps_")
    found = identifiers.subject_id_of_pairwise(recipient=recipient, identifier=text)
    assert found == subject_id


@given(st.uuids())
def test_no_two_recipients_can_join_their_ids(subject_id: UUID) -> None:
    ours = identifiers.pairwise_id(recipient="shop-app", subject_id=subject_id)
    theirs = identifiers.pairwise_id(recipient="northwind", subject_id=subject_id)
    assert ours != theirs
    assert identifiers.subject_id_of_pairwise(recipient="northwind", identifier=ours) != subject_id


@given(st.text(max_size=60))
def test_whatever_a_partner_sends_is_an_id_or_nobody(text: str) -> None:
    for identifier in (text, "ps_" + text):
        found = identifiers.subject_id_of_pairwise(recipient="shop-app", identifier=identifier)
        assert found is None or isinstance(found, UUID)


@pytest.mark.django_db
def test_only_a_first_party_may_use_its_own_references() -> None:
    newcomer = subjects.Newcomer(jurisdictions=("EU-DE",), references=(("crm", "123"),))
    subject = subjects.register(newcomer=newcomer, by="tests", at=timezone.now())
    named = {"recipient": "shop-app", "identifier": "ref:crm:123"}
    assert identifiers.find_subject(first_party=True, **named) == subject.pk
    assert identifiers.find_subject(first_party=False, **named) is None
    other = identifiers.find_subject(
        recipient="shop-app", first_party=True, identifier="ref:erp:123"
    )
    assert other is None


def test_ids_of_strangers_are_well_formed_and_of_nobody() -> None:
    stranger = identifiers.pairwise_id(recipient="northwind", subject_id=uuid4())
    assert identifiers.subject_id_of_pairwise(recipient="shop-app", identifier=stranger)
