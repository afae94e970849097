"""Comparing what is on record with the log, a range at a time, and keeping where to go on."""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit import actions as audit
from audit import watching
from audit.reconciling import Finding
from profiles.queries.reconciling import COMPARISONS

PREFIX = "reconcile."
LIMIT = 20_000
# Because an event may be committed a while after its id was made.
SETTLED = timedelta(minutes=10)
AGAIN = timedelta(days=1)
NAMED = 20
# What is short, or changes without growing, is compared from its beginning each time.
SHORT = {"doors", "permits", "waiting"}

logger = logging.getLogger(__name__)


def step(*, at: datetime, limit: int = LIMIT) -> dict[str, list[Finding]]:
    """One range of each comparison; what was found, by name. A pass begins anew each day.

    A finding is named in the log of the process, in an event `log.reconciled` and on the page of
    the officers, by ids alone.
    """
    found = {name: _range(name, at, limit) for name in COMPARISONS}
    return {name: findings for name, findings in found.items() if findings}


def whole(name: str, *, at: datetime, limit: int = LIMIT) -> tuple[int, list[Finding]]:
    """One comparison from beginning to end, in constant memory; how many, and the first found."""
    after, compared, done = "", 0, False
    found: list[Finding] = []
    while not done:
        look = COMPARISONS[name](after, limit, _before(at))
        after, done, compared = look.after, look.done, compared + look.compared
        found = [*found, *look.findings][:NAMED]
    return compared, found


def _range(name: str, at: datetime, limit: int) -> list[Finding]:
    with watching.claimed(PREFIX + name, at=at) as facts:
        if facts is None:
            return []
        facts.update(_begun(name, facts, at))
        look = COMPARISONS[name](facts["after"], limit, _before(at))
        facts["after"], facts["compared"] = look.after, facts["compared"] + look.compared
        named = [asdict(finding) for finding in look.findings]
        facts["found"] = [*facts["found"], *named][:NAMED]
        if look.done:
            facts["done"] = True
            facts["whole"] = {"compared": facts["compared"], "found": facts["found"],
                              "at": at.isoformat()}  # fmt: skip
        # Because what is compared each minute would be told each minute.
        if any(one not in facts["named"] for one in named[:NAMED]):
            _alarm(name, named, at)
    return look.findings


def _begun(name: str, facts: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Where to go on: after the last range, and once a pass has come to its end and a day is
    over at the beginning, because what is committed late may lie before.
    """
    began = facts.get("began")
    over = facts.get("done") and (name in SHORT or at - datetime.fromisoformat(str(began)) >= AGAIN)
    if began and not over:
        return dict(facts)
    return {
        "began": at.isoformat(), "after": "", "compared": 0, "found": [], "done": False,
        "whole": facts.get("whole"), "named": facts.get("found", []),
    }  # fmt: skip


def _alarm(name: str, named: list[dict[str, Any]], at: datetime) -> None:
    logger.error("ALARM: %s do not match the log: %d, first %s", name, len(named), named[0])
    audit.append(
        kind="log.reconciled",
        at=at,
        facts={"of": name, "ok": False, "count": len(named), "found": list(named[:NAMED])},
    )


def _before(at: datetime) -> UUID:
    """The smallest id (UUIDv7) that an event of ten minutes ago can have."""
    return UUID(int=int((at - SETTLED).timestamp() * 1000) << 80)
