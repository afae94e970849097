"""What a step of a channel would change, in words, before it is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import ngettext

from consent.queries.ladders import Ladder
from consent.queries.names import Names
from portal.bounds_words import STEPS


@dataclass(frozen=True, slots=True)
class Preview:
    """One step: what it reads, and what stops, shrinks or begins against the present step."""

    step: int
    name: Promise
    is_now: bool
    reads: tuple[str, ...]
    stops: tuple[str, ...]
    less: tuple[str, ...]
    more: tuple[str, ...]


def previews(ladder: Ladder, *, now: int, called: Names, language: str) -> list[Preview]:
    """A preview per step, from the lowest on."""

    def named(codes: set[str]) -> tuple[str, ...]:
        return tuple(called.purpose(code, language) for code in sorted(codes))

    present = ladder[now]
    found = []
    for step, name, _reads in STEPS:
        then = ladder[step]
        both = set(then) & set(present)
        found.append(
            Preview(
                step=step,
                name=name,
                is_now=step == now,
                reads=_read(then, called, language),
                stops=named(set(present) - set(then)),
                less=named({code for code in both if then[code] < present[code]}),
                more=named({code for code in then if then[code] > present.get(code, frozenset())}),
            )
        )
    return found


def _read(uses: Mapping[str, frozenset[str]], called: Names, language: str) -> tuple[str, ...]:
    return tuple(
        ngettext(
            "%(use)s: %(n)s kind of data", "%(use)s: %(n)s kinds of data", len(codes)
        ) % {"use": called.purpose(code, language), "n": len(codes)}
        for code, codes in sorted(uses.items())
    )  # fmt: skip
