"""One policy of 20 purposes in three languages: ours, Cedar (cedarpy) and Casbin (casbin).

Each gets its question ready made in its own native form, and is used as its documentation
says it is fast: Cedar with policies and people parsed once and the questions in one batch
(twice as fast as one by one here), Casbin with FastEnforcer, which looks only at the lines
of the purpose asked for.
"""

import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

import casbin
import cedarpy
from casbin.model.model_fast import FastModel

from consent.cases import Asked, Particular, decide_leaves
from consent.decisions import Case, Policy
from consent.vocabulary import AFFIRMATIVE_ACTS, GIVEN

NOW = datetime(2026, 11, 25, tzinfo=UTC)
LAWFUL_AGE = 16  # years: below it a parent says yes, in Germany
MARKETING = frozenset({3, 8, 13, 18})
PURPOSES = [f"purpose_{number:02}" for number in range(20)]
CLASSES = {
    code: "direct_marketing" if number in MARKETING else "personalisation"
    for number, code in enumerate(PURPOSES)
}
POLICY = Policy(purposes=frozenset(PURPOSES))
# Each purpose declares eight of twelve attributes; two of the twelve are of special categories.
ATTRIBUTES = [f"attribute_{letter}" for letter in "abcdefghijkl"]
SPECIAL = frozenset(ATTRIBUTES[-2:])
DECLARED = {
    code: tuple(ATTRIBUTES[(number + step) % len(ATTRIBUTES)] for step in range(8))
    for number, code in enumerate(PURPOSES)
}


class Asking(NamedTuple):
    """One question about one person, before it is put in anybody's words."""

    number: int
    purpose: str
    attributes: tuple[str, ...]
    recipient: str
    subject_state: str
    age: int
    status: str
    acts: frozenset[str]
    notice: str
    expires: datetime
    objections: frozenset[str]
    restricted: bool
    erasure: bool
    hold: str


def questions(count: int, *, seed: int = 5) -> list[Asking]:
    """Questions of five attributes, most of which are permitted."""
    dice = random.Random(seed)
    return [_question(number, dice) for number in range(count)]


def _question(number: int, dice: random.Random) -> Asking:
    def mostly(usual: Any, *others: Any) -> Any:
        return usual if dice.random() < 0.97 else dice.choice(others)

    purpose = dice.choice(PURPOSES)
    ordinary = [code for code in DECLARED[purpose] if code not in SPECIAL]
    asked = dice.sample(ordinary, 5)
    if dice.random() < 0.03:
        asked[0] = dice.choice(ATTRIBUTES)
    return Asking(
        number=number,
        purpose=mostly(purpose, "no_such_purpose"),
        attributes=tuple(dict.fromkeys(asked)),
        recipient=mostly("first_party", "processor", "undisclosed_third_party"),
        subject_state=mostly("known", "pseudonymous", "erased"),
        age=mostly(40, 12, 17),
        status=mostly("Given", "RenewedGiven", "Refused", "Withdrawn", "none"),
        acts=mostly(frozenset({"expressed"}), frozenset({"explicit", "parental"}), frozenset()),
        notice=mostly("current", "superseded_minor", "superseded_material"),
        expires=NOW + timedelta(days=mostly(90, -1, 1)),
        objections=mostly(frozenset(), frozenset({"art21_1"}), frozenset({"direct_marketing"})),
        restricted=mostly(False, True),
        erasure=mostly(False, True),
        hold=mostly("no", "yes", "hold_only"),
    )


Decider = Callable[[], Sequence[bool]]


def ours(asked: Sequence[Asking]) -> Decider:
    """The rules of this service, all of them."""
    ready = [_asked(one) for one in asked]

    def decide() -> list[bool]:
        return [
            all(decision.permit for decision in decide_leaves(one, POLICY).values())
            for one in ready
        ]

    return decide


def _asked(one: Asking) -> Asked:
    case = Case(
        as_of=NOW,
        jurisdictions=("EU-DE",),
        purpose=one.purpose,
        purpose_class=CLASSES.get(one.purpose, "personalisation"),
        data_class="ordinary",
        recipient=one.recipient,
        legal_basis="consent",
        subject_state=one.subject_state,
        age=one.age,
        consent_status=one.status,
        consent_types=one.acts,
        notice_state=one.notice,
        consent_expires_at=one.expires,
        objections=one.objections,
        restriction="art18" if one.restricted else "none",
        erasure_state="pending" if one.erasure else "none",
        legal_hold=one.hold,
        bases=("consent",),
    )
    leaves: dict[Particular, list[str]] = {}
    for code in one.attributes:
        declared = code in DECLARED.get(one.purpose, ())
        flags = frozenset() if declared else frozenset({"category_not_in_purpose"})
        particular = Particular("special" if code in SPECIAL else "ordinary", flags, one.status)
        leaves.setdefault(particular, []).append(code)
    return Asked(case, leaves)


def cedar(asked: Sequence[Asking]) -> Decider:
    """Cedar: what is known of the person is an entity, what is asked is the context."""
    policies = cedarpy.PolicySet.from_str("\n".join(map(_cedar_policy, PURPOSES)))
    people = cedarpy.Entities.from_json_str(json.dumps([_cedar_person(one) for one in asked]))
    requests = [
        {
            "principal": {"type": "Person", "id": str(one.number)},
            "action": {"type": "Action", "id": one.purpose},
            "resource": {"type": "Data", "id": "profile"},
            "context": {
                "attributes": list(one.attributes),
                "recipient": one.recipient,
                "now": int(NOW.timestamp()),
            },
        }
        for one in asked
    ]

    def decide() -> list[bool]:
        found = cedarpy.is_authorized_batch(requests, policies, people)
        return [answer.allowed for answer in found]

    return decide


def _cedar_person(one: Asking) -> dict[str, Any]:
    return {
        "uid": {"type": "Person", "id": str(one.number)},
        "attrs": {
            "state": one.subject_state,
            "age": one.age,
            "status": one.status,
            "acts": sorted(one.acts),
            "notice": one.notice,
            "expires": int(one.expires.timestamp()),
            "objections": sorted(one.objections),
            "restricted": one.restricted,
            "erasure": one.erasure,
            "hold": one.hold,
        },
        "parents": [],
    }


def _cedar_policy(purpose: str) -> str:
    special = " || ".join(
        f"context.attributes.contains({json.dumps(code)})"
        for code in DECLARED[purpose]
        if code in SPECIAL
    )
    return f"""
    permit (principal is Person, action == Action::"{purpose}", resource) when {{
        {_words("known", "pseudonymous", "merged_ok")}.contains(principal.state) &&
        {_words("first_party", "disclosed_third_party", "processor")}.contains(context.recipient) &&
        {json.dumps(DECLARED[purpose])}.containsAll(context.attributes) &&
        {_words(*GIVEN)}.contains(principal.status) &&
        {_words("expressed", "explicit", "parental", "two_step")}.containsAny(principal.acts) &&
        {_words("current", "superseded_minor")}.contains(principal.notice) &&
        context.now < principal.expires &&
        (principal.age >= {LAWFUL_AGE} || principal.acts.contains("parental")) &&
        !principal.restricted && !principal.erasure &&
        {_words("no", "yes")}.contains(principal.hold) &&
        !principal.objections.contains("art21_1")
        {'&& !principal.objections.contains("direct_marketing")' if _is_marketing(purpose) else ""}
        {f'&& (principal.acts.contains("explicit") || !({special}))' if special else ""}
    }};"""


def _words(*words: str) -> str:
    return json.dumps(sorted(words))


def _is_marketing(purpose: str) -> bool:
    return CLASSES[purpose] == "direct_marketing"


CASBIN_MODEL = """
[request_definition]
r = act, sub, ask
[policy_definition]
p = act, marketing
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act \
    && r.sub.state in ("known", "pseudonymous", "merged_ok") \
    && r.ask.recipient in ("first_party", "disclosed_third_party", "processor") \
    && covers(p.act, r.ask.attributes) \
    && r.sub.status in ("Given", "RenewedGiven") && r.sub.affirmative \
    && r.sub.notice in ("current", "superseded_minor") && r.ask.now < r.sub.expires \
    && (r.sub.age >= 16 || "parental" in r.sub.acts) \
    && !r.sub.restricted && !r.sub.erasure && r.sub.hold in ("no", "yes") \
    && !("art21_1" in r.sub.objections) \
    && (p.marketing == "no" || !("direct_marketing" in r.sub.objections)) \
    && ("explicit" in r.sub.acts || !r.ask.special)
"""


def casbin_rules(asked: Sequence[Asking]) -> Decider:
    """Casbin: attributes of the person and of the question, one line of policy a purpose."""
    model = FastModel([0])
    model.load_model_from_text(CASBIN_MODEL)
    enforcer = casbin.FastEnforcer(model, cache_key_order=[0])
    declared = {purpose: frozenset(codes) for purpose, codes in DECLARED.items()}
    enforcer.add_function("covers", lambda act, codes: declared[act].issuperset(codes))
    enforcer.add_policies(
        [[purpose, "yes" if _is_marketing(purpose) else "no"] for purpose in PURPOSES]
    )
    ready = [_casbin_question(one) for one in asked]

    def decide() -> list[bool]:
        return [enforcer.enforce(*one) for one in ready]

    return decide


def _casbin_question(one: Asking) -> tuple[str, SimpleNamespace, SimpleNamespace]:
    person = SimpleNamespace(
        state=one.subject_state,
        age=one.age,
        status=one.status,
        acts=one.acts,
        affirmative=not one.acts.isdisjoint(AFFIRMATIVE_ACTS),
        notice=one.notice,
        expires=int(one.expires.timestamp()),
        objections=one.objections,
        restricted=one.restricted,
        erasure=one.erasure,
        hold=one.hold,
    )
    question = SimpleNamespace(
        recipient=one.recipient,
        attributes=one.attributes,
        special=not SPECIAL.isdisjoint(one.attributes),
        now=int(NOW.timestamp()),
    )
    return one.purpose, person, question
