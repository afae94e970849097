"""How long events are kept, as a document an operator writes.

    {"rules": [{"kind": "consent", "jurisdiction": "FR", "months": 60,
                "keeper": "consent_proofs_needed", "source": "Code civil art. 2224"}, ...]}

`kind` is a kind, the beginning of one, or `*`. With a `keeper`, an SQL function of this database,
months count from the end of what was proved. Of all rules that fit an event the longest counts.
"""

import json
import re
from typing import Any, NamedTuple

LONGEST_MONTHS = 1200
_KIND = re.compile(r"\*|[a-z][a-z_-]*(\.[a-z][a-z_-]*)*")
_PLACE = re.compile(r"\*|[A-Z]{2}(-[A-Z0-9]{1,3})?")
_KEEPER = re.compile(r"[a-z_]+")
_MEMBERS = {"kind", "jurisdiction", "months", "keeper", "source"}


class Rule(NamedTuple):
    """One row of the policy; `keeper` is None where months count from the event."""

    kind: str
    jurisdiction: str
    months: int
    keeper: str | None
    source: str


def parse(text: str) -> list[Rule]:
    """The rules of a document; raises ValueError that names the place and says what to write."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"The policy is no JSON: {error}") from error
    found = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(found, list) or not found:
        raise ValueError('The policy is an object with a list of "rules" that is not empty.')
    rules = [_rule(f"/rules/{place}", member) for place, member in enumerate(found)]
    if len({(rule.kind, rule.jurisdiction) for rule in rules}) < len(rules):
        raise ValueError("Two rules name the same kind and jurisdiction; keep one.")
    if not any(rule.kind == "*" for rule in rules):
        raise ValueError('One rule must be for kind "*", so that nothing is left without one.')
    return rules


def _rule(place: str, found: Any) -> Rule:
    if not isinstance(found, dict) or not set(found) <= _MEMBERS:
        raise ValueError(f"{place}: an object with {', '.join(sorted(_MEMBERS))}.")
    months, keeper = found.get("months"), found.get("keeper")
    if type(months) is not int or not 1 <= months <= LONGEST_MONTHS:
        raise ValueError(f"{place}/months: a whole number from 1 to {LONGEST_MONTHS}.")
    for name, form in (("kind", _KIND), ("jurisdiction", _PLACE)):
        if not isinstance(found.get(name), str) or form.fullmatch(found[name]) is None:
            raise ValueError(f"{place}/{name}: such as {'consent' if name == 'kind' else 'DE'}.")
    if keeper is not None and (not isinstance(keeper, str) or not _KEEPER.fullmatch(keeper)):
        raise ValueError(f"{place}/keeper: the name of an SQL function, or leave it out.")
    if not isinstance(found.get("source"), str) or not found["source"].strip():
        raise ValueError(f"{place}/source: say which law or whose decision it is.")
    return Rule(found["kind"], found["jurisdiction"], months, keeper, found["source"].strip())
