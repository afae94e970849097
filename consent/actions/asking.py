"""The gate: every use asks here, and every answer is on record before it is given."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from django.db import Error as DatabaseError
from django.db import connections, transaction

from audit import bodies
from audit.identifiers import uuid7
from consent import figures, frequencies, rulings
from consent.actions import frequencies as counting
from consent.actions import states as state_actions
from consent.catalogue import Catalogue
from consent.folding import EVERYWHERE
from consent.queries import catalogue as catalogues
from consent.queries import states
from consent.queries.states import StateRow, kept_cursor
from consent.questions import Mint, Question, Ruling
from keys import queries as keys
from keys.errors import KeyDestroyed, KeyUnknown

logger = logging.getLogger(__name__)

PERMIT_LIFETIME = timedelta(minutes=10)
ATTEMPTS = 3
MINT = "SELECT consent_mint_permit(%s, %s, %s, %s, %s::text[], %s, %s, %s, %s, %s)"
APPEND = "SELECT audit_append(%s, %s, %s, %s, %s)"
# Because a state kept in memory may be old, the entry is written only where it still holds:
# the check and the append are one statement, so a withdrawal that has committed is never missed.
# It gives the state that it saw, so that whoever decided on an older one can decide again at once.
APPEND_IF_UNCHANGED = """
    SELECT c.version, s.epoch, s.shape, s.until, now.unchanged,
           CASE WHEN now.unchanged THEN audit_append(%s, %s, %s, %s, %s) END
      FROM consent_catalogueversion c
      LEFT JOIN consent_consentstate s ON s.subject_id = %s
     CROSS JOIN LATERAL (
        SELECT coalesce(s.epoch = %s AND c.version = %s AND (s.until IS NULL OR s.until > %s),
                        false) AS unchanged
     ) now
"""
KEEP_VERDICT = """
    INSERT INTO consent_verdict
           (key, shape, catalogue, purpose, recipient, channel, permitted, valid_until, made_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s::text[], %s, %s)
    ON CONFLICT (key) DO NOTHING
"""
VERDICTS_REMEMBERED = 100_000
OUTCOMES_REMEMBERED = 20_000
_verdicts_kept: set[bytes] = set()
_outcomes_kept: dict[tuple[object, ...], rulings.Outcome] = {}


def ask(*, question: Question, at: datetime, mint: Mint = Mint.NONE) -> Ruling:
    """Decide, put the answer on record, and mint a permit where one is wanted and allowed.

    Fails closed: where the store or the log is out of reach the answer is a deny with
    DECISION_UNAVAILABLE. Nothing is permitted that was not logged in the same statement.
    """
    try:
        for _ in range(ATTEMPTS):
            ruling = _try(question, at, mint)
            if ruling is not None:
                return ruling
    except (psycopg.OperationalError, psycopg.InterfaceError, DatabaseError) as error:
        logger.error("The gate cannot reach its store (%s); denying.", type(error).__name__)
        _drop_broken_connection()
    return rulings.unavailable(question, at)


def decide(*, question: Question, at: datetime) -> Ruling:
    """What the gate would answer now, without a record: for pages that show the choices.

    Never a licence to use data: only `ask` puts a use on record and opens the vault.
    """
    if question.subject_id is not None:
        states.forget_state(question.subject_id)
    state = _state(question, at)
    return _rule(question, state, catalogues.catalogue(state.catalogue), at)


def _drop_broken_connection() -> None:
    connection = connections["default"]
    if not connection.in_atomic_block:
        connection.close()


def _try(question: Question, at: datetime, mint: Mint) -> Ruling | None:
    """One attempt; None where the state that was decided on no longer holds."""
    state = _state(question, at)
    catalogue = catalogues.catalogue(state.catalogue)
    ruling = _rule(question, state, catalogue, at)
    wanted = _wanted(ruling, mint)
    if (wanted or ruling.permitted) and is_message(question, catalogue):
        return _keep_to_caps(question, ruling, wanted, state, catalogue, at)
    if not wanted:
        return _log(question, ruling, state, at)
    return _mint(question, ruling, wanted, catalogue, at)


def is_message(question: Question, catalogue: Catalogue) -> bool:
    """Whether a permit lets a message out, which the caps of the person bind."""
    purpose = catalogue.purposes.get(question.purpose)
    return purpose is not None and frequencies.is_message(question.channel, purpose.purpose_class)


def _keep_to_caps(
    question: Question,
    ruling: Ruling,
    wanted: tuple[str, ...],
    state: StateRow,
    catalogue: Catalogue,
    at: datetime,
) -> Ruling | None:
    """Permit a message and count it in one transaction, or refuse it where a cap is met."""
    if question.subject_id is None or state.shape is None:
        return _log(question, ruling, state, at)
    caps = states.shape_content(state.shape).get("caps", {})
    channel = question.channel or EVERYWHERE
    with transaction.atomic():
        if not counting.take(subject_id=question.subject_id, channel=channel, caps=caps, at=at):
            return _log(question, rulings.too_often(ruling), state, at)
        if wanted:
            answered = _mint(question, ruling, wanted, catalogue, at)
        else:
            answered = _log(question, ruling, state, at)
        if answered is None:
            transaction.set_rollback(True)
    return answered


def _state(question: Question, at: datetime) -> StateRow:
    if question.subject_id is None:
        return StateRow(catalogues.current_version(), None, None, None)
    state = states.remembered_state(question.subject_id)
    if state.until is not None and state.until <= at:
        state_actions.refresh(subject_id=question.subject_id, at=at)
        states.forget_state(question.subject_id)
        state = states.remembered_state(question.subject_id)
    return state


def _rule(question: Question, state: StateRow, catalogue: Catalogue, at: datetime) -> Ruling:
    shape = state.shape or b""
    return rulings.ruling(
        found=outcome(question, shape, catalogue, at),
        shape=shape,
        epoch=state.epoch,
        until=state.until,
        at=at,
        ruling_id=uuid7(),
        catalogue=catalogue.version,
    )


def outcome(
    question: Question, shape: bytes, catalogue: Catalogue, at: datetime
) -> rulings.Outcome:
    """Decide about one person, once per shape and question: pure in its key, so never stale."""
    key = rulings.outcome_key(question=question, catalogue=catalogue, shape=shape, at=at)
    found = _outcomes_kept.get(key)
    if found is None:
        found = figures.held_to(
            outcome_of_state(question, shape, catalogue, at),
            least=figures.least_people(question.purpose, catalogue),
            people=figures.ONE,
        )
        if len(_outcomes_kept) >= OUTCOMES_REMEMBERED:
            _outcomes_kept.clear()
        _outcomes_kept[key] = found
    return found


def outcome_of_state(
    question: Question, shape: bytes, catalogue: Catalogue, at: datetime
) -> rulings.Outcome:
    """What one state permits by itself, however many people are asked about."""
    content = states.shape_content(shape) if shape else None
    return rulings.outcome(question=question, catalogue=catalogue, content=content, at=at)


def _wanted(ruling: Ruling, mint: Mint) -> tuple[str, ...]:
    if mint is Mint.NONE or (mint is Mint.ALL and not ruling.permitted):
        return ()
    return ruling.covered


def _tag(subject_id: UUID | None, at: datetime) -> bytes | None:
    if subject_id is None:
        return None
    try:
        return keys.subject_tag(subject_id, at=at)
    except (KeyDestroyed, KeyUnknown):
        return None


def _log(question: Question, ruling: Ruling, state: StateRow, at: datetime) -> Ruling | None:
    event_id = uuid7()
    known = ruling.epoch is not None
    tag = _tag(question.subject_id, at) if known else None
    kind = "decision.permit" if ruling.permitted else "decision.deny"
    body = bodies.encode(event_id, kind, at, tag, rulings.facts(question, ruling))
    entry = (event_id, at, kind, tag, body)
    if known:
        still = (question.subject_id, state.epoch, state.catalogue, at)
        if not _append_if_unchanged(entry, still):
            return None
    else:
        kept_cursor().execute(APPEND, entry, prepare=True)
    return rulings.logged(ruling, event=event_id, valid_until=valid_until(ruling, at))


def _append_if_unchanged(
    entry: tuple[object, ...], still: tuple[UUID | None, int | None, int, datetime]
) -> bool:
    """Whether the entry was written, because the state still holds; if not, it is learnt anew."""
    cursor = kept_cursor().execute(APPEND_IF_UNCHANGED, entry + still, prepare=True, binary=True)
    row = cursor.fetchone()
    if row is None:
        raise LookupError("The catalogue has no version row; run manage.py migrate.")
    *state, unchanged, _ = row
    subject_id = still[0]
    if not unchanged and subject_id is not None:
        states.remember_state(subject_id, StateRow(*state))
    return bool(unchanged)


def valid_until(ruling: Ruling, at: datetime) -> datetime:
    """How long an answer holds at most: while time changes nothing, and ten minutes."""
    expires = at + PERMIT_LIFETIME
    return min(expires, ruling.valid_until) if ruling.valid_until else expires


def _mint(
    question: Question,
    ruling: Ruling,
    wanted: tuple[str, ...],
    catalogue: Catalogue,
    at: datetime,
) -> Ruling | None:
    key = _keep_verdict(question, ruling, catalogue, at)
    permit, event_id = uuid7(), uuid7()
    tag = _tag(question.subject_id, at)
    expires = valid_until(ruling, at)
    facts = rulings.facts(question, ruling) | {"permit": str(permit), "covered": list(wanted)}
    body = bodies.encode(event_id, "decision.permit", at, tag, facts)
    row = kept_cursor().execute(
        MINT,
        (permit, question.subject_id, ruling.epoch, key, list(wanted), expires, event_id, at, tag,
         body),
        prepare=True,
    ).fetchone()  # fmt: skip
    if row is None or not row[0]:
        # Because a database that was restored may have lost a verdict this process wrote.
        _verdicts_kept.discard(key)
        if question.subject_id is not None:
            states.forget_state(question.subject_id)
        return None
    return rulings.logged(ruling, event=event_id, valid_until=expires, permit=permit)


def _keep_verdict(question: Question, ruling: Ruling, catalogue: Catalogue, at: datetime) -> bytes:
    """Store what the rules say of this shape, through the role that alone may write it."""
    key = rulings.verdict_key(question=question, catalogue=catalogue, shape=ruling.shape, at=at)
    if key in _verdicts_kept:
        return key
    verdict = rulings.verdict(
        question=question,
        catalogue=catalogue,
        content=states.shape_content(ruling.shape),
        shape=ruling.shape,
        at=at,
    )
    keep_verdicts([verdict], at=at)
    return key


def keep_verdicts(verdicts: Sequence[rulings.VerdictFacts], *, at: datetime) -> None:
    """Write verdicts through the role that alone may, once per key and process."""
    if len(_verdicts_kept) > VERDICTS_REMEMBERED:
        _verdicts_kept.clear()
    new = [verdict for verdict in verdicts if verdict.key not in _verdicts_kept]
    with connections["policy"].cursor() as cursor:
        cursor.executemany(
            KEEP_VERDICT,
            [
                (verdict.key, verdict.shape, verdict.catalogue, verdict.purpose,
                 verdict.recipient, verdict.channel, list(verdict.permitted),
                 verdict.valid_until, at)
                for verdict in new
            ],
        )  # fmt: skip
    _verdicts_kept.update(verdict.key for verdict in new)
