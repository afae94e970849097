"""From states to strings and back: what a string says is what the gate says."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import iab_tcf
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from zeal import zeal_context

from consent.actions import exchange as exchange_actions
from consent.actions import subjects
from consent.actions.exchange import Reading
from consent.actions.publishing import publish_notice
from consent.catalogue import Catalogue
from consent.compiling import EventFact, PersonFacts, compile_state
from consent.errors import ConsentRefused, SubjectErased, SubjectUnknown
from consent.exchange import consent_mode, rendering
from consent.exchange.american import us_section
from consent.exchange.european import tc_string
from consent.exchange.standing import Standing
from consent.exchange.tables import CONSENT_MODE_SIGNALS, Tables, tables_of
from consent.jurisdiction_data import JURISDICTIONS
from consent.models import ConsentEvent, Purpose
from consent.notices.materiality import Terms
from consent.notices.prominence import EXCHANGE_CARD
from consent.notices.wording import ROWS, Wording
from consent.queries import catalogue as catalogues
from consent.queries import exchange, states
from consent.queries.words import Words
from consent.strings import gpp, tcf
from consent.strings.gpp import Gpp
from consent.strings.tcf.model import NOT_ALLOWED, TcString
from consent.strings.us import UsSection
from consent.strings.usp import UsPrivacy
from tests.cast import LIVE_NOTICE, bring_in, given, say
from tests.partners import Partner

pytestmark = pytest.mark.django_db
VENDOR = 4001
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MAPPED = ("analytics_device", "recommendations", "service_improvement", "targeted_ads")


@pytest.fixture
def tables() -> Tables:
    return exchange.tables()


@pytest.fixture
def known(catalogue: None) -> Catalogue:
    return catalogues.catalogue()


def standing_of(subject_id: UUID) -> Standing:
    """How the gate sees a person now."""
    row = states.read_state(subject_id)
    assert row.shape is not None
    return Standing(
        content=states.shape_content(row.shape),
        catalogue=catalogues.catalogue(row.catalogue),
        at=timezone.now(),
    )


def render(standing: Standing, tables: Tables) -> TcString:
    return tc_string(
        standing, tables=tables, publisher="shop", language="en", today=standing.at.date()
    )


def chances(dice: Random) -> Iterator[EventFact]:
    """Things a person may have said, of the mapped purposes and of everything."""
    for purpose, kind in (("targeted_ads", "cross_context_ads"), ("recommendations", "p")):
        for _ in range(dice.randrange(4)):
            yield EventFact(
                state=dice.choice(["given", "given", "refused", "withdrawn", "objected"]),
                valid_from=NOW - timedelta(days=dice.randrange(90)),
                recorded_at=NOW,
                purpose=purpose,
                purpose_class=kind,
                recipient=dice.choice([None, None, "northwind", "shop"]),
                consent_types=("expressed",),
                notice=2 if purpose == "recommendations" else 1,
            )
    for purpose, kind in (("analytics_device", "device_access"), ("service_improvement", "p")):
        if dice.random() < 0.5:
            yield EventFact("given", NOW, NOW, purpose, kind, notice=1)
    if dice.random() < 0.15:
        yield EventFact(dice.choice(["signal_on", "restricted", "opted_out"]), NOW, NOW)


def random_standing(seed: int, catalogue: Catalogue, *jurisdictions: str) -> Standing:
    person = PersonFacts(status="known", jurisdictions=jurisdictions, birth_month=date(1980, 1, 1))
    events = list(chances(Random(seed)))
    content = compile_state(person=person, events=events, at=NOW).content
    return Standing(content=content, catalogue=catalogue, at=NOW)


def test_an_independent_decoder_finds_what_the_gate_says(known: Catalogue, tables: Tables) -> None:
    """Every mapped purpose, for the publisher and for the vendor, in a hundred states."""
    seen = set()
    for seed in range(100):
        standing = random_standing(seed, known, "EU-DE")
        text = tcf.encode(render(standing, tables))
        read = iab_tcf.decode(text)
        for number, purpose in tables.tcf_purposes.items():
            publisher = standing.permits(purpose, "shop")
            vendor = standing.permits(purpose, "northwind")
            assert read.publisher_tc.purposes_consent[number] == publisher
            barred = any(
                entry.purpose_id == number and entry.is_publisher_restricted(VENDOR)
                for entry in read.pub_restriction_entries
            )
            open_ = read.is_purpose_allowed(number) and read.is_vendor_allowed(VENDOR)
            assert (open_ and not barred) == vendor, (seed, number)
            seen.add((publisher, vendor, barred))
        assert read.oob_disclosed_vendors[VENDOR]
    # Because a test that met no exception of any kind would show little.
    assert seen >= {(True, True, False), (True, False, False), (False, True, False)}


def test_a_pair_that_is_closed_while_both_are_open_is_restricted(
    known: Catalogue, tables: Tables
) -> None:
    grants = known.recipients["northwind"].grants
    wide = dataclasses.replace(
        known.recipients["northwind"], grants={**grants, "recommendations": grants["targeted_ads"]}
    )
    known = dataclasses.replace(known, recipients={**known.recipients, "northwind": wide})
    events = [
        EventFact("given", NOW, NOW, "targeted_ads", "cross_context_ads", notice=1),
        EventFact("given", NOW, NOW, "recommendations", "personalisation", notice=2),
        EventFact("refused", NOW, NOW, "recommendations", recipient="northwind", notice=2),
    ]
    person = PersonFacts("known", ("EU-DE",), date(1980, 1, 1))
    content = compile_state(person=person, events=events, at=NOW).content
    said = render(Standing(content=content, catalogue=known, at=NOW), tables)
    assert {2, 3, 4, 5, 6, 7, 11} <= said.purpose_consents
    assert VENDOR in said.vendor_consents
    assert [n for n in range(1, 25) if said.restricted(n, NOT_ALLOWED, VENDOR)] == [5, 6, 11]


def test_nobody_and_unknown_places_get_the_strictest_string(
    known: Catalogue, tables: Tables
) -> None:
    said = render(Standing(content=None, catalogue=known, at=NOW), tables)
    assert not said.purpose_consents | said.vendor_consents | said.special_features
    assert said.disclosed_vendors == {VENDOR}


def test_an_interest_is_no_consent_and_never_where_the_framework_forbids_it(
    known: Catalogue, tables: Tables
) -> None:
    """In the United Kingdom statistics rest on an interest (PECR, as changed in 2026)."""
    standing = random_standing(3, known, "UK")
    assert standing.rests_on_interest("analytics_device")
    mapped = dataclasses.replace(
        tables, tcf_purposes={1: "analytics_device", 8: "analytics_device"}
    )
    said = render(standing, mapped)
    assert said.purpose_consents == frozenset()
    expected = {8} if standing.permits("analytics_device", "shop") else set()
    assert said.purpose_interests == expected


@pytest.mark.parametrize(
    ("place", "sections"),
    [
        (("EU-DE",), [2]),
        (("UK",), [2]),
        (("CA-QC",), [5]),
        (("US-CA",), [8]),
        (("US-VA",), [9]),
        (("US-ZZ",), [7]),
        (("EU-DE", "US-MD"), [2, 24]),
        (("BR",), []),
    ],
)
def test_each_place_has_its_section(
    known: Catalogue, tables: Tables, place: tuple[str, ...], sections: list[int]
) -> None:
    for seed in range(6):
        said = rendering.gpp(
            random_standing(seed, known, *place),
            tables=tables,
            publisher="shop",
            language="en",
            today=NOW.date(),
        )
        assert sorted(said.sections) == sections
        text = gpp.encode(said)
        assert gpp.encode(gpp.decode(text)) == text


def test_opted_out_is_what_the_gate_denies(cleo: UUID, tables: Tables) -> None:
    def rendered() -> UsSection:
        return us_section(standing_of(cleo), tables=tables, section=8, publisher="shop")

    before = rendered()
    assert (before.fields["SaleOptOut"], before.fields["SharingOptOut"], before.gpc) == (
        2,
        2,
        False,
    )
    say(cleo, "signal_on")
    after = rendered()
    assert (after.fields["SaleOptOut"], after.fields["SharingOptOut"], after.gpc) == (1, 1, True)
    say(cleo, "limited")
    assert rendered().fields["SensitiveDataProcessing"] == (1,) * 9


def test_a_known_child_is_never_said_to_consent(catalogue: None, tables: Tables) -> None:
    child = bring_in("US-CA", born=date(timezone.now().year - 9, 1, 1))
    section = us_section(standing_of(child), tables=tables, section=8, publisher="shop")
    assert section.fields["KnownChildSensitiveDataConsents"] == (1, 1)
    assert section.fields["SaleOptOut"] == 1


# Reading


def written(**changes: Any) -> str:
    """A string of today by which everything of ours is permitted."""
    today = timezone.now().date()
    said = TcString(
        created=today,
        last_updated=today,
        cmp_id=31,
        cmp_version=1,
        vendor_list_version=160,
        policy_version=5,
        purpose_consents=frozenset(range(1, 12)),
        vendor_consents=frozenset({VENDOR}),
        disclosed_vendors=frozenset({VENDOR}),
    )
    return tcf.encode(dataclasses.replace(said, **changes))


def read(subject_id: UUID, text: str, *, as_gpp: bool = False) -> Reading:
    do = exchange_actions.read_gpp if as_gpp else exchange_actions.read_tcf
    # Because each string is a request of its own, not a loop over people.
    with zeal_context():
        return do(subject_id=subject_id, text=text, by="shop", at=timezone.now())


def said_of(subject_id: UUID) -> list[tuple[str, str | None, str | None]]:
    rows = ConsentEvent.objects.filter(subject_id=subject_id).order_by("recorded_at", "id")
    return [tuple(row) for row in rows.values_list("state", "purpose__code", "recipient_id")]


def test_a_yes_is_read_with_its_proof_and_only_for_whom_it_names(ben: UUID, tables: Tables) -> None:
    text = written()
    found = read(ben, text)
    assert found.unusable == ()
    standing = standing_of(ben)
    for purpose, recipient in product(MAPPED, ("shop", "shop-app")):
        assert standing.permits(purpose, recipient)
    assert standing.permits("targeted_ads", "northwind")
    assert not standing.permits("recommendations", "northwind")
    event = ConsentEvent.objects.filter(subject_id=ben, purpose__code="targeted_ads").first()
    assert event is not None
    assert (event.method, event.language) == ("tcf", "en")
    assert event.evidence.startswith("sha256:")
    assert event.notice is not None
    assert event.shown_at is not None
    again = render(standing, tables)
    assert again.purpose_consents == frozenset(range(1, 12))
    assert again.vendor_consents == {VENDOR}


def test_rendering_and_reading_again_changes_no_answer(
    ben: UUID, ada: UUID, tables: Tables
) -> None:
    given(ada, "targeted_ads", recipient="shop")
    before = standing_of(ada)
    text = tcf.encode(render(before, tables))
    read(ben, text)
    after = standing_of(ben)
    for purpose, recipient in product(MAPPED, ("shop", "northwind")):
        assert after.permits(purpose, recipient) == before.permits(purpose, recipient)


def test_a_string_is_read_once(ben: UUID) -> None:
    text = written()
    read(ben, text)
    count = ConsentEvent.objects.filter(subject_id=ben).count()
    say(ben, "withdrawn", "targeted_ads")
    assert read(ben, text) == Reading(known=True)
    assert ConsentEvent.objects.filter(subject_id=ben).count() == count + 1
    assert not standing_of(ben).permits("targeted_ads", "shop")


def test_a_no_counts_at_once_and_whatever_else_is_wrong(ada: UUID) -> None:
    """Dated tomorrow, incomplete, for unknown vendors: its No is a No."""
    tomorrow = timezone.now().date() + timedelta(days=1)
    found = read(
        ada,
        written(
            created=tomorrow,
            last_updated=tomorrow,
            purpose_consents=frozenset({1, 2, 3, 4, 7}),
            vendor_consents=frozenset({5}),
        ),
    )
    assert [each.code for each in found.unusable] == ["INVALID_TIME"]
    assert ("refused", "recommendations", None) in said_of(ada)
    assert not standing_of(ada).permits("recommendations", "shop")
    assert not standing_of(ada).permits("targeted_ads", "shop")
    assert ("refused", "targeted_ads", "northwind") in said_of(ada)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"last_updated": timezone.now().date() + timedelta(days=1)}, "INVALID_TIME"),
        ({"last_updated": timezone.now().date() - timedelta(days=400)}, "STRING_EXPIRED"),
        ({"language": "FR"}, "LANGUAGE_NOT_SHOWN"),
        ({"vendor_consents": frozenset({VENDOR, 77, 78})}, "VENDOR_UNKNOWN"),
        ({"disclosed_vendors": frozenset({5})}, "VENDOR_NOT_DISCLOSED"),
        ({"purpose_consents": frozenset(range(1, 15))}, "PURPOSE_UNKNOWN"),
    ],
)
def test_what_proves_nothing_is_refused_with_what_to_do(
    ben: UUID, changes: dict[str, Any], code: str
) -> None:
    found = read(ben, written(**changes))
    assert code in {each.code for each in found.unusable}
    assert all(each.fix and each.detail and each.part for each in found.unusable)
    if code in {"INVALID_TIME", "STRING_EXPIRED", "LANGUAGE_NOT_SHOWN"}:
        assert not any(standing_of(ben).permits(purpose, "shop") for purpose in MAPPED)
    if code == "VENDOR_NOT_DISCLOSED":
        assert not standing_of(ben).permits("targeted_ads", "northwind")


def test_a_string_without_disclosed_vendors_is_no_yes_any_more(ben: UUID) -> None:
    core = written().split(".")[0]
    found = read(ben, core)
    assert [each.code for each in found.unusable] == ["STRING_INCOMPLETE"]
    assert not standing_of(ben).permits("recommendations", "shop")


def test_a_string_from_before_our_notice_answers_the_words_before(ben: UUID) -> None:
    """Words of today, a string of today: strings are dated by the day, and doubt is a No."""
    with zeal_context():
        publish_notice(
            purpose=Purpose.objects.get(code="recommendations"),
            version=LIVE_NOTICE + 1,
            words=Words(
                {"en": Wording("en", "Other words", dict.fromkeys(ROWS, "Other words."))},
                {},
                {},
                EXCHANGE_CARD,
            ),
            terms=Terms("personalisation", frozenset(), frozenset(), frozenset(), None),
            material=True,
            valid_days=None,
            by="tests",
            at=timezone.now(),
            recorded_at=timezone.now(),
        )
    read(ben, written())
    event = ConsentEvent.objects.filter(subject_id=ben, purpose__code="recommendations").first()
    assert event is not None
    assert event.notice is not None
    assert event.notice.version == LIVE_NOTICE
    assert not standing_of(ben).permits("recommendations", "shop")


def test_a_string_from_before_any_notice_answers_nothing(ben: UUID) -> None:
    """The first notices of the shipped catalogue went live with the year 2016."""
    day = date(2015, 12, 31)
    with zeal_context():
        found = exchange_actions.read_tcf(
            subject_id=ben,
            text=written(created=day, last_updated=day),
            by="shop",
            at=datetime(2016, 1, 1, 12, tzinfo=UTC),
        )
    assert {each.code for each in found.unusable} == {"NOTICE_NOT_LIVE"}
    assert found.recorded == ()
    assert said_of(ben) == []


def test_a_later_no_is_not_undone_by_an_older_string(ben: UUID) -> None:
    say(ben, "refused", "recommendations")
    yesterday = timezone.now().date() - timedelta(days=1)
    for day in (yesterday, timezone.now().date()):
        found = read(ben, written(created=day, last_updated=day))
        assert {(each.part, each.code) for each in found.unusable} == {
            ("purpose recommendations", "LATER_NO_STANDS")
        }
    assert not standing_of(ben).permits("recommendations", "shop")
    assert standing_of(ben).permits("targeted_ads", "shop")


def test_an_objection_to_everything_stands_against_every_older_yes(ben: UUID) -> None:
    say(ben, "objected")
    found = read(ben, written())
    assert {each.code for each in found.unusable} == {"LATER_NO_STANDS"}
    assert [state for state, _, _ in said_of(ben)] == ["objected"]


def test_a_second_string_of_the_same_day_counts(ben: UUID) -> None:
    read(ben, written(purpose_consents=frozenset()))
    assert not standing_of(ben).permits("recommendations", "shop")
    read(ben, written())
    assert standing_of(ben).permits("recommendations", "shop")


def test_an_opt_out_elsewhere_in_america_counts_here(cleo: UUID) -> None:
    assert standing_of(cleo).permits("targeted_ads", "shop")
    text = gpp.encode(Gpp({7: UsSection(7, 2, {"TargetedAdvertisingOptOut": 1})}))
    read(cleo, text, as_gpp=True)
    assert said_of(cleo) == [("opted_out", "targeted_ads", None)]
    assert not standing_of(cleo).permits("targeted_ads", "shop")


def test_not_opting_out_says_nothing(cleo: UUID) -> None:
    say(cleo, "signal_on")
    fields = {"SaleOptOut": 2, "TargetedAdvertisingOptOut": 2}
    text = gpp.encode(Gpp({9: UsSection(9, 1, fields), 6: UsPrivacy("Y", "N", "N")}))
    assert read(cleo, text, as_gpp=True) == Reading()
    assert not standing_of(cleo).permits("targeted_ads", "shop")


def test_signal_limit_and_the_older_string_restrict(cleo: UUID) -> None:
    fields = {"SensitiveDataProcessing": (0,) * 8 + (1,)}
    sections = {6: UsPrivacy("Y", "Y", "N"), 8: UsSection(8, 1, fields, gpc=True)}
    read(cleo, gpp.encode(Gpp(sections)), as_gpp=True)
    assert sorted(state for state, _, _ in said_of(cleo)) == ["limited", "opted_out", "signal_on"]
    signal = ConsentEvent.objects.get(subject_id=cleo, state="signal_on")
    assert (signal.method, signal.actor) == ("gpp", "browser")


def test_a_european_section_is_read_as_its_string(ben: UUID) -> None:
    text = gpp.encode(Gpp({2: tcf.decode(written())}))
    assert read(ben, text, as_gpp=True).unusable == ()
    assert standing_of(ben).permits("recommendations", "shop")


def test_a_canadian_section_is_read_back_as_it_was_written(catalogue: None, tables: Tables) -> None:
    one, other = bring_in("CA-QC"), bring_in("CA-QC")
    given(one, "recommendations")
    said = rendering.gpp(
        standing_of(one),
        tables=tables,
        publisher="shop",
        language="en",
        today=timezone.now().date(),
    )
    read(other, gpp.encode(said), as_gpp=True)
    for purpose in MAPPED:
        assert standing_of(other).permits(purpose, "shop") == standing_of(one).permits(
            purpose, "shop"
        )


@pytest.mark.parametrize("as_gpp", [False, True])
def test_a_malformed_string_is_refused_whole(ben: UUID, as_gpp: bool) -> None:
    with pytest.raises(ConsentRefused) as refused:
        read(ben, "CPXx~secret", as_gpp=as_gpp)
    assert refused.value.code == "STRING_MALFORMED"
    assert refused.value.pointer == ("/gpp" if as_gpp else "/tcf")
    assert "secret" not in refused.value.detail
    assert said_of(ben) == []


def test_a_stranger_and_an_erased_person_are_refused(ben: UUID) -> None:
    with pytest.raises(SubjectUnknown):
        read(UUID(int=1), written())
    subjects.mark_erased(subject_id=ben, at=timezone.now())
    with pytest.raises(SubjectErased):
        read(ben, written())


# Google Consent Mode and the REST interface


def test_consent_mode_before_any_answer_denies_all_that_is_asked(tables: Tables) -> None:
    regional, everywhere = consent_mode.default(tables=tables, jurisdictions=JURISDICTIONS)
    assert {"DE", "GB", "US-CA", "CA-QC", "BR"} <= set(regional["region"])
    assert not {"EU", "UNKNOWN", "UK", "EU-DE"} & set(regional["region"])
    assert "region" not in everywhere
    for command in (regional, everywhere):
        assert {s for s in CONSENT_MODE_SIGNALS if command[s] == "granted"} == {
            "functionality_storage",
            "security_storage",
        }


def test_consent_mode_follows_the_gate(ada: UUID, tables: Tables) -> None:
    def signals() -> dict[str, str]:
        return consent_mode.update(standing_of(ada), tables=tables, publisher="shop")

    assert set(signals()) == set(CONSENT_MODE_SIGNALS)
    assert signals()["personalization_storage"] == "granted"
    assert signals()["ad_storage"] == "denied"
    given(ada, "targeted_ads")
    assert {s for s, said in signals().items() if said == "denied"} == {"analytics_storage"}
    say(ada, "withdrawn", "recommendations")
    assert signals()["personalization_storage"] == "denied"


def test_a_first_party_reads_the_strings_of_a_person(shop_app: Partner, ada: UUID) -> None:
    answer = shop_app.get(f"/v1/subjects/{shop_app.id_of(ada)}/strings?language=uk")
    assert answer.status_code == 200
    body = answer.json()
    said = tcf.decode(body["tcf"])
    assert said.purpose_consents == {5, 6, 11}
    assert said.language == "UK"
    assert gpp.decode(body["gpp"]).sections == {2: said}
    assert body["consent_mode"]["update"]["personalization_storage"] == "granted"
    assert answer["Cache-Control"] == "private, no-store"


def test_outside_europe_there_is_no_tc_string(shop_app: Partner, cleo: UUID) -> None:
    body = shop_app.get(f"/v1/subjects/{shop_app.id_of(cleo)}/strings").json()
    assert body["tcf"] is None
    assert list(gpp.decode(body["gpp"]).sections) == [8]


def test_a_third_party_and_a_bad_language_are_refused(
    shop_app: Partner, northwind: Partner, ada: UUID
) -> None:
    refused = northwind.get(f"/v1/subjects/{northwind.id_of(ada)}/strings")
    assert (refused.status_code, refused.json()["code"]) == (403, "FIRST_PARTY_ONLY")
    path = f"/v1/subjects/{shop_app.id_of(ada)}/strings?language="
    assert shop_app.get(path + "eng").status_code == 400
    assert shop_app.get("/v1/subjects/ps_nobody/strings").status_code == 404


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"format": "x"}, "format"),
        ({"vendors": {"a": 1, "b": 1}}, "vendors"),
        ({"vendors": {"a": 0}}, "vendors"),
        ({"tcf_purposes": {"25": "x"}}, "number"),
        ({"consent_mode": {}}, "needs exactly"),
        ({"cmp": {}}, "missing"),
    ],
)
def test_a_broken_exchange_document_says_what_is_wrong(
    change: dict[str, Any], what: str, settings: Any
) -> None:
    document = json.loads(Path(settings.EXCHANGE_FILE).read_text())
    with pytest.raises(ValueError, match=what):
        tables_of(document | change)


def test_a_missing_exchange_file_says_what_to_do(settings: Any, tmp_path: Path) -> None:
    settings.EXCHANGE_FILE = str(tmp_path / "none.json")
    exchange.tables.cache_clear()
    try:
        with pytest.raises(ImproperlyConfigured, match="EXCHANGE_FILE"):
            exchange.tables()
    finally:
        exchange.tables.cache_clear()
