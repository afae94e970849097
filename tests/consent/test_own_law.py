"""Law that an operator loads: the gate keeps to it, and it is never weaker by mistake."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from zeal import zeal_context

from audit.models import Event
from consent import editions
from consent.actions import cataloguing
from consent.actions.asking import ask
from consent.actions.cataloguing import CatalogueRefused
from consent.decisions import DEFAULT_POLICY, Case, decide
from consent.jurisdiction_data import ALWAYS, JURISDICTIONS
from consent.jurisdiction_documents import Loaded, from_document, merged, to_document
from consent.jurisdictions import Edition, MinorOptIn, Profile, profile_for
from consent.models import JurisdictionEdition
from consent.queries import catalogue as catalogues
from consent.strictness import weaker
from consent.vocabulary import PURPOSE_CLASSES, SOLD_CLASSES
from tests.cast import bring_in as newcomer
from tests.cast import given as said_yes
from tests.cast import question
from tests.consent.test_decision_laws import cases

STRICT_AGE = {
    "code": "EU-DE", "effective_from": "2020-01-01T00:00:00+00:00", "like": "EU",
    "profile": {"consent_age": 18},
}  # fmt: skip


def load(*editions: dict[str, Any], accept_weaker: str = "") -> None:
    document = cataloguing.default_document() | {"jurisdictions": list(editions)}
    with zeal_context():
        cataloguing.load(
            document=document, by="tests", at=timezone.now(), accept_weaker=accept_weaker
        )


def reason(subject_id: UUID) -> str:
    with zeal_context():
        return ask(question=question(subject_id), at=timezone.now()).reason_code


@pytest.mark.parametrize("code", sorted(JURISDICTIONS))
def test_every_shipped_edition_is_the_same_after_it_was_written_down(code: str) -> None:
    for edition in JURISDICTIONS[code]:
        assert from_document(to_document(code, edition)) == Loaded(code, edition)
        assert weaker(edition.profile, edition.profile) == ()


def test_without_law_of_its_own_a_catalogue_has_the_shipped_law_itself(catalogue: None) -> None:
    found = catalogues.catalogue()
    assert found.policy.jurisdictions is JURISDICTIONS
    assert found.policy.purposes == frozenset(found.purposes)


def test_a_stricter_edition_binds_the_gate(ben: UUID, dan: UUID) -> None:
    today = timezone.now().date()
    seventeen = newcomer("EU-DE", born=today.replace(year=today.year - 17, month=1, day=1))
    said_yes(seventeen)
    assert reason(seventeen) == "CONSENT_VALID"
    load(STRICT_AGE)
    assert reason(seventeen) == "PARENTAL_CONSENT_REQUIRED"
    said_yes(ben)
    assert reason(ben) == "CONSENT_VALID"
    assert JurisdictionEdition.objects.count() == 1
    load(STRICT_AGE)
    assert JurisdictionEdition.objects.count() == 1


def test_a_place_that_ships_with_no_law_can_get_one(catalogue: None) -> None:
    texas = to_document("US-VA", JURISDICTIONS["US-VA"][0]) | {"code": "US-TX"}
    with pytest.raises(CatalogueRefused) as refused:
        load(texas)
    assert "protects people less" in refused.value.faults[0].says
    load(texas, accept_weaker="Olena Officer")
    person = newcomer("US-TX")
    assert reason(person) == "OPT_OUT_REGIME"


def test_weaker_law_needs_an_officer_who_answers_for_it(dan: UUID) -> None:
    weak = STRICT_AGE | {"profile": {"consent_age": 13}}
    said_yes(dan)
    with pytest.raises(CatalogueRefused) as refused:
        load(weak)
    assert [fault.pointer for fault in refused.value.faults] == [
        "/jurisdictions/0/profile/consent_age"
    ]
    assert reason(dan) == "PARENTAL_CONSENT_REQUIRED"
    load(weak, accept_weaker="Olena Officer")
    assert reason(dan) == "CONSENT_VALID"
    assert JurisdictionEdition.objects.get().accepted_by == "Olena Officer"
    body = bytes(Event.objects.filter(kind="jurisdiction.weakened").latest("at").body)
    assert b"Olena Officer" in body and b"consent_age" in body


def test_an_edition_in_force_stays(catalogue: None) -> None:
    load(STRICT_AGE)
    with pytest.raises(CatalogueRefused, match="in force"):
        load(STRICT_AGE | {"profile": {"consent_age": 17}})


def test_law_of_a_later_day_begins_by_itself(catalogue: None) -> None:
    later = STRICT_AGE | {"effective_from": "2031-01-01T00:00:00+00:00"}
    load(later)
    found = catalogues.catalogue()
    loaded = from_document(later)
    assert loaded.edition.effective_from in found.moments
    assert profile_for(found.jurisdictions, "EU-DE", timezone.now()).consent_age == 16
    then = loaded.edition.effective_from
    assert profile_for(found.jurisdictions, "EU-DE", then).consent_age == 18


# Weaker, member by member, and as the rules themselves see it

CA = JURISDICTIONS["US-CA"][0].profile
EU = JURISDICTIONS["EU"][0].profile


@pytest.mark.parametrize(
    ("old", "change", "member"),
    [
        (EU, {"consent_age": 13}, "consent_age"),
        (EU, {"opt_in": False}, "opt_in"),
        (EU, {"bases": {**EU.bases, "legitimate_interest": PURPOSE_CLASSES}}, "bases"),
        (EU, {"bases": {**EU.bases, "us_notice": PURPOSE_CLASSES}}, "bases"),
        (EU, {"device_consent": False}, "device_consent"),
        (EU, {"automated_decisions": None}, "automated_decisions"),
        (EU, {"device_statistics_exempt": True}, "device_statistics_exempt"),
        (CA, {"minor_opt_in": {}}, "minor_opt_in"),
        (CA, {"minor_opt_in": dict.fromkeys(SOLD_CLASSES, MinorOptIn(16, 13))}, "minor_opt_in"),
        (CA, {"minor_opt_in": {**CA.minor_opt_in, "personalisation": MinorOptIn(16, 0)}},
         "minor_opt_in"),
        (CA, {"parental_classes": frozenset()}, "parental_classes"),
        (CA, {"reask_months": 6}, "reask_months"),
        (CA, {"opt_out_link": False}, "opt_out_link"),
        (JURISDICTIONS["US-CO"][0].profile, {"refresh_months": None}, "refresh_months"),
        (JURISDICTIONS["US-CT"][0].profile, {"minor_bans": {}}, "minor_bans"),
        (JURISDICTIONS["CA-QC"][0].profile, {"sensitive_consent": "affirmative"},
         "sensitive_consent"),
    ],
)  # fmt: skip
def test_what_protects_less_is_named(old: Profile, change: dict[str, Any], member: str) -> None:
    assert member in weaker(replace(old, **change), old)


def test_a_ban_may_take_the_place_of_an_opt_in() -> None:
    before, after = (edition.profile for edition in reversed(JURISDICTIONS["US-CT"]))
    assert weaker(after, before) == ()


SHIPPED = [edition.profile for editions in JURISDICTIONS.values() for edition in editions]
_AGES = st.integers(0, 20)
_CLASSES = st.sampled_from(sorted(PURPOSE_CLASSES))
changed = st.fixed_dictionaries(
    {},
    optional={
        "consent_age": _AGES,
        "minor_bans": st.dictionaries(_CLASSES, _AGES, max_size=2),
        "minor_opt_in": st.dictionaries(
            _CLASSES, st.builds(MinorOptIn, _AGES, _AGES, st.sampled_from([None, "two_step"])),
            max_size=2,
        ),
        "parental_classes": st.frozensets(_CLASSES, max_size=12),
        "sensitive_consent": st.sampled_from([None, "affirmative", "explicit"]),
        "refresh_months": st.sampled_from([None, 12, 24]),
        **{
            name: st.booleans()
            for name in (
                "platform_ad_limits", "signal_is_opt_out", "signal_is_statutory",
                "special_needs_condition", "sensitive_strictly_necessary",
                "sensitive_sale_banned", "device_consent", "device_statistics_exempt",
                "electronic_marketing_consent", "preuse_notice", "reopt_in_two_step",
            )
        },
    },
)  # fmt: skip


profiles = st.tuples(st.sampled_from(SHIPPED), changed).map(
    lambda drawn: (drawn[0], replace(drawn[0], **drawn[1]))
)


@settings(max_examples=300)
@given(profiles.filter(lambda pair: not weaker(pair[1], pair[0])), cases(max_jurisdictions=1))
def test_law_that_is_not_weaker_never_permits_more(
    pair: tuple[Profile, Profile], asked: Case
) -> None:
    old, new = pair
    case = asked._replace(jurisdictions=("X",), bases=())
    under_new = decide(case, _policy(new))
    if under_new.permit:
        assert decide(case, _policy(old)).permit


def _policy(profile: Profile) -> Any:
    return replace(
        DEFAULT_POLICY, jurisdictions={**JURISDICTIONS, "X": (Edition(ALWAYS, profile),)}
    )


def test_loaded_editions_join_those_that_ship_in_order() -> None:
    loaded = from_document(STRICT_AGE)
    found = merged([loaded])
    assert [edition.effective_from for edition in found["EU-DE"]] == [
        loaded.edition.effective_from, ALWAYS,
    ]  # fmt: skip
    assert found["EU-FR"] == JURISDICTIONS["EU-FR"]


def test_a_kept_catalogue_keeps_law_of_its_own(catalogue: None) -> None:
    load(STRICT_AGE)
    found = catalogues.catalogue()
    back = editions.catalogue_of(json.loads(json.dumps(editions.document_of(found))))
    assert back == found
    assert back.jurisdictions["EU-DE"] == found.jurisdictions["EU-DE"] != JURISDICTIONS["EU-DE"]
