"""What the made-up people have said so far: a fixed mix, documented in docs/demo.md."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from random import Random

from config.demo.households import SEED
from consent.actions.importing import PastAct
from consent.acts import Act

RECOMMENDATIONS = "recommendations"
LIVE = {RECOMMENDATIONS: 2}
# Because this version was replaced on 1 June 2017, when its wording changed materially.
OLD_WORDING_SHOWN = datetime(2017, 3, 1, 10, tzinfo=UTC)
# Pattern -> households in a hundred. `signal` and `opted_out` say what people in the United
# States say there; elsewhere those households count as `shops`.
PATTERNS: Mapping[str, int] = {
    "keen": 24,
    "shops": 20,
    "careful": 8,
    "refused": 12,
    "silent": 12,
    "withdrew": 6,
    "expired": 4,
    "old_wording": 4,
    "signal": 3,
    "opted_out": 3,
    "objected": 2,
    "paused": 1,
    "held": 1,
}
KEPT_OUT = (
    ("purchases.drug_gm",),
    ("purchases.spirits",),
    ("purchases.nutrition", "purchases.drug_gm"),
)


def pattern(number: int, jurisdiction: str) -> str:
    """Which of PATTERNS household `number` follows."""
    random = Random(f"{SEED} pattern {number}")  # noqa: S311
    chosen = random.choices(list(PATTERNS), list(PATTERNS.values()))[0]
    american = jurisdiction.startswith("US")
    if american and chosen == "silent":
        return random.choice(["silent", "signal", "opted_out"])
    return "shops" if chosen in {"signal", "opted_out"} and not american else chosen


def acts(number: int, chosen: str, language: str, today: datetime) -> list[PastAct]:
    """What a household that follows `chosen` has said, oldest first."""
    random = Random(f"{SEED} acts {number}")  # noqa: S311
    first = _moment(today, random.randint(200, 500), random)
    later = _moment(today, random.randint(5, 150), random)
    yes = _given(RECOMMENDATIONS, first, language)
    match chosen:
        case "keen":
            more = ("email_marketing", "service_improvement", "targeted_ads")
            return [yes, *(_given(purpose, first, language) for purpose in more)]
        case "shops":
            return [yes, _no("refused", first, "email_marketing", language)]
        case "careful":
            kept_out = random.choice(KEPT_OUT)
            return [yes, _no("refused", later, RECOMMENDATIONS, language, kept_out)]
        case "refused":
            asked = (RECOMMENDATIONS, "email_marketing", "targeted_ads", "sale")
            return [_no("refused", first, purpose, language) for purpose in asked]
        case "withdrew":
            return [yes, _no("withdrawn", later, RECOMMENDATIONS, language)]
        case "expired":
            ended = first + timedelta(days=90)
            return [PastAct(yes.act, yes.valid_from, expires_at=ended)]
        case "old_wording":
            return [_given(RECOMMENDATIONS, OLD_WORDING_SHOWN, language, version=1)]
        case "signal":
            return [PastAct(Act("signal_on", method="signal", actor="browser"), later)]
        case "opted_out":
            return [PastAct(Act("opted_out", purpose="sale", method="portal"), later)]
        case "objected":
            objection = Act("objected", purpose="email_marketing", method="portal")
            return [yes, _given("email_marketing", first, language), PastAct(objection, later)]
        case "paused":
            return [yes, PastAct(Act("restricted", method="portal"), later)]
        case "held":
            return [yes, PastAct(Act("held", method="officer", actor="officer"), later)]
    return []


def _moment(today: datetime, days: int, random: Random) -> datetime:
    """Some daytime `days` days ago."""
    clock = time(random.randint(7, 21), random.randint(0, 59), random.randint(0, 59), tzinfo=UTC)
    return datetime.combine(today.date() - timedelta(days=days), clock)


def _given(purpose: str, at: datetime, language: str, *, version: int | None = None) -> PastAct:
    act = Act(
        "given",
        purpose=purpose,
        notice=version or LIVE.get(purpose, 1),
        language=language,
        shown_at=at,
        method="portal",
    )
    return PastAct(act, at)


def _no(
    state: str, at: datetime, purpose: str, language: str, attributes: tuple[str, ...] = ()
) -> PastAct:
    act = Act(
        state,
        purpose=purpose,
        attributes=attributes,
        notice=LIVE.get(purpose, 1),
        language=language,
        shown_at=at,
        method="portal",
    )
    return PastAct(act, at)
