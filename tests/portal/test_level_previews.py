"""What each step would change, shown before it is chosen: as the gate would answer then."""

from uuid import UUID

import pytest
from django.utils import timezone
from django.utils.translation import override
from zeal import zeal_context

from consent import rulings
from consent.actions import cataloguing
from consent.queries import catalogue as catalogues
from consent.queries import names, states
from consent.queries.ladders import STEPS, ladders
from consent.questions import Question
from consent.vocabulary import OWN_NO_CLASSES
from portal.level_previews import previews
from tests.cast import given, say
from tests.consent.test_purposes_people_care_about import load
from tests.portal.conftest import Browser
from tests.portal.test_uses import html

LADDER: tuple[dict[str, frozenset[str]], ...] = (
    {}, {}, {"a": frozenset("x")}, {"a": frozenset("xy"), "b": frozenset("y")},
    {"a": frozenset("xyz"), "b": frozenset("y")},
)  # fmt: skip
CALLED = names.Names({}, {"a": {"en": "Ads"}, "b": {"en": "Bets"}}, {}, {}, {})


def test_each_step_says_what_stops_shrinks_and_begins() -> None:
    with override("en"):
        found = previews(LADDER, now=3, called=CALLED, language="en")
    none, _, told, bought, every = found

    assert (none.reads, none.stops, none.less, none.more) == ((), ("Ads", "Bets"), (), ())
    assert (told.reads, told.stops, told.less) == (("Ads: 1 kind of data",), ("Bets",), ("Ads",))
    assert bought.is_now and not (bought.stops or bought.less or bought.more)
    assert bought.reads == ("Ads: 2 kinds of data", "Bets: 1 kind of data")
    assert (every.stops, every.less, every.more) == ((), (), ("Ads",))


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["shop_page", "sms", "in_store_sensing"])
def test_a_step_reads_what_the_gate_would_permit_at_it(ada: UUID, channel: str) -> None:
    given(ada, "service_improvement")
    say(ada, "level_set", channels=(channel,), level=1)
    at = timezone.now()
    with zeal_context():
        ladder = ladders(ada, at=at)[channel]
    state, catalogue = states.read_state(ada), catalogues.catalogue()
    content = states.shape_content(state.shape)  # type: ignore[arg-type]
    for step in STEPS:
        then = {**content, "levels": {channel: step}}
        permitted = {}
        for name, entry in catalogue.purposes.items():
            asked = Question(None, name, tuple(sorted(entry.attributes)), "shop", channel)
            found = rulings.outcome(question=asked, catalogue=catalogue, content=then, at=at)
            if entry.purpose_class in OWN_NO_CLASSES and found.covered:
                permitted[name] = frozenset(found.covered)
        assert ladder[step] == permitted
    assert all(ladder[step].keys() <= ladder[step + 1].keys() for step in range(4))


def test_the_page_shows_it_before_anything_is_saved(at_ada: Browser, ada: UUID) -> None:
    page = html(at_ada.get("/levels"))
    part = page[page.index('id="shop_page"') :]
    part = part[: part.index("</section>")]

    assert part.index("What each step means for you") < part.index('type="radio"')
    assert "Stops: Suggest products" in part and part.count("Your step now") == 1


def test_who_allowed_nothing_sees_that_no_step_reads_anything(at_ben: Browser) -> None:
    page = html(at_ben.get("/levels"))

    part = page[page.index('id="shop_page"') :]
    assert "Suggest products" not in part[: part.index("</section>")]


def test_channels_are_called_as_the_catalogue_calls_them(at_ada: Browser) -> None:
    document = cataloguing.default_document()
    channel = next(one for one in document["channels"] if one["code"] == "post")
    channel["label"] = {"en": "Letters on paper", "uk": "Листи на папері"}
    load(document)

    assert "Letters on paper" in html(at_ada.get("/levels"))
    saved = html(at_ada.post("/levels/post", {"level": "1"}, follow=True))
    assert "“Letters on paper” is set to" in saved
