"""The notices that a catalogue document brings, held to what an officer's draft is held to."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from consent.catalogue_faults import Fault
from consent.notices import completeness, fairness, materiality
from consent.notices.findings import Finding
from consent.notices.materiality import Terms
from consent.queries.new_notices import New
from consent.queries.notice_places import place_of
from consent.queries.surroundings import Surroundings


def faults(new: Sequence[New], surroundings: Surroundings, *, at: datetime) -> list[Fault]:
    """All that stands against publishing these versions at `at`, each with its place.

    The one that people will be shown answers for everything an officer's draft does; one that
    it has followed already only for its words, because whom the catalogue named then is not
    known any more.
    """
    return [fault for one in new for fault in _faults(one, surroundings, at)]


def _faults(one: New, surroundings: Surroundings, at: datetime) -> Iterator[Fault]:
    yield from _out_of_order(one, at)
    for finding in _findings(one, surroundings, at):
        names = f" ({', '.join(finding.names)})" if finding.names else ""
        yield Fault(place_of(one, finding.pointer), f"{finding.fix}{names}")
    if one.newest and not one.entry.get("material", True):
        must = _must(one, surroundings)
        if must:
            asked = ", ".join(sorted({code for code, _ in must}))
            yield Fault(
                f"{one.place}/material",
                f"This asks for more than before, so it is a material change: {asked}.",
            )


def _out_of_order(one: New, at: datetime) -> Iterator[Fault]:
    published = datetime.fromisoformat(one.entry["published_at"])
    if published > at:
        yield Fault(
            f"{one.place}/published_at",
            "A document tells what is published; an officer plans a later day in the console.",
        )
    if one.live is None:
        return
    if one.entry["version"] < one.live.version:
        yield Fault(
            f"{one.place}/version", f"Version {one.live.version} is published already; go on."
        )
    elif one.live.published_at and published <= one.live.published_at:
        yield Fault(
            f"{one.place}/published_at", "It cannot be published before the one that is live now."
        )


def _findings(one: New, surroundings: Surroundings, at: datetime) -> Iterator[Finding]:
    if one.newest:
        yield from completeness.findings(surroundings.document(one.purpose, one.words, at=at))
        return
    for _, wording in sorted(one.words.wordings.items()):
        yield from fairness.findings(wording)


def _must(one: New, surroundings: Surroundings) -> tuple[tuple[str, str], ...]:
    terms = one.live.terms if one.live else None
    return materiality.suggest(
        old=Terms.from_json(terms) if terms else None,
        new=surroundings.terms(one.purpose),
        old_words=one.before,
        new_words=one.words.wordings,
    ).must
