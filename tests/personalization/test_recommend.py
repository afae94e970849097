"""Recommendations on a real database: personal under a permit, everybody's without one."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.utils import timezone

from audit import queries as audit
from consent.queries import catalogue as catalogues
from personalization import features, queries
from personalization.features import UndeclaredFeature
from personalization.models import Explanation
from tests.cast import given, say

FRUIT = ["a0", "a1", "a2", "a3"]


def recommend(person: UUID | None, **more):
    return queries.recommend(subject_id=person, recipient="shop", at=timezone.now(), **more)


@pytest.fixture
def crowd(shopper) -> list[UUID]:
    """Four who buy fruit and a7, five who buy groceries."""
    return [shopper(*FRUIT, "a7") for _ in range(4)] + [shopper("b0", "b1", "s0") for _ in range(5)]


def test_a_yes_gives_what_people_with_alike_baskets_buy_and_says_why(crowd, shopper):
    olena = shopper("a0", "a1", "a2", day=17)
    answer = recommend(olena)
    assert answer.personal
    assert answer.items[0].item in {"a3", "a7"}
    bought, similar = answer.items[0].reasons
    assert (bought.code, bought.title[:9], bought.day.day) == ("bought", "Product a", 17)
    assert bought.item in {"a0", "a1", "a2"}
    assert bought.text == f"You bought {bought.title} on Oct. 17, 2026"
    assert similar.text == "People with similar baskets buy it"
    assert answer.why.endswith(f"/why/dec_{answer.decision.hex}")


def test_own_purchases_and_quiet_products_are_not_suggested(crowd, shopper):
    olena = shopper("a0", "b0")
    shown = {item.item for item in recommend(olena, limit=50).items}
    assert shown.isdisjoint({"a0", "b0", "s0"})
    assert {"a1", "b1"} <= shown


def test_a_no_gives_everybodys_items_reads_nothing_and_keeps_nothing(crowd, shopper):
    ben = shopper(*FRUIT, yes=False)
    answer = recommend(ben)
    assert not answer.personal
    assert answer.why is None
    assert answer.reason_code != "PERMITTED"
    assert [item.item for item in answer.items] == [item.item for item in recommend(None).items]
    assert {reason.text for item in answer.items for reason in item.reasons} == {
        "Popular with everyone"
    }
    assert not Explanation.objects.exists()
    assert not list(audit.events(filters=audit.Filters(kind="use"), limit=5))


def test_a_withdrawal_counts_in_the_next_answer(crowd, shopper):
    olena = shopper(*FRUIT)
    assert recommend(olena).personal
    say(olena, "withdrawn", "recommendations")
    assert not recommend(olena).personal


def test_a_refused_department_is_neither_read_nor_suggested(crowd, shopper):
    olena = shopper("a0", "a1", "b0")
    say(olena, "refused", "recommendations", attributes=("purchases.produce",))
    answer = recommend(olena, limit=50)
    assert answer.personal
    assert all(item.item.startswith("b") for item in answer.items)
    explained = queries.explain(subject_id=olena, decision_id=answer.decision)
    assert explained.used == ("purchases.grocery",)
    assert explained.not_used[0].attribute == "purchases.produce"
    assert explained.not_used[0].reason_code not in {None, "PERMITTED"}


def test_the_explanation_is_what_was_answered(crowd, shopper):
    olena = shopper("a0", "a1")
    answer = recommend(olena)
    explained = queries.explain(subject_id=olena, decision_id=answer.decision)
    assert list(explained.items) == answer.items
    assert explained.contrast == recommend(None).items[0]
    assert (explained.purpose, explained.recipient) == ("recommendations", "shop")
    assert "income_band" in {left.attribute for left in explained.not_used}
    ben = shopper("a0")
    assert queries.explain(subject_id=ben, decision_id=answer.decision) is None


def test_an_explanation_names_nothing_in_the_clear(crowd, shopper):
    olena = shopper("a0", "a1")
    recommend(olena)
    box = bytes(Explanation.objects.get().box)
    assert b"Product" not in box
    assert b"purchases" not in box


def test_each_use_is_on_record_with_names_and_counts_only(crowd, shopper):
    olena = shopper("a0", "b0")
    answer = recommend(olena)
    (entry,) = audit.events(filters=audit.Filters(kind="use"), limit=5)
    facts = entry.facts
    assert facts["decision"] == str(answer.decision)
    assert sorted(facts["attributes"]) == ["purchases.grocery", "purchases.produce"]
    assert facts["items"] == len(answer.items)
    assert entry.tag is not None
    names = {"decision", "permit", "feature", "purpose", "recipient", "attributes", "items"}
    assert facts.keys() == names


def test_an_undeclared_feature_does_not_run(market):
    with pytest.raises(UndeclaredFeature):
        features.run("horoscope", subject_id=None, recipient="shop", at=timezone.now(), limit=1)


@pytest.mark.parametrize("code", sorted(features.FEATURES))
def test_every_feature_asks_first_and_has_a_fallback(code, crowd, shopper, monkeypatch):
    asked = []
    real = features.ask
    monkeypatch.setattr(
        features, "ask", lambda **given: asked.append(given["question"]) or real(**given)
    )
    ben = shopper("a0", yes=False)
    outcome = features.run(code, subject_id=ben, recipient="shop", at=timezone.now(), limit=3)
    feature = features.declared(code)
    assert [question.feature for question in asked] == [code]
    assert asked[0].purpose == feature.purpose
    assert set(asked[0].attributes) == {*feature.required, *feature.optional}
    assert not outcome.personal
    assert outcome.items


def test_a_yes_after_a_no_is_personal_again(crowd, shopper):
    ben = shopper(*FRUIT, yes=False)
    assert not recommend(ben).personal
    given(ben)
    assert recommend(ben).personal


def test_a_feature_runs_only_if_something_of_each_required_attribute_is_open(
    crowd, shopper, monkeypatch
):
    real = features.declared("recommendations")
    greedy = replace(real, code="greedy", required=("purchases", "age_band"))
    monkeypatch.setattr(features, "FEATURES", {"greedy": greedy})
    olena = shopper("a0", "a1")

    def run():
        return features.run(
            "greedy", subject_id=olena, recipient="shop", at=timezone.now(), limit=3
        )

    assert run().personal
    say(olena, "refused", "recommendations", attributes=("age_band",))
    outcome = run()
    assert not outcome.personal
    assert outcome.read == ()


def test_the_catalogue_and_the_registry_declare_the_same_features(market: None) -> None:
    declared = {
        code: (
            found.purpose, found.required, found.optional, found.channel, found.minimum_level,
            found.fallback.__name__,
        )
        for code, found in features.FEATURES.items()
    }  # fmt: skip
    listed = {
        code: (
            found.purpose, found.required, found.optional, found.channel, found.minimum_level,
            found.fallback,
        )
        for code, found in catalogues.catalogue().features.items()
    }  # fmt: skip
    assert declared == listed
