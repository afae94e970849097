"""One question at a time: kept with a Yes, remembered as a No, skipped without a trace."""

from uuid import UUID

import pytest
from django.utils import timezone

from consent.models import ConsentEvent
from consent.queries import uses
from portal.surveys import SURVEYS, scope_of
from profiles.queries import vault
from tests.portal.conftest import Browser
from tests.portal.test_uses import html, said, use_of

PAGE = "/surveys/about-you"


def tell(browser: Browser, decision: str, value: str = "") -> str:
    context = browser.get(PAGE).context
    field = context["progress"].field
    sent = {
        "decision": decision, "value": value, "shown": context["card"].token,
        "epoch": str(context["standing"].epoch),
    }  # fmt: skip
    return html(browser.post(f"{PAGE}/{field.attribute}", sent, follow=True))


def asked(browser: Browser) -> str | None:
    field = browser.get(PAGE).context["progress"].field
    return field.attribute if field else None


def test_a_question_comes_with_its_reason_its_use_and_equal_answers(at_ben: Browser) -> None:
    page = html(at_ben.get(PAGE))
    assert "People of an age buy alike." in page and "All six rows" in page
    assert page.count("data-consent-choice") == 1
    assert page.index('value="no"') < page.index('value="yes"')
    assert '<option value="">' in page and "selected" not in page


def test_a_yes_keeps_the_answer_and_allows_that_attribute_alone(at_ben: Browser, ben: UUID) -> None:
    page = tell(at_ben, "yes", "35-44")
    assert "Kept." in page
    event = ConsentEvent.objects.get(subject=ben)
    assert (event.state, event.attributes, event.notice.version) == ("given", ["age_band"], 2)
    assert vault.inventory(ben) == {"age_band": 1}
    permitted = {scope.code for scope in use_of(ben).scopes if scope.permitted}
    assert permitted == {"age_band"}
    assert asked(at_ben) == "household_composition"


def test_a_no_is_remembered_and_stores_nothing(at_ben: Browser, ben: UUID) -> None:
    tell(at_ben, "no", "35-44")
    assert said(ben) == ["refused"]
    assert vault.inventory(ben) == {}
    assert asked(at_ben) == "household_composition"


def test_a_skip_says_nothing_and_the_question_is_there_the_next_time(
    at_ben: Browser, ben: UUID
) -> None:
    tell(at_ben, "skip")
    assert asked(at_ben) == "household_composition"
    tell(at_ben, "skip")
    assert asked(at_ben) is None
    assert said(ben) == [] and vault.inventory(ben) == {}
    session = at_ben.session
    session.pop("portal.survey_skipped")
    session.save()
    assert asked(at_ben) == "age_band"


def test_a_survey_goes_on_where_it_was_left(at_ada: Browser) -> None:
    assert asked(at_ada) == "household_composition"
    tell(at_ada, "yes", "2 Adults No Kids")
    page = html(at_ada.get(PAGE))
    assert "2 of 2 settled." in page and "no question left" in page


def test_what_is_allowed_already_needs_no_second_yes(at_ada: Browser, ada: UUID) -> None:
    before = said(ada)
    tell(at_ada, "yes", "2 Adults No Kids")
    assert said(ada) == before
    assert vault.inventory(ada)["household_composition"] == 1


@pytest.mark.parametrize("value", ["", "a hundred", "35-44 "])
def test_an_answer_that_is_not_on_the_list_is_not_kept(
    at_ben: Browser, ben: UUID, value: str
) -> None:
    assert "Choose an answer first" in tell(at_ben, "yes", value)
    assert said(ben) == [] and vault.inventory(ben) == {}


def test_what_may_not_be_used_is_not_stored(at_dan: Browser, dan: UUID) -> None:
    """He is fourteen: his Yes is kept, and not used."""
    assert "the answer is not stored" in tell(at_dan, "yes", "19-24")
    assert said(dan) == ["given"]
    assert vault.inventory(dan) == {}


def test_without_the_shown_words_nothing_is_saved(at_ben: Browser, ben: UUID) -> None:
    sent = {"decision": "yes", "value": "35-44", "shown": "forged"}
    assert "Not saved" in html(at_ben.post(f"{PAGE}/age_band", sent, follow=True))
    assert said(ben) == []


def test_there_is_no_other_survey_or_question(at_ben: Browser) -> None:
    assert at_ben.get("/surveys/secret").status_code == 404
    assert at_ben.post(f"{PAGE}/phone", {"decision": "no"}).status_code == 404
    assert at_ben.post(f"{PAGE}/age_band", {"decision": "later"}).status_code == 404


def test_every_question_is_about_what_its_purpose_may_use(at_ben: Browser, ben: UUID) -> None:
    standing = uses.standing(subject_id=ben, language="en", at=timezone.now())
    for survey in SURVEYS.values():
        assert all(scope_of(standing, field) for field in survey.fields)
