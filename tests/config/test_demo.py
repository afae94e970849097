"""The demonstration: the same people every time, loaded once, resumed where it stopped."""

import json
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from zeal import zeal_ignore

from audit import queries as log
from config.demo import cast, households, loading, mix, people, titles, tour
from config.demo.households import Household, MonthOfPurchases, ProductRow
from consent.actions import asking, subjects
from consent.actions.asking import ask
from consent.models import ConsentEvent, Subject
from consent.queries import identifiers
from consent.questions import Mint, Question
from profiles.models import User
from profiles.queries import vault

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Corner:
    """A shop at the corner: households with one purchase each, so that loading is quick."""

    def __init__(self, *, breaks_after: int | None = None) -> None:
        self.breaks_after = breaks_after

    def products(self) -> Iterator[ProductRow]:
        yield ProductRow("1", "Bread", "purchases.pastry", "Bread", "Private", True)

    def households(self, start: int, stop: int) -> Iterator[Household]:
        for place in range(start, stop):
            if self.breaks_after == place:
                raise ConnectionError
            month = MonthOfPurchases("purchases.pastry", date(2026, 10, 1), [["1", 3, 1, 250, "7"]])
            known = {"age_band": "25-34"} if place % 3 == 0 else {}
            yield Household(place + 1, known, [month])

    def lines_between(self, start: int, stop: int) -> int:
        return stop - start


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Because each test has a database of its own, and verdicts are remembered per process."""
    asking._verdicts_kept.clear()


@pytest.fixture
def corner(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small size of 40 households, ten per commit."""
    monkeypatch.setattr(households, "SMALL", 40)
    monkeypatch.setattr(loading, "BATCH", 10)


def load(size: str = "small", **how: int) -> loading.Loaded:
    with zeal_ignore():
        return loading.load(
            source=lambda leaves, today: Corner(**how), size=size, clock=timezone.now
        )


def played_by(address: str) -> Subject:
    found = identifiers.find_subject(
        recipient="shop", first_party=True, identifier=f"ref:cast:{address}"
    )
    with zeal_ignore():
        return Subject.objects.get(pk=found)


def covered(subject: Subject, recipient: str = "shop-app") -> tuple[str, ...]:
    question = Question(subject.pk, "recommendations", ("purchases",), recipient)
    return ask(question=question, at=timezone.now(), mint=Mint.PARTIAL).covered


def test_a_load_that_broke_goes_on_where_it_was_and_loads_nobody_twice(corner):
    with pytest.raises(ConnectionError):
        load(breaks_after=25)
    broke_at = Subject.objects.count()
    assert broke_at == 20
    loaded = load()
    assert loaded.households == households.SMALL - broke_at
    assert Subject.objects.count() == User.objects.count() == households.SMALL
    assert load().households == 0


def test_somebody_who_was_erased_does_not_come_back(corner):
    load()
    gone = played_by("zoe")
    subjects.mark_erased(subject_id=gone.pk, at=timezone.now())
    assert load().households == 0
    assert Subject.objects.exclude(status="erased").count() == households.SMALL - 1
    assert loading.is_loaded("small")
    assert not loading.is_loaded("full")


def test_the_cast_stands_as_its_story_says_and_everything_is_on_record(corner):
    load()
    full = covered(played_by("olena"))
    assert "purchases.grocery" in full and "purchases.spirits" in full
    assert covered(played_by("zoe")) == full
    assert 0 < len(covered(played_by("chloe"))) < len(full)
    denied = ("ben", "finn", "greta", "hannah", "ivan", "petra")
    with zeal_ignore():
        assert [address for address in denied if covered(played_by(address))] == []
    with zeal_ignore():
        permitted = [role for role in cast.ROLES if covered(played_by(role.address)) == full]
    assert len(permitted) >= 12
    assert played_by("zoe").jurisdictions == ["EU-DE"]
    logged = {
        entry.facts["consent_event"]
        for entry in log.events(filters=log.Filters(kind="consent"), limit=500)
    }
    assert logged == {str(event) for event in ConsentEvent.objects.values_list("pk", flat=True)}


def test_values_and_purchases_lie_in_the_vault(corner):
    load()
    olena = played_by("olena")
    attributes = ("name", "email", "purchases.pastry", "age_band")
    question = Question(olena.pk, "rights_fulfilment", attributes, "shop")
    ruling = ask(question=question, at=timezone.now(), mint=Mint.PARTIAL)
    held = {
        block.attribute: block.value for block in vault.read(subject_id=olena.pk, ruling=ruling)
    }
    assert held == {
        "name": "Олена Шевченко",
        "email": "olena@example.org",
        "age_band": "25-34",
        "purchases.pastry": [["1", 3, 1, 250, "7"]],
    }


def test_the_tour_is_private_and_signs_people_in(corner):
    load()
    tour.write(clock=timezone.now)
    assert stat.S_IMODE(tour.path().stat().st_mode) == 0o600
    told = json.loads(tour.path().read_text(encoding="utf-8"))
    assert told.keys() == {"partner", "partner2", "officer", "customers"}
    assert len(told["customers"]) >= 20
    last = told["customers"][-1]
    assert last["email"] == "zoe@example.org"
    assert (
        identifiers.find_subject(recipient="shop-app", first_party=True, identifier=last["id"])
        == played_by("zoe").pk
    )
    assert User.objects.get(role="officer").check_password(told["officer"]["password"])


def test_no_size_loads_nothing(corner):
    call_command("load_demo", size="none")
    assert not Subject.objects.exists()


def test_people_are_the_same_every_time_and_reach_nobody():
    everybody = [people.person(number, age_band=None, today=TODAY) for number in range(2_500)]
    assert everybody == [
        people.person(number, age_band=None, today=TODAY) for number in range(2_500)
    ]
    assert len({person.email for person in everybody}) == len(everybody)
    assert {person.email.partition("@")[2] for person in everybody} == set(people.DOMAINS)
    reserved = ("+1 415 555 01", "+49 30 23125 ", "+33 6 39 98 ", "+44 7700 900")
    assert all(person.phone.startswith(reserved) for person in everybody)
    assert all(person.email.isascii() for person in everybody)


@pytest.mark.parametrize("band", people.AGES)
def test_an_age_band_of_the_data_decides_the_age(band):
    least, most = people.AGES[band]
    for number in range(200):
        born = people.person(number, age_band=band, today=TODAY).birth_date
        assert least <= people.age_at(born, TODAY) <= most


def test_the_mix_is_the_documented_one():
    counts = Counter(
        mix.pattern(number, people.person(number, age_band=None, today=TODAY).jurisdiction)
        for number in range(2_469)
    )
    assert counts.keys() == mix.PATTERNS.keys()
    for pattern in ("keen", "refused", "withdrew"):
        assert abs(counts[pattern] / 24.69 - mix.PATTERNS[pattern]) < 3
    minors = sum(
        people.age_at(people.person(n, age_band=None, today=TODAY).birth_date, TODAY) < 18
        for n in range(2_469)
    )
    assert 30 < minors < 120


@pytest.mark.parametrize("pattern", mix.PATTERNS)
def test_nothing_was_said_in_the_future(pattern):
    for number in range(50):
        for past in mix.acts(number, pattern, "en", NOW):
            assert past.valid_from < NOW
            assert past.expires_at is None or past.valid_from < past.expires_at


def test_titles_are_readable():
    assert titles.wording("SFT DRNK 2 LITER BTL CARB INCL") == (
        "Soft drink 2 liter bottle sparkling"
    )
    assert titles.amount_of("L     8 OZ") == "8 oz"
    assert titles.amount_of("KIT/EACH") == ""
    lean = {"department": "MEAT", "category": "BEEF", "kind": "LEAN", "size": ""}
    assert titles.title(**lean, code="1") == "Beef, lean"
    nothing = {"department": "GROCERY", "category": "", "kind": "", "size": "8 OZ"}
    assert titles.title(**nothing, code="17") == "Product 17"


@pytest.mark.parametrize(
    ("department", "category", "kind"),
    [
        ("GROCERY", "BEERS/ALES", "BEERALEMALT LIQUORS"),
        ("GROCERY", "CIGARETTES", "CIGARETTES"),
        ("DRUG GM", "LAXATIVES", "LAXATIVES"),
        ("DRUG GM", "BABY FOODS", "BABY FOOD - BEGINNER"),
        ("FUEL", "COUPON/MISC ITEMS", "GASOLINE-REG UNLEADED"),
        ("GROCERY", "", ""),
    ],
)
def test_quiet_products_are_not_offered(department, category, kind):
    assert not titles.is_offered(department=department, category=category, kind=kind)
    assert titles.is_offered(department="PRODUCE", category="APPLES", kind="APPLES GALA")


@pytest.mark.slow
def test_the_real_data_loads_small(committed):
    with zeal_ignore():
        call_command("load_demo", size="small")
        call_command("load_demo", size="small")
    assert Subject.objects.count() == households.SMALL
    assert tour.exists()
