"""The rules against the published table, and against what the table does not say."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from consent.decision_tables import case_from_row
from consent.decisions import AttributeFacts, Case, Decision, decide, decide_attributes
from consent.decisions.verdicts import denial, permit
from consent.reasons import CUSTOMER_EN, CUSTOMER_UK, DEVELOPERS, OBLIGATIONS, REASON_CODES

KEPT = Path(__file__).parent / "vectors" / "decision_table.csv"
# Counsel's table, where it lies beside the checkout; the kept copy where it does not.
LIVING = Path(__file__).parents[3] / "shared" / "vectors" / "decision_table.csv"
TABLE = LIVING if LIVING.exists() else KEPT
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def table_rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = table_rows()


def case(**changes: object) -> Case:
    """A German adult's recommendations on a valid consent: the first row of the table."""
    consented = Case(
        as_of=NOW,
        jurisdictions=("EU-DE",),
        purpose="recommendations",
        purpose_class="personalisation",
        data_class="ordinary",
        recipient="first_party",
        legal_basis="consent",
        subject_state="known",
        age=40,
        consent_status="Given",
        consent_types=frozenset({"expressed"}),
    )
    return consented._replace(**changes)  # type: ignore[arg-type]


def words(*items: str) -> frozenset[str]:
    return frozenset(items)


def us(code: str, **changes: object) -> Case:
    defaults: dict[str, object] = {
        "jurisdictions": (code,),
        "legal_basis": "us_notice",
        "consent_status": "none",
        "consent_types": words(),
    }
    return case(**{**defaults, **changes})


ADS = {
    "purpose": "targeted_ads",
    "purpose_class": "cross_context_ads",
    "recipient": "disclosed_third_party",
}
SALE = {"purpose": "sale", "purpose_class": "sale", "recipient": "disclosed_third_party"}
SECURITY = {"purpose": "fraud_prevention", "purpose_class": "security"}
EMAIL = {"purpose": "email_marketing", "purpose_class": "direct_marketing"}
DEVICE = {"purpose": "analytics_device", "purpose_class": "device_access"}
CLAIMS = {"purpose": "legal_claims", "purpose_class": "legal_claims"}
CREDIT = {"purpose": "credit_decision", "purpose_class": "significant_decision"}
RIGHTS = {
    "purpose": "rights_fulfilment",
    "purpose_class": "data_subject_right",
    "legal_basis": "legal_obligation",
    "consent_status": "none",
}
ON_LI = {
    "legal_basis": "legitimate_interest",
    "consent_status": "none",
    "flags": words("lia_recorded"),
}


@pytest.mark.parametrize("row", ROWS, ids=[row["row_id"] for row in ROWS])
def test_the_published_table(row: dict[str, str]) -> None:
    decision = decide(case_from_row(row))

    expected = tuple(part for part in row["obligations"].split(";") if part)
    assert decision == Decision(row["decision"] == "PERMIT", row["reason_code"], expected)


def test_an_empty_store_permits_nothing() -> None:
    empty = Case(NOW, ("EU-DE",), "recommendations", "personalisation", "ordinary", "first_party")

    assert not decide(empty)
    assert not decide(empty._replace(subject_state="known", legal_basis="consent"))


MEMBER_AGES = [
    ("EU-AT", 14),
    ("EU-BE", 13),
    ("EU-DE", 16),
    ("EU-ES", 14),
    ("EU-FR", 15),
    ("EU-IT", 14),
    ("EU-SE", 13),
    ("EU-PL", 16),
    ("EU-DK", 15),
    ("EU-NO", 13),
    ("UK", 13),
    ("CA-QC", 14),
    ("BR", 12),
    ("IN", 18),
    ("UNKNOWN", 16),
    ("KR", 16),
]


@pytest.mark.parametrize(("code", "age"), MEMBER_AGES)
def test_the_age_of_consent(code: str, age: int) -> None:
    young = case(jurisdictions=(code,), age=age - 1)

    assert decide(young).reason_code == "PARENTAL_CONSENT_REQUIRED"
    assert decide(young._replace(age=age)).permit
    assert decide(young._replace(consent_types=words("parental"))).permit


# What no published row says, and what the law page and the neighbours imply.
IMPLIED: list[tuple[str, Case, str]] = [
    ("over at the instant", case(consent_expires_at=NOW), "CONSENT_EXPIRED"),
    ("over a moment later", case(consent_expires_at=NOW + timedelta(microseconds=1)), "VALID"),
    ("interest, assessed", case(**SECURITY, **ON_LI), "LEGITIMATE_INTEREST"),
    ("interest, selling", case(**SALE, **ON_LI), "LI_NOT_AVAILABLE"),
    ("e-mail on consent", case(**EMAIL, flags=words("electronic")), "VALID"),
    ("soft opt-in for ads", case(**ADS, legal_basis="soft_opt_in"), "NO_LEGAL_BASIS"),
    ("statistics cookie", case(**DEVICE, **ON_LI), "DEVICE_CONSENT_REQUIRED"),
    ("statistics cookie, asked nothing", case(**DEVICE, consent_status="none"), "DEVICE_CONSENT"),
    ("statistics cookie, consented", case(**DEVICE), "VALID"),
    (
        "UK exemption asked in Germany",
        case(**{**DEVICE, **ON_LI, "flags": words("uk_pecr_exempt", "lia_recorded")}),
        "DEVICE_CONSENT_REQUIRED",
    ),
    (
        "UK exemption before its day",
        case(
            **{**DEVICE, **ON_LI, "flags": words("uk_pecr_exempt", "lia_recorded")},
            jurisdictions=("UK",),
            as_of=datetime(2026, 2, 4, 23, 59, tzinfo=UTC),
        ),
        "DEVICE_CONSENT_REQUIRED",
    ),
    (
        "UK recognised interest is not for marketing",
        case(jurisdictions=("UK",), legal_basis="recognised_li"),
        "NO_LEGAL_BASIS",
    ),
    (
        "special, basis explicit, act not",
        case(data_class="special", legal_basis="explicit_consent"),
        "EXPLICIT_CONSENT_REQUIRED",
    ),
    (
        "special, another condition on file",
        case(**{**SECURITY, **ON_LI}, data_class="special")._replace(
            flags=words("lia_recorded", "art9_condition")
        ),
        "LEGITIMATE_INTEREST",
    ),
    ("own special data, own rights", case(**RIGHTS, data_class="special"), "LEGAL_OBLIGATION"),
    (
        "platform ads to a minor",
        case(**ADS, age=17, flags=words("online_platform")),
        "MINOR_PROHIBITED",
    ),
    ("ads to a minor, no platform", case(**ADS, age=17), "VALID"),
    ("age unknown, for children", case(age=None, flags=words("child_directed")), "AGE_ASSURANCE"),
    ("age unknown, for everyone", case(age=None), "VALID"),
    ("marketing objection", case(**EMAIL, objections=words("direct_marketing")), "OBJECTED_DIRECT"),
    (
        "marketing objection leaves recommendations",
        case(objections=words("direct_marketing")),
        "VALID",
    ),
    ("signal, specific consent in the EU", case(**EMAIL, gpc=True), "VALID"),
    ("signal, unknown place", case(**ADS, gpc=True, jurisdictions=("??",)), "OPTED_OUT_SIGNAL"),
    ("restricted, plain consent", case(restriction="art18"), "PROCESSING_RESTRICTED"),
    (
        "restricted, later consent that is over",
        case(restriction="art18", flags=words("consent_after_restriction"), consent_expires_at=NOW),
        "CONSENT_EXPIRED",
    ),
    (
        "restricted, on interest, lifted by a consent that is over",
        case(
            legal_basis="legitimate_interest", restriction="art18", consent_expires_at=NOW
        )._replace(flags=words("lia_recorded", "consent_after_restriction")),
        "CONSENT_EXPIRED",
    ),
    (
        "incompatible, on interest, cured by a consent that is over",
        case(legal_basis="legitimate_interest", consent_expires_at=NOW)._replace(
            flags=words("lia_recorded", "incompatible_purpose")
        ),
        "CONSENT_EXPIRED",
    ),
    ("held only, legal claims", case(**CLAIMS, **ON_LI, legal_hold="hold_only"), "LEGAL_CLAIMS"),
    (
        "retention over, held, legal claims",
        case(**CLAIMS, **ON_LI, legal_hold="yes")._replace(
            flags=words("lia_recorded", "retention_elapsed")
        ),
        "LEGAL_CLAIMS",
    ),
    (
        "retention over, not held, legal claims",
        case(**CLAIMS, **ON_LI)._replace(flags=words("lia_recorded", "retention_elapsed")),
        "RETENTION_ELAPSED",
    ),
    (
        "retention over, held, recommendations",
        case(legal_hold="yes", flags=words("retention_elapsed")),
        "LEGAL_HOLD_ONLY",
    ),
    (
        "retention over, own rights",
        case(**RIGHTS, flags=words("retention_elapsed")),
        "LEGAL_OBLIGATION",
    ),
    ("legal claims without a basis", case(**CLAIMS, legal_basis="none"), "NO_LEGAL_BASIS"),
    ("CA recommendations", us("US-CA"), "OPT_OUT_REGIME"),
    (
        "CA stored opt-out, signal gone",
        us("US-CA", **ADS, optouts=words("sale_share")),
        "OPTED_OUT_SALE_SHARE",
    ),
    (
        "CA one-step opt-in after the opt-out",
        us(
            "US-CA",
            **ADS,
            optouts=words("sale_share"),
            flags=words("optin_after_optout"),
            consent_status="Given",
            consent_types=words("expressed"),
        ),
        "OPTED_OUT_SALE_SHARE",
    ),
    (
        "CA two-step opt-in after the opt-out",
        us(
            "US-CA",
            **ADS,
            optouts=words("sale_share"),
            flags=words("optin_after_optout"),
            consent_status="Given",
            consent_types=words("two_step"),
        ),
        "OPT_IN_AFTER_OPT_OUT",
    ),
    (
        "CA incompatible, consented",
        us(
            "US-CA",
            flags=words("incompatible_purpose"),
            consent_status="Given",
            consent_types=words("expressed"),
        ),
        "VALID",
    ),
    ("CA child, first party", us("US-CA", age=12), "PARENTAL_CONSENT_REQUIRED"),
    ("VA sensitive", us("US-VA", data_class="sensitive"), "CONSENT_MISSING"),
    ("KY follows VA", us("US-KY", data_class="sensitive"), "CONSENT_MISSING"),
    ("TX is nobody's model", us("US-TX"), "NO_LEGAL_BASIS"),
    (
        "CO sensitive, seen a day too recently",
        us(
            "US-CO",
            data_class="sensitive",
            consent_status="Given",
            consent_types=words("expressed"),
            last_interaction=datetime(2024, 11, 23, tzinfo=UTC),
        ),
        "VALID",
    ),
    (
        "CT the day before the ban, consented",
        us(
            "US-CT",
            **ADS,
            age=16,
            as_of=datetime(2026, 6, 30, 23, 59, tzinfo=UTC),
            consent_status="Given",
            consent_types=words("expressed"),
        ),
        "VALID",
    ),
    (
        "CT the day before the ban, not consented",
        us("US-CT", **ADS, age=16, as_of=datetime(2026, 6, 30, tzinfo=UTC)),
        "MINOR_OPT_IN_REQUIRED",
    ),
    (
        "CT on the day of the ban",
        us("US-CT", **ADS, age=17, as_of=datetime(2026, 7, 1, tzinfo=UTC)),
        "MINOR_PROHIBITED",
    ),
    (
        "UK automated, special data",
        case(
            **CREDIT, jurisdictions=("UK",), data_class="special", legal_basis="contract"
        )._replace(flags=words("contract_necessary", "adm_safeguards", "art9_condition")),
        "ADM_NOT_PERMITTED",
    ),
    (
        "UK automated before its day",
        case(**CREDIT, **ON_LI)._replace(
            jurisdictions=("UK",),
            as_of=datetime(2026, 2, 4, tzinfo=UTC),
            flags=words("lia_recorded", "adm_safeguards"),
        ),
        "ADM_NOT_PERMITTED",
    ),
    (
        "CA automated, opted out in 2027",
        us(
            "US-CA",
            **CREDIT,
            as_of=datetime(2027, 2, 1, tzinfo=UTC),
            optouts=words("admt"),
            flags=words("preuse_notice"),
        ),
        "OPTED_OUT_ADMT",
    ),
    ("unknown place, consent", case(jurisdictions=("UNKNOWN",)), "VALID"),
    ("no place at all is the unknown one", case(jurisdictions=(), **ON_LI), "NO_LEGAL_BASIS"),
    (
        "two places, the notice of one is no basis in the other",
        us("US-CA", jurisdictions=("US-CA", "EU-DE")),
        "NO_LEGAL_BASIS",
    ),
    (
        "two places, a basis for each",
        case(jurisdictions=("EU-DE", "US-CA"), bases=("consent", "us_notice")),
        "VALID",
    ),
    (
        "two places, one basis forgotten",
        case(jurisdictions=("EU-DE", "US-CA"), bases=("consent",)),
        "INVALID_REQUEST",
    ),
    ("time without an offset", case(as_of=NOW.replace(tzinfo=None)), "INVALID_REQUEST"),
    ("consent by silence", case(consent_types=words("implied")), "CONSENT_INVALID_FORM"),
    ("consent by nothing", case(consent_types=words()), "CONSENT_UNPROVEN"),
    (
        "basis swapped after the withdrawal",
        case(**{**ON_LI, "consent_status": "Withdrawn"}),
        "CONSENT_WITHDRAWN",
    ),
]


@pytest.mark.parametrize(
    ("asked", "reason"), [row[1:] for row in IMPLIED], ids=[r[0] for r in IMPLIED]
)
def test_what_the_table_implies(asked: Case, reason: str) -> None:
    decision = decide(asked)

    assert reason in decision.reason_code
    assert decision.permit == (decision.reason_code in PERMITTING)


PERMITTING = words(
    "CONSENT_VALID",
    "LEGITIMATE_INTEREST",
    "LEGAL_OBLIGATION",
    "LEGAL_CLAIMS",
    "OPT_OUT_REGIME",
    "OPT_IN_AFTER_OPT_OUT",
)


def test_a_decision_is_true_only_when_it_permits() -> None:
    assert decide(case())
    assert not decide(case(consent_status="Refused"))


def test_only_listed_reasons_can_be_given() -> None:
    with pytest.raises(ValueError, match="not a reason to deny"):
        denial("CONSENT_VALID")
    with pytest.raises(ValueError, match="not a reason to permit"):
        permit("CONSENT_MISSING", ())


def test_an_obligation_of_several_places_is_named_once() -> None:
    both = case(**ADS, jurisdictions=("EU-DE", "US-CA"), bases=("consent", "us_notice"))

    assert decide(both) == (True, "CONSENT_VALID", ("DISPLAY_OPT_OUT_LINK",))


def test_attributes_are_decided_as_one_by_one() -> None:
    asked = case()
    attributes = {
        "purchases": AttributeFacts("ordinary"),
        "views": AttributeFacts("ordinary"),
        "phone": AttributeFacts("ordinary", words("category_not_in_purpose")),
        "health": AttributeFacts("special", words("inferred")),
    }

    answers = decide_attributes(asked, attributes)

    assert list(answers) == list(attributes)
    assert answers["purchases"].permit and answers["views"].permit
    assert answers["phone"].reason_code == "CATEGORY_NOT_COVERED"
    assert answers["health"].reason_code == "SPECIAL_CATEGORY_NO_CONDITION"


def test_every_reason_has_every_text() -> None:
    # The 66 of the decision table, and REPLAY_ONLY, which only the gate gives.
    assert len(REASON_CODES) == 67
    for texts in (DEVELOPERS, CUSTOMER_EN, CUSTOMER_UK):
        assert set(texts) == REASON_CODES
        assert all(text.endswith(".") for text in texts.values())


def test_every_obligation_of_the_table_is_listed() -> None:
    named = {part.partition(":")[0] for row in ROWS for part in row["obligations"].split(";")}

    assert named - {""} <= set(OBLIGATIONS)
