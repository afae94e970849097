"""Whoever is not us is disclosed to only while a contract is in force, and not a moment longer."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from zeal import zeal_context

from consent.actions import cataloguing
from consent.actions.asking import ask
from consent.actions.cataloguing import CatalogueRefused
from consent.models import Recipient
from consent.queries import catalogue as catalogues
from consent.questions import Mint, Question, Ruling
from tests.cast import given, question

pytestmark = pytest.mark.django_db
ROLES = ["processor", "joint_controller", "third_party"]


def bind(role: str, contract: dict[str, Any] | None) -> None:
    document = cataloguing.default_document()
    entry: dict[str, Any] = {
        "code": "westwind", "name": "Westwind", "role": role, "country": "DE",
        "grants": [{"purpose": "recommendations"}],
    }  # fmt: skip
    document["recipients"].append(entry | ({"contract": contract} if contract else {}))
    cataloguing.load(document=document, by="tests", at=timezone.now())


def asked(subject_id: UUID, *, at: datetime | None = None, mint: Mint = Mint.NONE) -> Ruling:
    put: Question = question(subject_id, recipient="westwind")
    with zeal_context():
        return ask(question=put, at=at or timezone.now(), mint=mint)


@pytest.mark.parametrize("role", ROLES)
def test_without_a_contract_nobody_is_disclosed_to(ada: UUID, role: str) -> None:
    bind(role, None)
    assert asked(ada).reason_code == "RECIPIENT_NOT_DISCLOSED"


@pytest.mark.parametrize("role", ROLES)
def test_under_contract_the_consent_decides(ada: UUID, ben: UUID, role: str) -> None:
    bind(role, {"reference": "AV-7", "from": "2020-01-01T00:00:00+00:00"})
    assert asked(ada).permitted
    assert asked(ben).reason_code == "CONSENT_MISSING"


def test_a_contract_begins_and_ends_by_itself(ada: UUID) -> None:
    start = timezone.now() + timedelta(hours=1)
    end = start + timedelta(hours=1)
    bind("processor", {"reference": "AV-7", "from": start.isoformat(), "until": end.isoformat()})
    assert {start, end} <= set(catalogues.catalogue().moments)
    answers = [
        asked(ada, at=at).reason_code
        for at in (start - timedelta(seconds=1), start, end - timedelta(seconds=1), end)
    ]
    none = "RECIPIENT_NOT_DISCLOSED"
    assert answers == [none, "CONSENT_VALID", "CONSENT_VALID", none]


def test_a_remembered_verdict_ends_with_the_contract(ada: UUID) -> None:
    end = timezone.now() + timedelta(minutes=5)
    bind(
        "processor", {"reference": "AV-7", "from": "2020-01-01T00:00:00Z", "until": end.isoformat()}
    )
    assert asked(ada, mint=Mint.ALL).permit is not None
    with time_machine.travel(end, tick=False):
        later = asked(ada, mint=Mint.ALL)
    assert (later.permit, later.reason_code) == (None, "RECIPIENT_NOT_DISCLOSED")


def test_a_contract_without_its_reference_is_none(ada: UUID) -> None:
    with pytest.raises(CatalogueRefused, match="text with words"):
        bind("processor", {"reference": "", "from": "2020-01-01T00:00:00+00:00"})
    assert not asked(ada).permitted


def test_the_database_keeps_roles_and_contracts_straight(catalogue: None) -> None:
    found = Recipient.objects.filter(pk="northwind")
    for change in (
        {"role": "friend"},
        {"role": "first_party", "controller": None},
        {"contract_until": datetime.fromisoformat("2015-01-01T00:00:00+00:00")},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            found.update(**change)


def test_a_yes_to_another_purpose_discloses_nothing(ben: UUID) -> None:
    bind("processor", {"reference": "AV-7", "from": "2020-01-01T00:00:00+00:00"})
    given(ben, "service_improvement")
    assert not asked(ben).permitted
