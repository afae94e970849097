"""`manage.py replay`: decide the past again, under a draft catalogue or as it was.

manage.py replay --since 2026-10-01 --draft DRAFT.json
manage.py replay --since 2026-10-01 --verify
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consent.actions import replaying
from consent.queries import replays
from consent.queries.replays import Span

BY = "operator"
ROWS = 40


class Command(BaseCommand):
    help = (
        "Decide past decisions again: under a draft catalogue (--draft FILE; nothing is "
        "written but that it ran), or as they were, to see that the log still says what the "
        "rules said (--verify)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", required=True, type=_time, help="a day or an RFC 3339 time")
        parser.add_argument("--until", type=_time, help="the end, not included; left out: now")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--draft", type=Path, help="a catalogue document")
        what.add_argument("--verify", action="store_true", help="recompute what was logged")
        parser.add_argument("--at", type=_time, help="decide as if it were this moment")
        parser.add_argument("--limit", type=int, help="at most so many decisions, oldest first")
        parser.add_argument("--ids", action="store_true", help="name the people; reads everybody")
        parser.add_argument("--json", action="store_true", help="JSON instead of tables")

    def handle(self, *args: Any, **options: Any) -> None:
        span = Span(options["since"], options["until"] or timezone.now(), options["limit"])
        if span.limit is not None and span.limit < 1:
            raise CommandError("--limit is a number from 1 on.")
        if options["verify"]:
            self._verify(span, as_json=options["json"])
        else:
            self._replay(span, options)

    def _replay(self, span: Span, options: Mapping[str, Any]) -> None:
        try:
            result = replaying.replay(
                document=replaying.read_document(options["draft"].read_bytes()),
                span=span,
                by=BY,
                at=timezone.now(),
                as_if_at=options["at"],
                ids=options["ids"],
            )
        except OSError as error:
            raise CommandError(f"The draft cannot be read: {error.strerror}.") from error
        except replaying.DraftRefused as error:
            raise CommandError(f"{error.detail} {error.fix}") from error
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(_tables(result)))

    def _verify(self, span: Span, *, as_json: bool) -> None:
        found = replays.verified(span)
        if as_json:
            self.stdout.write(json.dumps(asdict(found), default=str, indent=1))
        else:
            self.stdout.write("\n".join(_verification(found)))
        if found.different:
            raise CommandError(f"{found.different} decisions are not what the rules say.")


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tables(result: Mapping[str, Any]) -> Iterator[str]:
    changes, people = result["changes"], result["people"]
    yield f"{result['decisions']} decisions, {result['decided']} of them different questions."
    if result["in_bulk"]:
        yield f"{result['in_bulk']} of them stand in entries about many people."
    for cause, count in result["left_out"].items():
        yield f"{count} left out: {cause}"
    yield ""
    yield f"{'change':<8}{'decisions':>12}{'people':>16}"
    for kind in ("gain", "lose", "more", "less", "same"):
        yield f"{kind:<8}{changes[kind]:>12}{_people(people.get(kind)):>16}"
    for kind in ("gain", "lose", "more", "less"):
        for place, count in people[kind]["jurisdictions"].items():
            yield f"  {kind} in {place}: {count}"
    if result["purposes"]:
        yield from _purposes(result["purposes"])
    yield ""
    yield f"{'reason before':<34}{'reason after':<34}{'decisions':>10}"
    for row in result["reasons"][:ROWS]:
        yield f"{row['before']:<34}{row['after']:<34}{row['decisions']:>10}"
    for kind, named in result.get("ids", {}).items():
        yield from ("", f"{kind}:") if named else ()
        yield from named


def _purposes(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield f"{'purpose':<28}{'asked by':<28}{'gain':>7}{'lose':>7}{'more':>7}{'less':>7}"
    for row in rows:
        counts = "".join(f"{row[kind]:>7}" for kind in ("gain", "lose", "more", "less"))
        yield f"{row['purpose']:<28}{row['asked_by']:<28}{counts}"


def _people(counts: Mapping[str, Any] | None) -> str:
    if counts is None:
        return ""
    least, most = counts["at_least"], counts["at_most"]
    return str(most) if least == most else f"{least} to {most}"


def _verification(found: replays.Verification) -> Iterator[str]:
    yield f"{found.decisions} decisions: {found.equal} equal, {found.different} different."
    if found.in_bulk:
        yield f"{found.in_bulk} of them stand in entries about many people."
    for cause, count in found.not_reconstructible.items():
        yield f"{count} not reconstructible: {cause}"
    for one in found.differences:
        yield f"{one.at.isoformat()} {one.event} {one.member}: {one.logged} -> {one.recomputed}"
