"""Several brands in one deployment: a Yes to one says nothing about another, at the live gate."""

from copy import deepcopy
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from zeal import zeal_context

from consent.actions.asking import ask
from consent.actions.asking_bulk import ask_bulk
from consent.errors import ConsentRefused
from consent.models import Controller, Purpose
from consent.queries import catalogue as catalogues
from consent.queries import names, uses
from consent.questions import Mint, Ruling
from tests.cast import given, question, say
from tests.consent import brands
from tests.consent.brands import BRAND, THEIRS
from tests.partners import Partner, partner_of
from tests.partners import question as body

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_brands(catalogue: None) -> None:
    """Journey Market and Deli House, both with `recommendations`."""
    brands.load(brands.two_brands())


def asked(subject_id: UUID, purpose: str, recipient: str) -> Ruling:
    put = question(subject_id, purpose=purpose, recipient=recipient)
    with zeal_context():
        return ask(question=put, at=timezone.now(), mint=Mint.PARTIAL)


def test_purposes_are_named_by_their_brand() -> None:
    found = catalogues.catalogue().purposes
    assert found["recommendations"].controller == "shop"
    assert found[THEIRS].controller == BRAND
    assert found[THEIRS].code == "recommendations"
    assert "shop:recommendations" not in found
    called = names.names()
    assert called.purpose("recommendations", "en") == "Suggest products"
    assert called.purpose(THEIRS, "en") == "Suggest cheese"


def test_a_yes_to_one_brand_says_nothing_about_the_other(ben: UUID) -> None:
    given(ben)
    assert asked(ben, "recommendations", "shop").permit is not None
    theirs = asked(ben, THEIRS, BRAND)
    assert (theirs.permitted, theirs.reason_code) == (False, "CONSENT_MISSING")
    assert theirs.permit is None
    given(ben, THEIRS, notice=2)
    assert asked(ben, THEIRS, BRAND).permit is not None


def test_a_no_to_one_brand_takes_nothing_from_the_other(ben: UUID) -> None:
    given(ben)
    given(ben, THEIRS, notice=2)
    say(ben, "withdrawn", THEIRS)
    assert asked(ben, THEIRS, BRAND).reason_code == "CONSENT_WITHDRAWN"
    assert asked(ben, "recommendations", "shop").permitted
    say(ben, "withdrawn", "recommendations")
    given(ben, THEIRS, notice=2)
    assert asked(ben, "recommendations", "shop").reason_code == "CONSENT_WITHDRAWN"
    assert asked(ben, THEIRS, BRAND).permitted


def test_one_brand_is_a_stranger_to_the_purposes_of_the_other(ben: UUID) -> None:
    given(ben)
    given(ben, THEIRS, notice=2)
    assert asked(ben, "recommendations", BRAND).reason_code == "RECIPIENT_NOT_DISCLOSED"
    assert asked(ben, THEIRS, "shop").reason_code == "RECIPIENT_NOT_DISCLOSED"


@pytest.mark.parametrize(
    "name",
    ["shop:recommendations", "deli:unheard_of", "nobody:recommendations", ":recommendations"],
)
def test_a_name_that_is_none_is_denied_and_not_recorded(ben: UUID, name: str) -> None:
    given(ben)
    assert asked(ben, name, "shop").reason_code == "PURPOSE_UNKNOWN"
    with pytest.raises(ConsentRefused) as refused:
        # Because a page of ours could not even show what is not there, a partner says it.
        given(ben, name, notice=2, method="api")
    assert refused.value.code == "PURPOSE_UNKNOWN"


def test_permits_over_everybody_keep_the_brands_apart(ben: UUID, ada: UUID) -> None:
    given(ben, THEIRS, notice=2)
    with zeal_context():
        theirs = ask_bulk(
            purpose=THEIRS, attributes=["purchases"], recipient=BRAND, feature="tests",
            at=timezone.now(),
        )  # fmt: skip
    assert theirs.shapes == 1


def test_a_partner_asks_and_records_by_name(ben: UUID) -> None:
    app: Partner = partner_of(BRAND)
    sent = {
        "subject": app.id_of(ben), "state": "given", "purpose": THEIRS,
        "notice": f"{THEIRS}@2", "language": "en",
    }  # fmt: skip
    answer = app.post("/v1/consent-events", sent)
    assert answer.status_code == 201, answer.content
    assert answer.json()["receipt"]["purpose"] == THEIRS
    evaluated = app.post("/access/v1/evaluation", body(app.id_of(ben), THEIRS)).json()
    assert evaluated["decision"] is True
    assert evaluated["context"]["notice"] == f"{THEIRS}@2"
    evaluated = app.post("/access/v1/evaluation", body(app.id_of(ben), "recommendations")).json()
    assert evaluated["context"]["reason_code"] == "RECIPIENT_NOT_DISCLOSED"
    shown = app.get(f"/v1/subjects/{app.id_of(ben)}/consents").json()["purposes"]
    decided = {one["purpose"]: one["decision"] for one in shown}
    assert decided[THEIRS] and not decided["recommendations"]
    listed = [one["code"] for one in app.get("/v1/purposes").json()["purposes"]]
    assert {"recommendations", THEIRS} <= set(listed)


def test_a_grant_is_for_the_purpose_of_one_brand(ben: UUID) -> None:
    document = brands.two_brands()
    document["recipients"].append(
        {
            "code": "southwind", "name": "Southwind", "role": "processor", "country": "DE",
            "contract": {"reference": "AV-7", "from": "2020-01-01T00:00:00+00:00"},
            "grants": [{"purpose": THEIRS}],
        }
    )  # fmt: skip
    brands.load(document)
    given(ben)
    given(ben, THEIRS, notice=2)
    assert asked(ben, THEIRS, "southwind").permitted
    assert asked(ben, "recommendations", "southwind").reason_code == "RECIPIENT_NOT_DISCLOSED"


def test_the_uses_of_each_brand_stand_as_the_gate_answers(ben: UUID) -> None:
    given(ben, THEIRS, notice=2)
    found = uses.standing(subject_id=ben, language="en", at=timezone.now())
    ours, theirs = found.use("recommendations"), found.use(THEIRS)
    assert ours and not ours.active and ours.status == "none"
    assert theirs and theirs.active and theirs.brand == "Deli House"


def test_exactly_one_controller_is_main() -> None:
    with pytest.raises(IntegrityError, match="is_main"), transaction.atomic():
        Controller.objects.filter(pk=BRAND).update(is_main=True)
    document = brands.two_brands()
    document["controllers"][1]["is_main"] = True
    with pytest.raises(ConsentRefused) as refused:
        brands.load(document)
    assert refused.value.code == "CATALOGUE_INVALID"


def test_no_two_purposes_have_one_name(catalogue: None) -> None:
    theirs = Purpose.objects.get(name=THEIRS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Purpose.objects.filter(pk=theirs.pk).update(name="recommendations")
    with pytest.raises(IntegrityError, match="made_of"), transaction.atomic():
        Purpose.objects.filter(pk=theirs.pk).update(name="other:recommendations")
    again = deepcopy(brands.two_brands())
    brands.load(again)
    assert Purpose.objects.filter(code="recommendations").count() == 2


def test_an_objection_to_the_advertising_of_one_brand_counts_for_all(ada: UUID) -> None:
    document = brands.two_brands()
    ours = next(one for one in document["purposes"] if one["code"] == "email_marketing")
    theirs = deepcopy(ours) | {"controller": BRAND, "label": {"en": "Cheese mail", "uk": "Сир"}}
    for notice in theirs["notices"]:
        for text in notice["texts"]:
            text["title"] = theirs["label"][text["language"]]
    document["purposes"].append(theirs)
    brands.load(document)
    given(ada, "email_marketing")
    assert email_permitted(ada)
    say(ada, "objected", f"{BRAND}:email_marketing")
    assert not email_permitted(ada)
    given(ada, "email_marketing")
    assert email_permitted(ada)


def email_permitted(subject_id: UUID) -> bool:
    put = question(
        subject_id, "email", purpose="email_marketing", recipient="shop", channel="email"
    )
    with zeal_context():
        return ask(question=put, at=timezone.now(), mint=Mint.PARTIAL).permitted
