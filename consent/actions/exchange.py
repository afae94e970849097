"""Reading TC and GPP strings into consent events: what restricts always, a Yes where proven."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from consent.actions import locking
from consent.actions.importing import PastAct, PersonActs, import_events
from consent.actions.recording import must_wait
from consent.acts import RESTRICTIVE, Act
from consent.errors import ConsentRefused
from consent.exchange import reading
from consent.exchange.findings import Findings, Saying, Unusable
from consent.exchange.standing import Standing
from consent.models import Change, ConsentEvent
from consent.queries import catalogue as catalogues
from consent.queries import exchange, proofs, states
from consent.queries.proofs import LiveNotice
from consent.strings import gpp, tcf
from consent.strings.errors import StringMalformed
from consent.strings.gpp import Section

TCF, GPP = "tcf", "gpp"
_BY_STRINGS = frozenset({TCF, GPP})


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a string: what was recorded, and the parts that could not count as a Yes.

    All of a string is one change of state. `known`: this very string was read for this person
    before; nothing was recorded again.
    """

    recorded: tuple[Saying, ...] = ()
    change: Change | None = None
    unusable: tuple[Unusable, ...] = ()
    known: bool = False


def read_tcf(
    *, subject_id: UUID, text: str, by: str, at: datetime, narrows_only: bool = False
) -> Reading:
    """Record what a TC string says of a person; see `read_gpp`."""
    return _read(TCF, text, lambda: [tcf.decode(text)], subject_id, by, at, narrows_only)


def read_gpp(
    *, subject_id: UUID, text: str, by: str, at: datetime, narrows_only: bool = False
) -> Reading:
    """Record what a GPP string says of a person, all its sections in one commit.

    `by` is the recipient code or `portal`. The evidence of each event is the hash of the
    string, and a string is read once per person, so that a cookie sent with every page says
    nothing anew. `narrows_only`: whoever sent it may pass on no Yes. Raises ConsentRefused
    (STRING_MALFORMED), SubjectUnknown, SubjectErased.
    """

    def sections() -> list[Section]:
        return list(gpp.decode(text).sections.values())

    return _read(GPP, text, sections, subject_id, by, at, narrows_only)


def _read(
    method: str,
    text: str,
    decode: Callable[[], Sequence[Section]],
    subject_id: UUID,
    by: str,
    at: datetime,
    narrows_only: bool,
) -> Reading:
    try:
        sections = decode()
    except StringMalformed as malformed:
        raise ConsentRefused(
            "STRING_MALFORMED",
            f"The string cannot be read: {malformed}.",
            fix="Send the string exactly as the consent platform wrote it.",
            pointer=f"/{method}",
        ) from None
    evidence = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        subject = locking.lock_subject(subject_id)
        read_before = ConsentEvent.objects.filter(
            subject_id=subject_id, method=method, evidence=evidence
        )
        if read_before.exists():
            return Reading(known=True)
        acts, unusable = _acts(subject_id, sections, method, evidence, at)
        if narrows_only:
            acts = [act for act in acts if act.state in RESTRICTIVE]
        waiting = [must_wait(act, subject, at) for act in acts]
        acts = [
            replace(act, state="waiting") if waits else act
            for act, waits in zip(acts, waiting, strict=True)
        ]
        past = [PastAct(act, valid_from=at) for act in acts]
        import_events(people=[PersonActs(subject_id, past)], by=by, at=at)
        change = Change.objects.filter(subject_id=subject_id).order_by("-epoch").first()
    return Reading(
        recorded=tuple(Saying(act.state, act.purpose, act.recipient) for act in acts),
        change=change if acts else None,
        unusable=tuple(unusable),
    )


def _acts(
    subject_id: UUID, sections: Sequence[Section], method: str, evidence: str, at: datetime
) -> tuple[list[Act], list[Unusable]]:
    standing, tables = _standing(subject_id, at), exchange.tables()
    permissive: list[Act] = []
    restrictive: list[Act] = []
    unusable: list[Unusable] = []
    for section in sections:
        found = reading.of_section(section, standing=standing, tables=tables)
        proven, unproven = _proven(subject_id, found)
        permissive += [_yes(*each, found, method, evidence) for each in proven]
        restrictive += [_act(saying, method, evidence) for saying in found.restrictive]
        unusable += [*found.unusable, *unproven]
    return [*permissive, *restrictive], unusable


def _standing(subject_id: UUID, at: datetime) -> Standing:
    row = states.read_state(subject_id)
    content = states.shape_content(row.shape) if row.shape is not None else None
    return Standing(content=content, catalogue=catalogues.catalogue(row.catalogue), at=at)


def _act(saying: Saying, method: str, evidence: str) -> Act:
    return Act(
        state=saying.state,
        purpose=saying.purpose,
        recipient=saying.recipient,
        method=method,
        actor="browser" if saying.state == "signal_on" else "person",
        evidence=evidence,
    )


def _yes(saying: Saying, words: LiveNotice, found: Findings, method: str, evidence: str) -> Act:
    return Act(
        state=saying.state,
        purpose=saying.purpose,
        recipient=saying.recipient,
        notice=words.version,
        language=found.language,
        shown_at=proofs.start_of(found.day) if found.day else None,
        method=method,
        evidence=evidence,
    )


def _proven(
    subject_id: UUID, found: Findings
) -> tuple[list[tuple[Saying, LiveNotice]], list[Unusable]]:
    """Each Yes with the words it answers, and why the others cannot count."""
    if not found.permissive or found.day is None:
        return [], []
    notices = proofs.notices_on(
        {each.purpose for each in found.permissive if each.purpose}, found.day
    )
    noes = proofs.later_noes(subject_id, found.day, by_strings=_BY_STRINGS)
    proven, unproven = [], []
    for saying in found.permissive:
        words = notices.get(saying.purpose or "")
        fault = _fault(saying, words, noes, found.language)
        if fault is None and words is not None:
            proven.append((saying, words))
        elif fault is not None and fault not in unproven:
            unproven.append(fault)
    return proven, unproven


def _fault(
    saying: Saying,
    words: LiveNotice | None,
    noes: set[tuple[str | None, str | None]],
    language: str,
) -> Unusable | None:
    part = f"purpose {saying.purpose}"
    if words is None:
        return Unusable(
            part,
            "NOTICE_NOT_LIVE",
            "No notice of this purpose was live on the day of the string.",
            "Show the live notice, ask again and send the new string.",
        )
    if language not in words.languages:
        return Unusable(
            part,
            "LANGUAGE_NOT_SHOWN",
            "The notice does not exist in the language of the string.",
            "Ask in a language that the notice exists in.",
        )
    if noes & {(None, None), (saying.purpose, None), (saying.purpose, saying.recipient)}:
        return Unusable(
            part,
            "LATER_NO_STANDS",
            "The person said No on the day of the string or after it.",
            "Ask again and send the new string.",
        )
    return None
