"""What a person is asked, what they said, and what follows from it now: for people to read.

Effective states come from the same rules and the same rows as the gate's answers, so a card
cannot say one thing while the gate does another. Nothing here is logged: nothing is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consent import levels, rulings
from consent.catalogue import AttributeEntry, Catalogue, PurposeEntry, basis_for, in_scope
from consent.errors import SubjectUnknown
from consent.folding import EVERYWHERE
from consent.models import ConsentEvent, Notice, NoticeText, Purpose, Subject
from consent.notices.wording import ROWS
from consent.precedence import Found
from consent.queries import catalogue as catalogues
from consent.queries import groups, names, precedence, states
from consent.questions import Question

OURSELVES = "shop"


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice as shown: `rows` are the six sentences of the card, in `ROWS` order.

    `words_hash` is the SHA-256 of exactly these words in this language.
    """

    version: int
    language: str
    title: str
    rows: tuple[tuple[str, str], ...]
    published_at: datetime
    words_hash: bytes


@dataclass(frozen=True, slots=True)
class Scope:
    """One attribute of a use. `refused`: the person said No to it; `permitted`: it is in use."""

    code: str
    name: str
    is_group: bool
    parent: str | None
    refused: bool
    permitted: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The last thing the person (or someone for them) said about one purpose."""

    event: UUID
    state: str
    at: datetime
    notice: int | None
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose, as it stands for one person now; `code` is its name in the catalogue.

    `status` is the consent status in the words of DPV (none, Given, Refused, Withdrawn,
    Expired ...). `active` is whether anything of it is permitted to us, `reason` why (a
    code of consent.reasons). `answer` is the last whole answer, `bases` the legal bases,
    `because` which of the statements about it holds.
    """

    code: str
    name: str
    controller: str
    brand: str
    purpose_class: str
    asked: bool
    wording: Wording | None
    status: str
    active: bool
    reason: str
    answer: Answer | None
    scopes: tuple[Scope, ...]
    companies: tuple[str, ...]
    bases: tuple[str, ...]
    retention_days: int | None
    older_wording: bool
    because: Found | None = None
    source: str = ""
    incentive: Mapping[str, Any] | None = None

    @property
    def exceptions(self) -> tuple[Scope, ...]:
        """What the person took out of a Yes."""
        return tuple(scope for scope in self.scopes if scope.refused)


@dataclass(frozen=True, slots=True)
class Standing:
    """All uses of one person, and what holds for the person as a whole.

    `epoch` is the version of the state that was read; an answer carries it back.
    `subject_id` is None for somebody we know nothing of.
    """

    subject_id: UUID | None
    epoch: int
    uses: tuple[Use, ...]
    signal: bool
    optouts: frozenset[str]
    objections: frozenset[str]
    restricted: bool
    erasing: bool

    def use(self, code: str) -> Use | None:
        """The use with this purpose code."""
        return next((use for use in self.uses if use.code == code), None)


def standing(*, subject_id: UUID, language: str, at: datetime) -> Standing:
    """Everything the uses page shows of one person. Raises SubjectUnknown."""
    subject = Subject.objects.filter(pk=subject_id).first()
    if subject is None:
        raise SubjectUnknown
    epoch = states.read_state(subject_id).epoch or 0
    events = _events(subject_id)
    content = groups.compiled_now(subject, at=at).content
    return Standing(
        subject_id=subject_id,
        epoch=epoch,
        uses=_uses(
            content,
            _last_answers(events),
            language,
            at,
            precedence.last_statements(subject_id),
        ),
        signal=content["gpc"],
        optouts=frozenset(content["optouts"]),
        objections=frozenset(content["objections"]),
        restricted=content["restricted"],
        erasing=content["erasure"] != "none",
    )


def catalogue_of_uses(*, language: str, at: datetime) -> tuple[Use, ...]:
    """The uses as they are for somebody we know nothing of: for the public notice."""
    return _uses(None, {}, language, at)


def _events(subject_id: UUID) -> list[ConsentEvent]:
    found = ConsentEvent.objects.filter(subject_id=subject_id)
    return list(found.select_related("purpose", "notice").order_by("valid_from", "recorded_at"))


def _last_answers(events: Sequence[ConsentEvent]) -> dict[str, Answer]:
    """The last answer per purpose that was about all of it."""
    answers = {}
    for event in events:
        narrowed = event.attributes or event.channels or event.recipient_id
        if event.purpose is not None and not narrowed:
            answers[event.purpose.name] = answer_of(event)
    return answers


def answer_of(event: ConsentEvent) -> Answer:
    """A stored event (its notice loaded) as an answer."""
    return Answer(
        event=event.pk,
        state=event.state,
        at=event.valid_from,
        notice=event.notice.version if event.notice else None,
        attributes=tuple(event.attributes),
    )


def _uses(
    content: Mapping[str, Any] | None,
    answers: Mapping[str, Answer],
    language: str,
    at: datetime,
    events: Sequence[ConsentEvent] = (),
) -> tuple[Use, ...]:
    catalogue = catalogues.catalogue()
    called = names.names()
    wordings = live_wordings(language)
    found = []
    for row in Purpose.objects.filter(retired_at__isnull=True).order_by(
        "-controller__is_main", "controller", "position", "code"
    ):
        entry = catalogue.purposes[row.name]
        record = content["purposes"].get(row.name) if content else None
        covered, reason = _ruled(entry, catalogue, content, at)
        found.append(
            Use(
                code=row.name,
                name=called.purpose(row.name, language),
                controller=row.controller_id,
                brand=called.controller(row.controller_id),
                purpose_class=row.purpose_class,
                asked=row.asked,
                wording=wordings.get(row.name),
                status=record["status"] if record else "none",
                active=bool(covered),
                reason=reason,
                answer=answers.get(row.name),
                scopes=_scopes(row.attributes, catalogue, record, covered, called, language),
                companies=_companies(entry, catalogue, called),
                bases=_bases(entry, content, at),
                retention_days=row.retention_days,
                older_wording=_older(entry, record),
                because=precedence.found_for(
                    entry, events=events, content=content, catalogue=catalogue, at=at
                )
                if content
                else None,
                source=row.source,
                incentive=row.incentive,
            )
        )
    return tuple(found)


def _ruled(
    entry: PurposeEntry, catalogue: Catalogue, content: Mapping[str, Any] | None, at: datetime
) -> tuple[frozenset[str], str]:
    """What we ourselves are permitted of this purpose, and the code that says why."""
    found = rulings.outcome(
        question=Question(
            subject_id=None,
            purpose=entry.name,
            attributes=tuple(sorted(entry.attributes)),
            recipient=own_recipient(entry, catalogue),
        ),
        catalogue=catalogue,
        content=_where_most(content, catalogue),
        at=at,
    )
    permitted = [answer for answer in found.answers.values() if answer.permit]
    decision = permitted[0] if found.covered and permitted else found.decision
    return frozenset(found.covered), decision.reason_code


def _where_most(
    content: Mapping[str, Any] | None, catalogue: Catalogue
) -> Mapping[str, Any] | None:
    """The shape with the ceiling of its most personal channel on all of them.

    Because a card speaks of an answer, and a low step on one channel leaves the others.
    """
    if content is None or not content.get("levels"):
        return content
    steps = (levels.ceiling(content["levels"], channel) for channel in catalogue.channels)
    return {**content, "levels": {EVERYWHERE: max(steps, default=0)}}


def own_recipient(entry: PurposeEntry, catalogue: Catalogue) -> str:
    """The first party that stands for the purpose's own controller; ourselves, if it has none."""
    own = sorted(
        recipient.code
        for recipient in catalogue.recipients.values()
        if recipient.role == "first_party" and recipient.controller == entry.controller
    )
    return OURSELVES if OURSELVES in own or not own else own[0]


def _scopes(
    codes: Sequence[str],
    catalogue: Catalogue,
    record: Mapping[str, Any] | None,
    covered: frozenset[str],
    called: names.Names,
    language: str,
) -> tuple[Scope, ...]:
    refused = frozenset(record.get("refused_attributes", ())) if record else frozenset()
    scopes = []
    for code in codes:
        leaves = catalogue.leaves(code)
        is_group = leaves != (code,)
        for member in (code, *leaves) if is_group else (code,):
            entry = catalogue.attributes.get(member)
            scopes.append(
                Scope(
                    code=member,
                    name=called.attribute(member, language),
                    is_group=is_group and member == code,
                    parent=code if member != code else None,
                    refused=_is_refused(entry, member, refused),
                    permitted=covered.issuperset(catalogue.leaves(member)),
                )
            )
    return tuple(scopes)


def _is_refused(entry: AttributeEntry | None, code: str, refused: frozenset[str]) -> bool:
    return code in refused or (entry is not None and in_scope(entry, refused))


def _companies(entry: PurposeEntry, catalogue: Catalogue, called: names.Names) -> tuple[str, ...]:
    """The other companies that may be given something for this purpose, by name."""
    return tuple(
        called.recipient(recipient.code)
        for recipient in sorted(catalogue.recipients.values(), key=lambda found: found.code)
        if entry.name in recipient.grants and recipient.role != "first_party"
    )


def _bases(entry: PurposeEntry, content: Mapping[str, Any] | None, at: datetime) -> tuple[str, ...]:
    jurisdictions = (content["jurisdictions"] if content else ()) or ("*",)
    found = [basis_for(entry, jurisdiction, at) for jurisdiction in jurisdictions]
    return tuple(dict.fromkeys(basis.basis for basis in found if basis))


def _older(entry: PurposeEntry, record: Mapping[str, Any] | None) -> bool:
    answered = record["notice"] if record else None
    return answered is not None and answered != entry.live_notice


def live_wordings(language: str) -> dict[str, Wording]:
    """The live notice of every purpose in `language`, else in English, by purpose code."""
    live = Notice.objects.filter(published_at__isnull=False, superseded_at__isnull=True)
    texts = NoticeText.objects.filter(notice__in=live, language__in=[language, names.FALLBACK])
    found: dict[str, Wording] = {}
    for text in texts.select_related("notice__purpose"):
        code = text.notice.purpose.name
        if code not in found or text.language == language:
            found[code] = wording_of(text)
    return found


def wording_of(text: NoticeText) -> Wording:
    """One stored wording (its notice loaded, published) as shown."""
    published = text.notice.published_at
    if published is None:
        raise ValueError("A notice that was never published was shown to nobody.")
    return Wording(
        version=text.notice.version,
        language=text.language,
        title=text.title,
        rows=tuple((row, text.rows[row]) for row in ROWS),
        published_at=published,
        words_hash=bytes(text.content_hash),
    )
