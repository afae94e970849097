"""Laws of the decision that hold for every case, tabulated or not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consent import vocabulary
from consent.decisions import AttributeFacts, Case, decide, decide_attributes
from consent.decisions.cases import DEFAULT_POLICY
from consent.jurisdiction_data import JURISDICTIONS
from consent.reasons import DENIALS, OBLIGATIONS, PERMITS

BASES = sorted(
    {basis for editions in JURISDICTIONS.values() for basis in editions[0].profile.bases}
)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
# A law is about the answer; how long a busy machine takes for it is measured elsewhere.
LAW = settings(deadline=None)
INSTANTS = st.sampled_from(
    [
        datetime(2017, 1, 1, tzinfo=UTC),
        datetime(2026, 2, 5, tzinfo=UTC),
        NOW - timedelta(days=731),
        NOW,
        NOW + timedelta(microseconds=1),
        datetime(2027, 6, 1, tzinfo=UTC),
    ]
)
CODES = st.sampled_from([*JURISDICTIONS, "KR", ""])
FLAGS = sorted(vocabulary.FLAGS)


def mostly(usual: str, others: frozenset[str]) -> st.SearchStrategy[str]:
    # Half of the cases keep the usual word, because a permit needs most of them to.
    return st.one_of(st.just(usual), st.sampled_from(sorted(others)), st.just("no such word"))


def some(words: frozenset[str] | list[str], at_most: int) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(
        st.just(frozenset()), st.frozensets(st.sampled_from(sorted(words)), max_size=at_most)
    )


# Flags that lift or carry something, so that permits are common and deep rules are reached.
HELPFUL = [
    "adm_safeguards",
    "art18_2_other_person",
    "art18_2_public_interest",
    "art9_condition",
    "consent_after_restriction",
    "contract_necessary",
    "human_appeal_exception",
    "lia_recorded",
    "optin_after_optout",
    "preuse_notice",
    "soft_opt_in_conditions",
    "strictly_necessary",
    "uk_pecr_exempt",
    "compelling_grounds",
    "no_subject_needed",
]


@st.composite
def cases(draw: st.DrawFn, max_jurisdictions: int = 3) -> Case:
    purpose = draw(st.sampled_from([*vocabulary.TABLE_PURPOSES, "growth_hacking"]))
    purpose_class = vocabulary.TABLE_PURPOSES.get(purpose, "personalisation")
    codes = tuple(draw(st.lists(CODES, max_size=max_jurisdictions)))
    bases = st.sampled_from([*BASES, "none", "no such word"])
    return Case(
        as_of=draw(INSTANTS),
        jurisdictions=codes,
        purpose=purpose,
        purpose_class=draw(mostly(purpose_class, vocabulary.PURPOSE_CLASSES)),
        data_class=draw(mostly("ordinary", vocabulary.DATA_CLASSES)),
        recipient=draw(mostly("first_party", vocabulary.DISCLOSED_RECIPIENTS)),
        legal_basis=draw(bases),
        subject_state=draw(mostly("known", vocabulary.SUBJECT_STATES)),
        age=draw(st.one_of(st.just(40), st.none(), st.integers(-1, 19))),
        consent_status=draw(mostly("Given", vocabulary.CONSENT_STATUSES)),
        consent_types=draw(some([*vocabulary.AFFIRMATIVE_ACTS, "implied"], 4)),
        notice_state=draw(mostly("current", vocabulary.NOTICE_STATES)),
        consent_expires_at=draw(st.one_of(st.none(), INSTANTS)),
        last_interaction=draw(st.one_of(st.none(), INSTANTS)),
        gpc=draw(st.booleans()),
        optouts=draw(some(vocabulary.OPTOUTS, 2)),
        objections=draw(some(vocabulary.OBJECTIONS, 2)),
        restriction=draw(mostly("none", vocabulary.RESTRICTIONS)),
        erasure_state=draw(mostly("none", vocabulary.ERASURE_STATES)),
        legal_hold=draw(mostly("no", vocabulary.LEGAL_HOLDS)),
        flags=draw(some(HELPFUL, 14)) | draw(some(FLAGS, 3)),
        bases=draw(st.one_of(st.just(()), st.tuples(*[bases] * len(codes)))),
    )


@LAW
@given(cases())
def test_total_deterministic_and_closed(asked: Case) -> None:
    decision = decide(asked)

    assert decision == decide(asked)
    assert decision.reason_code in (PERMITS if decision.permit else DENIALS)
    assert {duty.partition(":")[0] for duty in decision.obligations} <= set(OBLIGATIONS)


def restrictions_of(asked: Case) -> list[Case]:
    """Every way a person or the law can restrict this case by one more step."""
    return [
        *(asked._replace(objections=asked.objections | {word}) for word in vocabulary.OBJECTIONS),
        *(asked._replace(optouts=asked.optouts | {word}) for word in vocabulary.OPTOUTS),
        *(asked._replace(consent_status=status) for status in sorted(vocabulary.OWN_NO)),
        asked._replace(gpc=True),
        asked._replace(restriction="art18"),
        asked._replace(erasure_state="pending"),
        asked._replace(subject_state="erased"),
    ]


@LAW
@given(cases())
def test_a_restriction_never_opens_a_door(asked: Case) -> None:
    if not decide(asked):
        for restricted in restrictions_of(asked):
            assert not decide(restricted), restricted


@LAW
@given(cases(), st.sampled_from(["yes", "hold_only"]))
def test_a_hold_opens_no_door_but_that_of_legal_claims(asked: Case, hold: str) -> None:
    # The one lawful exception: legal claims on data whose retention is over.
    assume(asked.purpose_class != "legal_claims" or "retention_elapsed" not in asked.flags)

    if not decide(asked._replace(legal_hold="no")):
        assert not decide(asked._replace(legal_hold=hold))
    if not decide(asked._replace(legal_hold="yes")):
        assert not decide(asked._replace(legal_hold="hold_only"))


HARMFUL = vocabulary.FLAGS - set(HELPFUL)


# It narrows what the signal does, electronic only adds a rule, and the rest deny.
@LAW
@given(cases(), st.sampled_from(sorted(HARMFUL - {"gpc_statutory_only", "soft_opt_in_conditions"})))
def test_a_flag_against_never_opens_a_door(asked: Case, flag: str) -> None:
    # A hold with elapsed retention is still a hold; consent cures an incompatible purpose.
    if not decide(asked):
        worse = asked._replace(flags=asked.flags | {flag})
        assert not decide(worse) or flag == "incompatible_purpose", worse


@LAW
@given(cases(max_jurisdictions=2), CODES)
def test_joining_jurisdictions_never_permits_more(asked: Case, code: str) -> None:
    asked = asked._replace(bases=())
    assume(asked.jurisdictions)

    if not decide(asked):
        assert not decide(asked._replace(jurisdictions=(*asked.jurisdictions, code)))
        assert not decide(asked._replace(jurisdictions=(code, *asked.jurisdictions)))


@LAW
@given(cases())
def test_several_jurisdictions_permit_only_together(asked: Case) -> None:
    asked = asked._replace(bases=())
    assume(asked.jurisdictions)
    alone = [decide(asked._replace(jurisdictions=(code,))) for code in asked.jurisdictions]

    together = decide(asked)

    assert together.permit == all(decision.permit for decision in alone)
    first = next((decision for decision in alone if not decision.permit), alone[0])
    assert together.reason_code == first.reason_code


@LAW
@given(cases())
def test_nothing_recorded_permits_nothing(asked: Case) -> None:
    empty = Case(
        asked.as_of,
        asked.jurisdictions,
        asked.purpose,
        asked.purpose_class,
        asked.data_class,
        asked.recipient,
        flags=asked.flags,
    )

    assert not decide(empty)


@LAW
@given(cases())
def test_a_no_is_a_no_under_every_basis(asked: Case) -> None:
    for status in vocabulary.OWN_NO:
        denied = not decide(asked._replace(consent_status=status))
        assert denied or asked.purpose_class not in vocabulary.OWN_NO_CLASSES


@LAW
@given(cases())
def test_time_only_takes_a_consent_away(asked: Case) -> None:
    ended = asked._replace(consent_expires_at=asked.as_of)

    assert not decide(ended) or decide(ended) == decide(asked._replace(consent_expires_at=None))


@LAW
@given(cases(), st.sampled_from(sorted(JURISDICTIONS)))
def test_the_unknown_place_protects_adults_as_much_as_any(asked: Case, code: str) -> None:
    adult = asked._replace(age=40, bases=())

    if decide(adult._replace(jurisdictions=("UNKNOWN",))):
        assert decide(adult._replace(jurisdictions=(code,)))


FACTS = st.builds(
    AttributeFacts,
    st.sampled_from(sorted(vocabulary.DATA_CLASSES)),
    some(["category_not_in_purpose", "inferred", "scope_category", "retention_elapsed"], 2),
)


@LAW
@given(cases(), st.dictionaries(st.text(max_size=3), FACTS, max_size=5))
def test_attributes_together_are_attributes_alone(
    asked: Case, attributes: dict[str, AttributeFacts]
) -> None:
    answers = decide_attributes(asked, attributes)

    for code, facts in attributes.items():
        alone = asked._replace(data_class=facts.data_class, flags=asked.flags | facts.flags)
        assert answers[code] == decide(alone)


@pytest.mark.parametrize("field", ["as_of", "consent_expires_at", "last_interaction"])
def test_an_instant_without_offset_is_refused(field: str) -> None:
    asked = Case(NOW, ("EU-DE",), "sale", "sale", "ordinary", "first_party")

    changes: dict[str, Any] = {field: NOW.replace(tzinfo=None)}

    decision = decide(asked._replace(**changes), DEFAULT_POLICY)

    assert decision.reason_code == "INVALID_REQUEST"
