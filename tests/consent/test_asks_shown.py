"""What a page of a partner gets to show a question honestly, and to record the answer to it."""

from typing import Any
from uuid import UUID

import pytest

from audit import queries as log
from consent.models import ConsentEvent
from tests.consent.test_asks import url
from tests.consent.test_purposes_people_care_about import INCENTIVE, document_with, load
from tests.consent.test_snapshots import FAIR
from tests.partners import Partner, check_problem

pytestmark = pytest.mark.django_db
EVENTS = "/v1/consent-events"


def answered(partner: Partner, subject: str, shown: dict[str, Any], **more: Any) -> Any:
    act = {
        "subject": subject, "state": "given", "purpose": shown["purpose"], "method": "web",
        "snapshot": shown["snapshot"], "component": FAIR,
    }  # fmt: skip
    return partner.post(EVENTS, act | more)


def test_an_answer_is_bound_to_the_words_that_were_put(shop_app: Partner, ben: UUID) -> None:
    shown = shop_app.get(url(shop_app, ben, language="uk")).json()

    answer = answered(shop_app, shop_app.id_of(ben), shown)

    assert answer.status_code == 201, answer.content
    receipt = answer.json()["receipt"]
    assert (receipt["notice"], receipt["language"]) == (shown["notice"], "uk")
    event = ConsentEvent.objects.get(subject=ben)
    assert event.notice is not None and event.notice.version == shown["version"]


def test_the_token_is_of_this_person_and_of_these_words(
    shop_app: Partner, ada: UUID, ben: UUID
) -> None:
    shown = shop_app.get(url(shop_app, ben)).json()

    others = answered(shop_app, shop_app.id_of(ada), shown)
    check_problem(others, 422, "SNAPSHOT_NOT_YOURS")
    another = answered(shop_app, shop_app.id_of(ben), shown | {"purpose": "targeted_ads"})
    check_problem(another, 422, "SNAPSHOT_OTHER_WORDS")
    act = {"subject": shop_app.id_of(ben), "state": "given", "purpose": shown["purpose"]}
    undrawn = shop_app.post(EVENTS, act | {"method": "web", "snapshot": shown["snapshot"]})
    check_problem(undrawn, 422, "COMPONENT_UNATTESTED")
    assert not ConsentEvent.objects.filter(subject=ben).exists()


def test_a_question_put_again_has_a_token_of_its_own(shop_app: Partner, ben: UUID) -> None:
    first, again = (shop_app.get(url(shop_app, ben)).json() for _ in range(2))

    assert first["snapshot"] != again["snapshot"]
    assert first | {"snapshot": ""} == again | {"snapshot": ""}


def test_no_token_is_made_for_a_page_of_ours(shop_app: Partner, ben: UUID) -> None:
    check_problem(shop_app.get(url(shop_app, ben, surface="portal")), 400, "INVALID_REQUEST")


def test_the_log_keeps_where_it_was_shown(shop_app: Partner, ben: UUID) -> None:
    shown = shop_app.get(url(shop_app, ben)).json()

    answer = answered(shop_app, shop_app.id_of(ben), shown)

    event = ConsentEvent.objects.get(subject=ben)
    facts = log.event(event.log_event).facts
    assert answer.status_code == 201
    assert (facts["surface"], facts["component"]) == ("product", "own")


@pytest.mark.parametrize("language", ["en", "uk"])
def test_an_incentive_comes_with_the_question(shop_app: Partner, ben: UUID, language: str) -> None:
    assert shop_app.get(url(shop_app, ben)).json()["incentive"] is None
    load(document_with("recommendations", incentive=INCENTIVE))

    shown = shop_app.get(url(shop_app, ben, language=language)).json()

    assert shown["incentive"] == {
        "summary": INCENTIVE["summary"][language],
        "estimate": INCENTIVE["estimate"][language],
        "withdraw": INCENTIVE["withdraw"][language],
        "value": {"amount": "2.50", "currency": "EUR", "per": "month"},
    }
