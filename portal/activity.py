"""Who used my data: the person's own lines of the log, by day, in plain sentences.

The log proves and shows; nothing is decided from it. Lines of one day that say the same
are counted together, the newest first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from audit import queries as log
from audit.queries import LoggedEvent
from consent.queries import names
from keys import queries as keys
from keys.errors import KeyProblem
from portal import times

MONTHS = 12
PAGE = 300
KINDS = ("all", "uses", "blocked", "choices")
OWN = {"portal.greeting", "portal.data", "portal.purchases", "portal.requests"}
READ = {"consents.read", "receipt.read", "history.read"}
SAID: dict[str, Promise] = {
    "consent.given": _("You said Yes to %(purpose)s"),
    "consent.opted_in": _("You said Yes, twice as the law asks, to %(purpose)s"),
    "consent.refused": _("You said No to %(purpose)s"),
    "consent.withdrawn": _("You took back your Yes to %(purpose)s"),
    "consent.objected": _("You objected to %(purpose)s"),
    "consent.opted_out": _("You told us not to sell or share your data"),
    "consent.limited": _("You limited the use of sensitive data"),
    "consent.unlimited": _("You lifted the limit on sensitive data"),
    "consent.restricted": _("You asked us to pause all use"),
    "consent.unrestricted": _("The pause of all use ended"),
    "consent.signal_on": _("Your browser asked us not to sell or share your data"),
    "consent.signal_off": _("The signal of your browser was taken back"),
    "consent.erasure_pending": _("You asked us to erase your data"),
    "consent.erasure_cancelled": _("You cancelled the erasure"),
    "consent.requested": _("You were asked about %(purpose)s"),
    "consent.deferred": _("You left the question about %(purpose)s open"),
    "consent.waiting": _("Your Yes to %(purpose)s waits for your confirmation"),
    "consent.confirmed": _("You confirmed your Yes to %(purpose)s"),
    "consent.renewed": _("You renewed your Yes to %(purpose)s"),
    "consent.revoked": _("Your Yes to %(purpose)s was ended"),
    "consent.stopped": _("You stopped all use, or a channel, until a day you chose"),
    "consent.resumed": _("You lifted a stop"),
    "consent.level_set": _("You chose how personal a channel may be"),
    "consent.cap_set": _("You chose how often we may write"),
    "identity.joined": _("A device or account was joined with yours"),
    "identity.parted": _("A device or account was taken apart from yours"),
    "consent.held": _("A legal dispute keeps your data from being erased"),
    "consent.released": _("The legal dispute over your data ended"),
    "account.signed_in": _("You signed in with a mailed code"),
    "subject.registered": _("Your account was opened"),
}


@dataclass(slots=True)
class Line:
    """One sentence; `events` are the log entries it stands for, the newest first."""

    who: str
    sentence: str
    outcome: str
    because: str
    at: datetime
    events: list[UUID] = field(default_factory=list)
    sealed: bool = False
    own: bool = False

    @property
    def newest(self) -> UUID:
        """The entry whose proof stands for the line."""
        return self.events[0]


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day."""

    day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Days, newest first; `after` leads to the next page, None at the end."""

    days: tuple[Day, ...]
    after: UUID | None


def tags_of(subject_id: UUID, *, at: datetime) -> list[bytes]:
    """The person's tags in the log, for this month and the eleven before."""
    tags = []
    year, month = at.year, at.month
    for _step in range(MONTHS):
        try:
            tags.append(keys.subject_tag(subject_id, at=datetime(year, month, 1, tzinfo=UTC)))
        except KeyProblem:
            return tags
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return tags


def page(
    *, subject_id: UUID, language: str, at: datetime, show: str = "all", after: UUID | None = None
) -> Page:
    """A page of a person's activity; `show` is one of KINDS."""
    tags = tags_of(subject_id, at=at)
    kind = {"uses": "", "blocked": "decision.deny", "choices": "consent"}.get(show, "")
    found = log.events_for_tags(tags, kind=kind, after=after, limit=PAGE) if tags else []
    lines = _grouped(_shown(found, show), language)
    more = found[-1].id if len(found) == PAGE else None
    return Page(days=tuple(_days(lines)), after=more)


def is_mine(event: LoggedEvent, *, subject_id: UUID, at: datetime) -> bool:
    """Whether an entry of the log is about this person."""
    return log.is_about(event, tags_of(subject_id, at=at))


def latest_use(*, subject_id: UUID, language: str, at: datetime) -> Line | None:
    """The newest line about a use by us or others, not the person's own look."""
    tags = tags_of(subject_id, at=at)
    for kind in ("use", "decision"):
        found = log.events_for_tags(tags, kind=kind, limit=50) if tags else []
        lines = [line for line in _grouped(found, language) if not line.own]
        if lines:
            return lines[0]
    return None


def _shown(found: Iterable[LoggedEvent], show: str) -> list[LoggedEvent]:
    if show != "uses":
        return list(found)
    return [event for event in found if event.kind.split(".")[0] in {"use", "decision"}]


def _grouped(found: Iterable[LoggedEvent], language: str) -> list[Line]:
    lines: dict[tuple[Any, ...], Line] = {}
    for event in found:
        line = _line(event, language)
        day = timezone.localtime(event.at, times.zone()).date()
        key = (day, line.who, line.sentence, line.outcome, line.because)
        kept = lines.setdefault(key, line)
        kept.events.append(event.id)
        if kept is line:
            kept.sealed = event.index is not None
    return list(lines.values())


def _days(lines: list[Line]) -> Iterator[Day]:
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(timezone.localtime(line.at, times.zone()).date(), []).append(line)
    for day, found in days.items():
        yield Day(day=day, lines=tuple(found))


def _line(event: LoggedEvent, language: str) -> Line:
    kind = event.kind.split(".")[0]
    if kind == "decision":
        return _decision(event, language)
    if kind == "use":
        return _use(event, language)
    return _said(event, language)


def _decision(event: LoggedEvent, language: str) -> Line:
    facts = event.facts
    called = names.names()
    feature = str(facts.get("feature", ""))
    own = feature in OWN or facts.get("purpose") in {"rights_fulfilment", "account_access"}
    allowed = event.kind == "decision.permit"
    words = {
        "data": _data_words(facts.get("covered") or facts.get("attributes"), language),
        "purpose": called.purpose(str(facts.get("purpose", "")), language),
    }
    sentence = (
        gettext("may use %(data)s for “%(purpose)s”")
        if allowed
        else gettext("asked for %(data)s for “%(purpose)s” – refused")
    )
    who = called.recipient(str(facts.get("recipient", "")))
    if own:
        who, sentence = gettext("You"), gettext("looked at your own data: %(data)s")
    return Line(
        who=who,
        sentence=sentence % words,
        outcome="allowed" if allowed else "blocked",
        because="" if own else names.reason(str(facts.get("reason", "")), language),
        at=event.at,
        own=own,
    )


def _use(event: LoggedEvent, language: str) -> Line:
    facts = event.facts
    called = names.names()
    count = facts.get("count") or facts.get("items") or 0
    words = {
        "data": _data_words(facts.get("attributes") or facts.get("covered"), language),
        "purpose": called.purpose(str(facts.get("purpose", "recommendations")), language),
    }
    sentence = gettext("used %(data)s for “%(purpose)s”") % words
    if isinstance(count, int) and count:
        sentence += ngettext(
            ", %(count)d item shown", ", %(count)d items shown", count
        ) % {"count": count}  # fmt: skip
    who = str(facts.get("recipient") or facts.get("by") or "shop")
    return Line(
        who=called.recipient(who), sentence=sentence, outcome="used", because="", at=event.at
    )


def _said(event: LoggedEvent, language: str) -> Line:
    facts = event.facts
    called = names.names()
    purpose = str(facts.get("purpose") or "")
    words = {
        "purpose": f"“{called.purpose(purpose, language)}”" if purpose else gettext("all uses")
    }
    known = SAID.get(event.kind)
    sentence = str(known) % words if known else _plain(event.kind, facts)
    parts = facts.get("attributes")
    if known and event.kind.startswith("consent.") and parts:
        sentence += f" ({_data_words(parts, language)})"
    return Line(who="", sentence=sentence, outcome="said", because="", at=event.at)


def _plain(kind: str, facts: dict[str, Any]) -> str:
    right = str(facts.get("right", ""))
    family = kind.split(".")[0]
    if kind in READ:
        who = names.names().recipient(str(facts.get("recipient", "")))
        return gettext("%(who)s looked up what you said") % {"who": who}
    if family == "request":
        return gettext("Your request (%(right)s): %(step)s") % {
            "right": right or "–",
            "step": kind.split(".", 1)[1].replace("_", " "),
        }
    if family == "console":
        return gettext("The privacy office looked at records about you")
    if family == "export":
        return gettext("A copy of your data was prepared or fetched")
    if family in {"erasure", "vault", "attributes", "profile"}:
        return gettext("Your stored data changed (%(kind)s)") % {"kind": kind}
    return kind


def _data_words(codes: Any, language: str) -> str:
    """Names of attributes, a whole group as one, at most four and a count of the rest."""
    listed = [str(code) for code in codes] if isinstance(codes, list | tuple) else []
    groups: dict[str, int] = {}
    for code in listed:
        top = code.split(".")[0]
        groups[top] = groups.get(top, 0) + 1
    called = names.names()
    words = []
    for code in dict.fromkeys(listed):
        top = code.split(".")[0]
        name = called.attribute(top if groups[top] > 1 else code, language)
        if groups[top] > 1:
            name = f"{name} ({groups[top]})"
        if name not in words:
            words.append(name)
    if not words:
        return gettext("nothing of yours")
    if len(words) <= 4:
        return ", ".join(words)
    rest = len(words) - 4
    return ngettext("%(some)s and %(rest)d more", "%(some)s and %(rest)d more", rest) % {
        "some": ", ".join(words[:4]),
        "rest": rest,
    }
