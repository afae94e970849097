"""What is given for a Yes stands beside every question that asks for it (11 CCR 7016)."""

import pytest

from tests.consent.test_purposes_people_care_about import INCENTIVE, document_with, load
from tests.portal.conftest import Browser
from tests.portal.test_uses import html

PAGES = ["/", "/surveys/about-you", "/uses/recommendations"]
NOTHING_DEPENDS = "Nothing depends on your answers: prices"


@pytest.mark.parametrize("page", PAGES)
def test_the_notice_of_an_incentive_stands_with_the_question(at_ben: Browser, page: str) -> None:
    assert "data-incentive" not in html(at_ben.get(page))
    load(document_with("recommendations", incentive=INCENTIVE))

    shown = html(at_ben.get(page))

    assert shown.count("data-incentive") == 1
    for words in (
        "Five percent off.",
        "2.50 EUR a month",
        "What alike data cost us last year.",
        "Press Yes here. Until you do, you take no part in it.",
        "Press No here.",
    ):
        assert words in shown
    assert shown.index("data-incentive") < shown.index("data-consent-choice")


def test_a_survey_with_an_incentive_does_not_say_that_nothing_depends_on_it(
    at_ben: Browser,
) -> None:
    assert NOTHING_DEPENDS in html(at_ben.get("/surveys/about-you"))
    load(document_with("recommendations", incentive=INCENTIVE))
    assert NOTHING_DEPENDS not in html(at_ben.get("/surveys/about-you"))
