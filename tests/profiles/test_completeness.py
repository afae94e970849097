"""Nothing is decided, said, handed out or read without its entry: raw SQL of the application."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from audit import actions as audit
from audit.forms import Entry
from audit.identifiers import uuid7
from audit.models import Event, Pending
from consent import rulings
from consent.actions import asking
from consent.models import ConsentEvent, Permit
from consent.queries import catalogue as catalogues
from consent.questions import Mint
from profiles import rights
from profiles.models import Disclosure, RequestEvent
from tests.cast import question, say
from tests.profiles.acts import opened

pytestmark = pytest.mark.django_db
MISSING = "(only with|only after) its entry in the log"


def commit() -> None:
    """Looks at once at what is looked at when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def copied(model: type[Model], **changes: object) -> None:
    """Writes the latest row of a table again by plain SQL, some of its columns changed."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} SELECT r.* FROM jsonb_populate_record("
            f"(SELECT t FROM {table} t ORDER BY id DESC LIMIT 1), %s) r",
            [json.dumps({name: str(value) for name, value in changes.items()})],
        )


def consent_event(ada: UUID) -> type[Model]:
    say(ada, "withdrawn", "recommendations")
    return ConsentEvent


def request_event(ada: UUID) -> type[Model]:
    opened(ada, rights.COPY)
    return RequestEvent


def disclosure(ada: UUID) -> type[Model]:
    entry = audit.append(kind="use", at=timezone.now(), facts={})
    Disclosure.objects.create(
        subject_id=ada, recipient_id="shop", purpose="recommendations", attributes=["age_band"],
        at=timezone.now(), permit=uuid4(), log_event=entry,
    )  # fmt: skip
    return Disclosure


@pytest.mark.parametrize("make", [consent_event, request_event, disclosure])
def test_no_row_is_committed_without_its_entry(
    ada: UUID, make: Callable[[UUID], type[Model]]
) -> None:
    model = make(ada)
    commit()
    new = uuid7() if model is ConsentEvent else model.objects.latest("pk").pk + 1
    copied(model, id=new, log_event=model.objects.latest("pk").log_event)
    commit()
    later = uuid7() if model is ConsentEvent else new + 1
    with pytest.raises(DatabaseError, match=MISSING), transaction.atomic():
        copied(model, id=later, log_event=uuid4())
        commit()


def test_the_entry_of_a_rare_row_may_be_written_after_it(ada: UUID) -> None:
    model = request_event(ada)
    entry = audit.prepare(kind="use", at=timezone.now(), facts={})
    copied(model, id=model.objects.latest("pk").pk + 1, log_event=entry.id)
    audit.append_many([entry])
    commit()


def test_of_many_events_none_is_written_before_its_entry(ada: UUID) -> None:
    latest = consent_event(ada).objects.latest("pk")
    entries = [audit.prepare(kind="use", at=timezone.now(), facts={}) for _ in range(3)]
    audit.append_many(entries[:2])
    with pytest.raises(DatabaseError, match=MISSING), transaction.atomic():
        again(latest, entries)
    audit.append_many(entries[2:])
    again(latest, entries)


def again(latest: ConsentEvent, entries: list[Entry]) -> None:
    """The same event once more for each of these entries, in one statement."""
    ConsentEvent.objects.bulk_create(
        [
            ConsentEvent(id=uuid7(), subject_id=latest.subject_id, state="withdrawn",
                         purpose_id=latest.purpose_id, method="api", actor="person",
                         valid_from=latest.valid_from, recorded_at=latest.recorded_at,
                         log_event=entry.id)
            for entry in entries
        ]
    )  # fmt: skip


def minting(ada: UUID, **changes: object) -> list[object]:
    """The arguments of the function that mints, taken from a permit that was."""
    now = timezone.now()
    asked = question(ada, "age_band")
    ruling = asking.ask(question=asked, at=now, mint=Mint.ALL)
    state = asking._state(asked, now)
    catalogue = catalogues.catalogue(state.catalogue)
    key = rulings.verdict_key(question=asked, catalogue=catalogue, shape=state.shape or b"", at=now)
    permit = uuid7()
    entry = audit.prepare(
        kind="decision.permit",
        at=now,
        facts={"permit": str(permit), "covered": ["age_band"], "purpose": "recommendations"}
        | changes,
    )
    return [permit, ada, ruling.epoch, key, ["age_band"], now + timedelta(minutes=1),
            entry.id, now, None, entry.body]  # fmt: skip


def mint(arguments: list[object]) -> object:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(asking.MINT, arguments)
        return cursor.fetchone()[0]


def test_a_permit_is_minted_only_under_an_entry_that_names_it(ada: UUID) -> None:
    assert mint(minting(ada)) is True
    for lie in ({"permit": str(uuid4())}, {"covered": ["name"]}):
        before = Permit.objects.count() + 1
        with pytest.raises(DatabaseError, match="must name the permit"):
            mint(minting(ada, **lie))
        assert Permit.objects.count() == before


def test_no_permit_is_minted_without_or_under_an_old_entry(ada: UUID) -> None:
    arguments = minting(ada)
    with pytest.raises(DatabaseError):
        mint([*arguments[:6], None, *arguments[7:]])
    assert mint(arguments) is True
    with pytest.raises(DatabaseError):
        mint([uuid7(), *arguments[1:]])


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO consent_permit SELECT * FROM consent_permit",
        "UPDATE consent_permit SET expires_at = expires_at + interval '1 hour'",
        "UPDATE consent_permit SET log_event = gen_random_uuid()",
        "SELECT * FROM profiles_vaultblock",
        "ALTER TABLE consent_consentevent DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_require_entry() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NULL; END $$",
        "INSERT INTO audit_event (id, at, kind, body) VALUES (gen_random_uuid(), now(), 'x', '')",
        "INSERT INTO audit_outbox (id, at) VALUES (gen_random_uuid(), now())",
    ],
)
def test_the_application_cannot_go_round_the_functions(ada: UUID, statement: str) -> None:
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_is_refused_loses_nothing(ada: UUID) -> None:
    before = Event.objects.count(), Pending.objects.count()
    now = timezone.now()
    for kind, facts, reason in (
        ("Decision Permit", {}, "dotted lower-case words"),
        ("decision.permit", {"names": ["x" * 100] * 200}, "may have 16384 bytes"),
    ):
        with pytest.raises(ValueError, match=reason):
            audit.append(kind=kind, at=now, facts=facts)
    audit.append(kind="use", at=now, facts={})
    assert (Event.objects.count(), Pending.objects.count()) == (before[0] + 1, before[1] + 1)
