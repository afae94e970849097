"""The jurisdictions as data: complete, ordered, and strict where nobody knows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import consent.decisions
from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdictions import UNKNOWN, Edition, Profile, profile_for
from consent.vocabulary import PURPOSE_CLASSES

NOW = datetime(2026, 11, 22, tzinfo=UTC)
# fmt: off
MEMBER_STATES = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
]
# fmt: on
EDITIONS = [
    pytest.param(code, edition, id=f"{code}-{edition.effective_from:%Y%m%d}")
    for code, editions in JURISDICTIONS.items()
    for edition in editions
]


def test_all_member_states_and_the_eea_are_there() -> None:
    assert len(MEMBER_STATES) == 27
    for state in [*MEMBER_STATES, "IS", "LI", "NO"]:
        profile = profile_for(JURISDICTIONS, f"EU-{state}", NOW)
        assert profile.opt_in
        assert 13 <= profile.consent_age <= 16


@pytest.mark.parametrize("code", ["KR", "US-TX", "EU-XX", "", "eu-de", "EU-DE "])
def test_an_unknown_code_is_the_strictest_profile(code: str) -> None:
    assert profile_for(JURISDICTIONS, code, NOW) is JURISDICTIONS[UNKNOWN][0].profile


@pytest.mark.parametrize("code", sorted(JURISDICTIONS))
def test_editions_are_listed_newest_first(code: str) -> None:
    starts = [edition.effective_from for edition in JURISDICTIONS[code]]

    assert starts == sorted(set(starts), reverse=True)


@pytest.mark.parametrize(("code", "edition"), EDITIONS)
def test_a_profile_speaks_of_known_classes_and_ages(code: str, edition: Edition) -> None:
    profile: Profile = edition.profile
    classes = [set(profile.minor_bans), set(profile.minor_opt_in), profile.parental_classes]
    classes += profile.bases.values()

    assert profile.name == code
    assert edition.effective_from.utcoffset() == timedelta(0)
    assert all(named <= PURPOSE_CLASSES for named in classes)
    assert profile.sensitive_consent in (None, "affirmative", "explicit")
    assert "none" not in profile.bases
    assert ("us_notice" in profile.bases) is (not profile.opt_in)


@pytest.mark.parametrize(
    ("code", "day", "attribute"),
    [
        ("UK", datetime(2026, 2, 5, tzinfo=UTC), "device_statistics_exempt"),
        ("US-CA", datetime(2027, 1, 1, tzinfo=UTC), "preuse_notice"),
        ("US-CO", datetime(2025, 10, 1, tzinfo=UTC), "minor_opt_in"),
        ("US-CT", datetime(2026, 7, 1, tzinfo=UTC), "minor_bans"),
        ("BR", datetime(2026, 3, 17, tzinfo=UTC), "minor_bans"),
        ("IN", datetime(2027, 5, 13, tzinfo=UTC), "minor_bans"),
    ],
)
def test_a_law_binds_from_its_first_instant(code: str, day: datetime, attribute: str) -> None:
    before = profile_for(JURISDICTIONS, code, day - timedelta(microseconds=1))
    from_then = profile_for(JURISDICTIONS, code, day)

    assert not getattr(before, attribute)
    assert getattr(from_then, attribute)


def test_before_the_first_edition_that_edition_answers() -> None:
    assert profile_for(JURISDICTIONS, "UK", datetime(1990, 1, 1, tzinfo=UTC)).consent_age == 13


def test_the_age_rose_in_denmark() -> None:
    assert profile_for(JURISDICTIONS, "EU-DK", datetime(2023, 12, 31, tzinfo=UTC)).consent_age == 13
    assert profile_for(JURISDICTIONS, "EU-DK", datetime(2024, 1, 1, tzinfo=UTC)).consent_age == 15


def test_the_signal_is_statutory_where_a_statute_says_so() -> None:
    def statutory(code: str) -> bool:
        return profile_for(JURISDICTIONS, code, NOW).signal_is_statutory

    assert all(statutory(code) for code in ("US-CA", "US-CO", "US-CT", UNKNOWN))
    assert not any(statutory(code) for code in ("US-VA", "US-UT", "US-IA", "US-IN", "US-KY"))


def test_no_rule_names_a_country() -> None:
    rules = Path(consent.decisions.__file__).parent
    quoted = {f'"{code}"' for code in JURISDICTIONS} - {'"IN"'}

    for path in rules.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [code for code in quoted if code in text], path.name
