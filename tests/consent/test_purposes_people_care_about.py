"""Purposes as people care about them: one basis at a time, sources apart, figures over many."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from zeal import zeal_context

from consent.actions import cataloguing
from consent.actions.asking import ask
from consent.actions.asking_bulk import ask_bulk
from consent.actions.cataloguing import CatalogueRefused
from consent.catalogue_faults import faults
from consent.forbidden import why_forbidden
from consent.models import LegalBasis, Purpose
from consent.queries import catalogue as catalogues
from consent.queries import uses
from consent.questions import Mint, Ruling
from tests.cast import bring_in, given, question, say

EVER = "2016-01-01T00:00:00+00:00"


def document_with(code: str, **members: Any) -> dict[str, Any]:
    document = cataloguing.default_document()
    entry = next(found for found in document["purposes"] if found["code"] == code)
    entry |= members
    return document


def load(document: dict[str, Any]) -> None:
    with zeal_context():
        cataloguing.load(document=document, by="tests", at=timezone.now())


def pointers(document: dict[str, Any]) -> list[str]:
    return [fault.pointer for fault in faults(document)]


def place_of(document: dict[str, Any], code: str) -> str:
    names = [found["code"] for found in document["purposes"]]
    return f"/purposes/{names.index(code)}"


def asked(subject_id: UUID, purpose: str, *attributes: str, **changes: object) -> Ruling:
    put = question(subject_id, *attributes, purpose=purpose, **changes)
    with zeal_context():
        return ask(question=put, at=timezone.now(), mint=Mint.PARTIAL)


# One basis at a time


def switched(code: str, basis: str, *, since: datetime, **more: Any) -> dict[str, Any]:
    """The shipped document in which a purpose changes its basis everywhere but in the US."""
    old = {"jurisdiction": "*", "basis": "consent", "effective_from": EVER,
           "effective_until": since.isoformat()}  # fmt: skip
    new = {"jurisdiction": "*", "basis": basis, "effective_from": since.isoformat()} | more
    return document_with(code, bases=[old, new])


@pytest.mark.django_db
def test_a_basis_that_follows_another_is_a_row_of_its_own(ben: UUID) -> None:
    since = timezone.now() + timedelta(hours=1)
    load(switched("recommendations", "legitimate_interest", since=since,
                  conditions=["lia_recorded"]))  # fmt: skip
    rows = LegalBasis.objects.filter(purpose__name="recommendations", jurisdiction="*")
    assert list(rows.order_by("effective_from").values_list("basis", "effective_until")) == [
        ("consent", since), ("legitimate_interest", None),
    ]  # fmt: skip
    put = question(ben)
    with zeal_context():
        before = ask(question=put, at=since - timedelta(seconds=1))
        after = ask(question=put, at=since)
    assert (before.reason_code, after.reason_code) == ("CONSENT_MISSING", "LEGITIMATE_INTEREST")


@pytest.mark.django_db
@pytest.mark.parametrize("no", ["refused", "withdrawn", "objected"])
def test_consent_is_not_swapped_once_somebody_said_no(ada: UUID, ben: UUID, no: str) -> None:
    say(ben, no, "recommendations")
    since = timezone.now() + timedelta(hours=1)
    document = switched("recommendations", "legitimate_interest", since=since,
                        conditions=["lia_recorded"])  # fmt: skip
    with pytest.raises(CatalogueRefused) as refused:
        load(document)
    assert [fault.pointer for fault in refused.value.faults] == ["/purposes/0/bases/1/basis"]
    assert asked(ada, "recommendations").reason_code == "CONSENT_VALID"
    # Because the swap would also creep in through one jurisdiction alone.
    entry = document["purposes"][0]
    entry["bases"] = [
        {"jurisdiction": "*", "basis": "consent", "effective_from": EVER},
        {"jurisdiction": "EU", "basis": "contract", "conditions": ["contract_necessary"],
         "effective_from": since.isoformat()},
    ]  # fmt: skip
    with pytest.raises(CatalogueRefused):
        load(document)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bases", "member"),
    [
        ([{"jurisdiction": "*", "basis": "contract", "effective_from": EVER}], "0/basis"),
        ([{"jurisdiction": "*", "basis": "consent", "conditions": ["electronic"],
           "effective_from": EVER}], "0/basis"),
        ([{"jurisdiction": "*", "basis": "consent", "effective_from": EVER,
           "effective_until": "2020-01-01T00:00:00+00:00"}], "0/effective_until"),
        ([{"jurisdiction": "*", "basis": "consent", "effective_from": EVER},
          {"jurisdiction": "UK", "basis": "consent", "effective_from": EVER}], "1/effective_from"),
    ],
)  # fmt: skip
def test_what_was_decided_on_is_not_rewritten(
    catalogue: None, bases: list[dict[str, Any]], member: str
) -> None:
    with pytest.raises(CatalogueRefused) as refused:
        load(document_with("recommendations", bases=bases))
    assert f"/purposes/0/bases/{member}" in [fault.pointer for fault in refused.value.faults]


@pytest.mark.django_db
def test_the_database_keeps_one_basis_at_a_time_and_changes_none(catalogue: None) -> None:
    purpose = Purpose.objects.get(name="recommendations")
    row = LegalBasis.objects.get(purpose=purpose, jurisdiction="*")
    with pytest.raises(DatabaseError, match="one legal basis at a time"), transaction.atomic():
        LegalBasis.objects.create(
            purpose=purpose, jurisdiction="*", basis="contract", effective_from=timezone.now()
        )
    for change in ({"basis": "contract"}, {"conditions": ["electronic"]}):
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            LegalBasis.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError, match="basis_is_known"), transaction.atomic():
        LegalBasis.objects.create(
            purpose=purpose, jurisdiction="IN", basis="karma", effective_from=timezone.now()
        )


@pytest.mark.django_db
def test_a_public_task_needs_its_law_and_yields_to_an_objection(catalogue: None) -> None:
    def resting_on(*conditions: str) -> dict[str, Any]:
        document = cataloguing.default_document()
        entry = deepcopy(document["purposes"][0]) | {
            "code": "public_health", "purpose_class": "security", "asked": False,
            "bases": [{"jurisdiction": "*", "basis": "public_task",
                       "conditions": list(conditions), "effective_from": EVER}],
        }  # fmt: skip
        document["purposes"].append(entry)
        return document

    person, indian = bring_in("EU-DE"), bring_in("IN")
    load(resting_on("public_task_law"))
    assert asked(person, "public_health").permitted
    assert asked(indian, "public_health").reason_code == "NO_LEGAL_BASIS"
    say(person, "objected", "public_health")
    assert asked(person, "public_health").reason_code == "OBJECTION_UNRESOLVED"


@pytest.mark.django_db
def test_a_public_task_without_its_law_is_no_basis(catalogue: None) -> None:
    document = cataloguing.default_document()
    document["purposes"].append(
        deepcopy(document["purposes"][0]) | {
            "code": "public_health", "purpose_class": "security",
            "bases": [{"jurisdiction": "*", "basis": "public_task", "effective_from": EVER}],
        }
    )  # fmt: skip
    load(document)
    assert asked(bring_in("EU-DE"), "public_health").reason_code == "NO_LEGAL_BASIS"


# Figures over many


@pytest.mark.django_db
def test_improving_the_service_is_apart_from_personal_offers(ben: UUID, ada: UUID) -> None:
    given(ben, "service_improvement")
    with zeal_context():
        standing = uses.standing(subject_id=ben, language="en", at=timezone.now())
    active = {use.code for use in standing.uses if use.active}
    assert "service_improvement" in active and "recommendations" not in active
    assert not asked(ben, "recommendations").permitted
    assert asked(ada, "service_improvement").reason_code == "CONSENT_MISSING"


@pytest.mark.django_db
def test_figures_need_enough_people(catalogue: None) -> None:
    assert catalogues.catalogue().purposes["service_improvement"].minimum_people == 20
    load(document_with("service_improvement", minimum_people=3))
    people = [bring_in("EU-DE") for _ in range(3)]

    def over_everybody() -> bool:
        with zeal_context():
            ruling = ask_bulk(
                purpose="service_improvement", attributes=["purchases"], recipient="shop",
                feature="figures", at=timezone.now(),
            )  # fmt: skip
        return ruling.permit is not None

    for person in people[:2]:
        given(person, "service_improvement")
    assert not over_everybody()
    given(people[2], "service_improvement")
    assert over_everybody()
    say(people[0], "withdrawn", "service_improvement")
    assert not over_everybody()


@pytest.mark.django_db
def test_no_feature_runs_for_one_person_on_a_purpose_of_figures(catalogue: None) -> None:
    document = cataloguing.default_document()
    document["features"][0]["purpose"] = "service_improvement"
    assert pointers(document) == ["/features/0/purpose"]


# What comes from outside


@pytest.mark.parametrize(
    ("code", "provider", "source"),
    [
        ("partner_data", "partner", "Northwind Advertising"),
        ("social_data", "social", "Birdsong"),
        ("competitor_data", "competitor", "Rival Market"),
    ],
)
def test_each_outside_source_is_a_question_that_names_it(
    code: str, provider: str, source: str
) -> None:
    document = cataloguing.default_document()
    providers = {one["code"]: one.get("provider", "person") for one in document["attributes"]}
    entry = next(found for found in document["purposes"] if found["code"] == code)
    assert {providers[attribute] for attribute in entry["attributes"]} == {provider}
    assert (entry["source"], entry.get("asked", True)) == (source, True)
    assert [basis["basis"] for basis in entry["bases"]] == ["consent"]
    for text in entry["notices"][-1]["texts"]:
        assert source in text["rows"]["look_at"]


def test_outside_data_join_no_other_question() -> None:
    document = document_with("recommendations", attributes=["purchases", "partner_interests"])
    assert pointers(document) == ["/purposes/0/attributes", "/purposes/0/source"]
    document = document_with("partner_data", attributes=["partner_interests", "social_interests"])
    assert pointers(document) == [f"{place_of(document, 'partner_data')}/attributes"]


def test_an_outside_source_is_named_in_the_words_too() -> None:
    document = document_with("partner_data", source="")
    place = place_of(document, "partner_data")
    assert pointers(document) == [f"{place}/source"]
    document = document_with("partner_data", source="Somebody Else")
    assert pointers(document) == [f"{place}/notices/0/texts"]


@pytest.mark.django_db
def test_nothing_from_outside_is_used_without_its_own_yes(ada: UUID, cleo: UUID) -> None:
    for person in (ada, cleo):
        assert asked(person, "partner_data", "partner_interests").reason_code == "CONSENT_MISSING"
    given(ada, "partner_data")
    assert asked(ada, "partner_data", "partner_interests").permitted
    assert not asked(ada, "social_data", "social_interests").permitted
    assert not asked(ada, "recommendations", "partner_interests").permitted


PD = "https://w3id.org/dpv/pd#"


@pytest.mark.parametrize(
    ("code", "dpv", "provenance", "provider"),
    [
        ("voice_tone", "", "observed", "shop"),
        ("calls.tone_of_voice", "", "provided", "person"),
        ("mood_in_speech", "", "inferred", "shop"),
        ("signal_7", PD + "VoiceEmotion", "observed", "shop"),
        ("face_recognition", "", "observed", "shop"),
        ("facial_geometry", "", "provided", "person"),
        ("visitor_hash", PD + "FacialPrint", "observed", "shop"),
        ("employer", "", "inferred", "shop"),
        ("employer", "", "provided", "partner"),
        ("office_network", PD + "CurrentEmployment", "observed", "shop"),
        ("faceprint", "", "provided", "person"),
    ],
)
def test_some_data_are_in_no_catalogue(code: str, dpv: str, provenance: str, provider: str) -> None:
    assert why_forbidden(code=code, dpv=dpv, provenance=provenance, provider=provider)
    document = cataloguing.default_document()
    document["attributes"].append(
        {"code": code, "label": {"en": "X"}, "dpv": dpv, "provenance": provenance,
         "provider": provider}
    )  # fmt: skip
    found = faults(document)
    assert [fault.pointer for fault in found] == [
        f"/attributes/{len(document['attributes']) - 1}/code"
    ]
    assert (
        "never" in found[0].says
        or "only where they say so" in found[0].says
        or ("Nobody" in found[0].says)
    )


@pytest.mark.parametrize("code", ["purchases.facial_care", "invoice", "typeface", "milestone"])
def test_words_that_only_look_alike_are_fine(code: str) -> None:
    assert why_forbidden(code=code, dpv="", provenance="observed", provider="shop") is None


def test_an_employer_that_somebody_names_is_theirs_to_name() -> None:
    found = why_forbidden(
        code="employer", dpv=PD + "CurrentEmployment", provenance="provided", provider="person"
    )
    assert found is None


# Incentives

INCENTIVE: dict[str, Any] = {
    "summary": {"en": "Five percent off.", "uk": "П’ять відсотків знижки."},
    "value": {"amount": "2.50", "currency": "EUR", "per": "month"},
    "estimate": {"en": "What alike data cost us last year.", "uk": "Ціна таких даних торік."},
    "withdraw": {"en": "Press No here.", "uk": "Натисніть «Ні» тут."},
}


def test_an_incentive_with_its_notice_may_be_published() -> None:
    assert faults(document_with("recommendations", incentive=INCENTIVE)) == []


@pytest.mark.parametrize("member", ["summary", "value", "estimate", "withdraw"])
def test_an_incentive_without_its_notice_is_not_published(member: str) -> None:
    incomplete = {name: value for name, value in INCENTIVE.items() if name != member}
    document = document_with("recommendations", incentive=incomplete)
    assert pointers(document) == [f"/purposes/0/incentive/{member}"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("estimate", {"en": "In English only."}),
        ("value", {"amount": 2.5, "currency": "EUR", "per": "month"}),
        ("value", {"amount": "2.50", "currency": "euro", "per": "month"}),
        ("value", {"amount": "2.50", "currency": "EUR", "per": "whim"}),
        ("gift", "yes"),
    ],
)
def test_an_incentive_says_it_properly(member: str, value: object) -> None:
    document = document_with("recommendations", incentive=INCENTIVE | {member: value})
    assert pointers(document) == [f"/purposes/0/incentive/{member}"]
