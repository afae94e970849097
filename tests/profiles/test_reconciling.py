"""The records and the log are the same, both ways; what is not is named by ids alone."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone
from zeal import zeal_ignore

from audit import actions as audit
from audit import reconciling as log
from audit.models import Event, Watch
from audit.reconciling import Finding
from consent.actions.asking import ask
from consent.models import ConsentEvent, Permit
from consent.questions import Mint
from profiles import rights
from profiles.actions import disclosing, reconciling
from tests.audit.conftest import tamper
from tests.cast import question, say
from tests.profiles.acts import opened

__all__ = ["tamper"]
Tamper = Callable[..., None]
LATER = timedelta(minutes=11)


@pytest.fixture(autouse=True)
def each_on_its_own() -> Iterator[None]:
    """Because each comparison keeps its own row."""
    with zeal_ignore():
        yield


@pytest.fixture
def records(committed: None, ada: UUID) -> UUID:
    """A choice, a permit, a use that was disclosed, a request."""
    say(ada, "withdrawn", "service_improvement")
    now = timezone.now()
    ruling = ask(question=question(ada, "age_band"), at=now, mint=Mint.ALL)
    disclosing.disclose(
        subject_id=ada, recipient="shop", purpose="recommendations", attributes=["age_band"],
        ruling=ruling, at=now,
    )  # fmt: skip
    opened(ada, rights.COPY)
    return ada


def found(at: datetime | None = None, limit: int = 3) -> dict[str, list[Finding]]:
    """What a whole pass finds, in ranges of three."""
    later = at or timezone.now() + LATER
    every = {name: reconciling.whole(name, at=later, limit=limit)[1]
             for name in reconciling.COMPARISONS}  # fmt: skip
    return {name: findings for name, findings in every.items() if findings}


def test_a_sound_service_matches(records: UUID) -> None:
    assert found() == {}
    for name in set(reconciling.COMPARISONS) - {"doors"}:
        assert reconciling.whole(name, at=timezone.now() + LATER)[0] > 0, name


MISMATCHES = [
    ("DELETE FROM audit_outbox", "events", "NO_PLACE"),
    ("DELETE FROM audit_event", "waiting", "NO_EVENT"),
    ("INSERT INTO audit_leaf SELECT 0, at, id FROM audit_outbox LIMIT 1", "events", "TWO_PLACES"),
    ("UPDATE consent_permit SET log_event = gen_random_uuid()", "permits", "NO_ENTRY"),
    ("UPDATE consent_permit SET id = gen_random_uuid()", "permits", "ENTRY_OF_SOMETHING_ELSE"),
    ("UPDATE consent_consentevent SET log_event = gen_random_uuid()", "consents", "NO_ENTRY"),
    ("UPDATE consent_consentevent SET state = 'limited'", "consents", "ENTRY_OF_SOMETHING_ELSE"),
    ("DELETE FROM consent_consentevent", "consent_entries", "NO_ROW"),
    ("DELETE FROM audit_event WHERE kind = 'decision.permit'", "uses", "NO_PERMIT"),
    ("UPDATE profiles_requestevent SET kind = 'x'", "requests", "ENTRY_OF_SOMETHING_ELSE"),
    ("DELETE FROM audit_outbox", "requests", "NO_ENTRY"),
    ("UPDATE profiles_disclosure SET permit = gen_random_uuid()", "disclosures",
     "ENTRY_OF_SOMETHING_ELSE"),
    ("DELETE FROM audit_outbox", "disclosures", "NO_ENTRY"),
]  # fmt: skip
GUARDED = ["audit_event", "audit_leaf", "consent_consentevent", "profiles_requestevent",
           "profiles_disclosure"]  # fmt: skip


def test_what_does_not_match_is_named(records: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = connections["owner"]
    monkeypatch.setattr(log, "connection", owner)
    for statement, name, what in MISMATCHES:
        with transaction.atomic(using="owner"), owner.cursor() as cursor:
            for table in GUARDED:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement)
            findings = found().get(name, [])
            transaction.set_rollback(True, using="owner")
        assert what in {finding.what for finding in findings}, statement
        assert all(finding.entry for finding in findings), statement


def test_an_open_door_is_named(records: UUID, tamper: Tamper) -> None:
    for opened_by, shut_by, what in [
        ("ALTER TABLE consent_consentevent DISABLE TRIGGER USER",
         "ALTER TABLE consent_consentevent ENABLE ALWAYS TRIGGER "
         "consent_event_has_its_entry_in_the_log, "
         "ENABLE ALWAYS TRIGGER consent_event_is_append_only", "TRIGGER_IS_OFF"),
        ("GRANT SELECT ON profiles_vaultblock TO PUBLIC",
         "REVOKE SELECT ON profiles_vaultblock FROM PUBLIC", "VAULT_IS_OPEN"),
        ("GRANT INSERT ON consent_permit TO PUBLIC",
         "REVOKE INSERT ON consent_permit FROM PUBLIC", "PERMITS_ARE_OPEN"),
        ("GRANT DELETE ON audit_outbox TO PUBLIC",
         "REVOKE DELETE ON audit_outbox FROM PUBLIC", "LOG_IS_OPEN"),
    ]:  # fmt: skip
        tamper(opened_by)
        assert {finding.what for finding in found()["doors"]} == {what}
        tamper(shut_by)
    assert found() == {}


def test_a_row_under_the_entry_of_another_is_found(records: UUID, tamper: Tamper) -> None:
    say(records, "withdrawn", "recommendations")
    second, first = ConsentEvent.objects.order_by("-pk")[:2]
    tamper("ALTER TABLE consent_consentevent DISABLE TRIGGER USER")
    tamper("UPDATE consent_consentevent SET log_event = %s WHERE id = %s", first.log_event,
           second.pk)  # fmt: skip
    assert [finding.row for finding in found()["consents"]] == [str(second.pk)]
    assert [finding.row for finding in found()["consent_entries"]] == [str(second.pk)]


def test_the_job_goes_on_where_it_stopped_and_tells_once(records: UUID, tamper: Tamper) -> None:
    later = timezone.now() + LATER
    permit = Permit.objects.get()
    tamper("UPDATE consent_permit SET log_event = %s", uuid4())
    told = [reconciling.step(at=later, limit=2) for _ in range(4)]
    assert all(list(one) == ["permits"] for one in told if one)
    assert len([event for event in Event.objects.all() if event.kind == "log.reconciled"]) == 1
    row = Watch.objects.get(name="reconcile.permits").facts
    assert row["whole"]["found"][0]["row"] == str(permit.pk)
    events = Watch.objects.get(name="reconcile.events").facts
    assert events["compared"] == 8
    assert str(records) not in json.dumps(row)
    tamper("ALTER TABLE consent_consentevent DISABLE TRIGGER USER")
    tamper("UPDATE consent_consentevent SET log_event = %s", uuid4())
    assert "consents" not in reconciling.step(at=later)
    assert reconciling.step(at=later + timedelta(days=1))["consents"]


def test_the_command_says_what_it_found(records: UUID, tamper: Tamper) -> None:
    out = StringIO()
    call_command("reconcile_log", stdout=out)
    assert "OK: permits, 1 compared" in out.getvalue()
    tamper("UPDATE consent_permit SET log_event = %s", uuid4())
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("reconcile_log", stdout=out)
    assert stop.value.code == 1
    assert "BAD: permits" in out.getvalue()
    assert "NO_ENTRY" in out.getvalue()


def test_a_body_that_is_none_of_ours_does_not_stop_it(records: UUID) -> None:
    entry = audit.prepare(kind="consent.given", at=timezone.now(), facts={})
    audit.append_many([entry._replace(body=b'{"consent_event":"' + b"-" * 36 + b'"\xff}')])
    assert found() == {}
