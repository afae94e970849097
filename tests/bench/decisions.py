"""The pure rules: questions of five attributes per core, and beside two peers."""

from datetime import timedelta

from consent.cases import Asked, Particular, decide_leaves
from consent.decisions import Case, Policy
from tests.bench import measuring, peers, report

NOW = peers.NOW
ATTRIBUTES = ("produce", "meat", "deli", "grocery", "age_band")
PLACES = ["EU-DE", "EU-FR", "EU-PL", "UK", "CA-QC", "BR", "IN", "US-CA", "US-CO", "US-VA"]
CLASSES = {
    "recommendations": "personalisation",
    "email_marketing": "direct_marketing",
    "targeted_ads": "cross_context_ads",
}
POLICY = Policy(purposes=frozenset(CLASSES))
# What the catalogue may say of an attribute without a denial: three different things.
MIXED = [frozenset(), frozenset({"inferred"}), frozenset({"lia_recorded"})]


def main() -> None:
    """Print the figures as one JSON object."""
    alike, mixed = questions(distinct=1), questions(distinct=3)
    for asked in (*alike, *mixed):
        assert all(decide_leaves(asked, POLICY).values()), asked.case
    found = measuring.rounds(
        {"alike": lambda: decide_all(alike), "mixed": lambda: decide_all(mixed)},
        times=1,
        count=500,
        clock=measuring.processor,
    )
    pure = [rate * len(alike) for rate in found["alike"]]
    report.give(
        {
            "decide_pure_per_s": report.median(pure),
            "decide_pure_worst_tenth_per_s": measuring.percentile(pure, 0.1),
            "decide_pure_best_tenth_per_s": measuring.percentile(pure, 0.9),
            "decide_pure_mixed_per_s": report.median(found["mixed"]) * len(mixed),
            **beside_peers(),
        }
    )


def decide_all(questions: list[Asked]) -> None:
    """Each question once; no answer is kept from one to the next."""
    for asked in questions:
        decide_leaves(asked, POLICY)


def questions(*, distinct: int) -> list[Asked]:
    """Permitted questions with every field of a case filled in, about different people.

    The five attributes of each are of `distinct` kinds.
    """
    found = []
    for number in range(300):
        purpose = list(CLASSES)[number % len(CLASSES)]
        leaves: dict[Particular, list[str]] = {}
        for place, code in enumerate(ATTRIBUTES):
            kind = Particular("ordinary", MIXED[place % distinct], "Given")
            leaves.setdefault(kind, []).append(code)
        found.append(Asked(_case(number, purpose, PLACES[number % len(PLACES)]), leaves))
    return found


def _case(number: int, purpose: str, place: str) -> Case:
    return Case(
        as_of=NOW + timedelta(seconds=number),
        jurisdictions=(place,),
        purpose=purpose,
        purpose_class=CLASSES[purpose],
        data_class="ordinary",
        recipient=("first_party", "processor")[number % 2],
        legal_basis="consent",
        subject_state=("known", "merged_ok")[number % 2],
        age=18 + number % 60,
        consent_status="Given",
        consent_types=frozenset({"expressed", "two_step"}),
        notice_state=("current", "superseded_minor")[number % 2],
        consent_expires_at=NOW + timedelta(days=1 + number),
        last_interaction=NOW - timedelta(days=number),
        flags=frozenset({"contract_necessary"}),
        bases=("consent",),
    )


def beside_peers() -> dict[str, float]:
    """The same questions of the same policy, answered alike, in interleaved rounds."""
    asked = peers.questions(2_000)
    deciders = {
        "ours": peers.ours(asked),
        "cedarpy": peers.cedar(asked),
        "casbin": peers.casbin_rules(asked),
    }
    answers = {name: list(decide()) for name, decide in deciders.items()}
    assert answers["ours"] == answers["cedarpy"] == answers["casbin"]
    assert len(asked) // 2 < sum(answers["ours"]) < len(asked)
    found = measuring.rounds(deciders, times=1, count=7, clock=measuring.processor)
    return {
        "decide_vs_cedarpy": measuring.ratio(found, "ours", "cedarpy"),
        "decide_vs_casbin": measuring.ratio(found, "ours", "casbin"),
        "cedarpy_per_s": report.median(found["cedarpy"]) * len(asked),
        "casbin_per_s": report.median(found["casbin"]) * len(asked),
    }


if __name__ == "__main__":
    main()
