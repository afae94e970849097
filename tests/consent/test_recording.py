"""What may be recorded, what is refused and why, and that nothing recorded ever changes."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from consent.actions import recording, subjects
from consent.acts import Act
from consent.errors import ConsentRefused, StaleEpoch, SubjectErased, SubjectUnknown
from consent.models import Change, ConsentEvent, ConsentState, Notice, NoticeText
from tests.cast import given, say

pytestmark = pytest.mark.django_db


def yes(**changes: object) -> Act:
    fields: dict[str, object] = {
        "state": "given", "purpose": "recommendations", "notice": 2, "language": "en",
        "method": "counter",
    }  # fmt: skip
    return Act(**(fields | changes))  # type: ignore[arg-type]


def record(subject_id: UUID, act: Act) -> recording.Receipt:
    return recording.record(subject_id=subject_id, act=act, by="portal", at=timezone.now())


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"purpose": "growth_hacking"}, "PURPOSE_UNKNOWN", "/purpose"),
        ({"purpose": None}, "PURPOSE_MISSING", "/purpose"),
        ({"state": "maybe"}, "STATE_UNKNOWN", "/state"),
        ({"notice": None}, "NOTICE_MISSING", "/notice"),
        ({"notice": 99}, "NOTICE_UNKNOWN", "/notice"),
        ({"notice": 1}, "NOTICE_NOT_LIVE", "/notice"),
        ({"language": "fr"}, "LANGUAGE_NOT_SHOWN", "/language"),
        ({"attributes": ("age_band", "phone")}, "CATEGORY_NOT_COVERED", "/attributes/1"),
        ({"recipient": "nobody"}, "RECIPIENT_UNKNOWN", "/recipient"),
        ({"shown_at": timezone.now() + timedelta(days=1)}, "INVALID_TIME", "/shown_at"),
    ],
)
def test_what_proves_nothing_is_refused_with_what_to_do(
    ben: UUID, changes: dict[str, object], code: str, pointer: str
) -> None:
    with pytest.raises(ConsentRefused) as refused:
        record(ben, yes(**changes))
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert refused.value.fix
    assert not ConsentEvent.objects.filter(subject_id=ben).exists()


def test_an_old_notice_counts_when_it_was_live_as_it_was_shown(ben: UUID) -> None:
    shown = Notice.objects.get(purpose__code="recommendations", version=1).published_at
    assert shown is not None
    receipt = record(ben, yes(notice=1, shown_at=shown + timedelta(days=1)))
    assert receipt.event.notice is not None
    assert receipt.event.notice.version == 1


def test_each_act_counts_the_epoch_and_announces_the_change(ben: UUID) -> None:
    before = ConsentState.objects.get(subject_id=ben).epoch
    receipt = record(ben, yes())
    assert receipt.epoch == before + 1
    assert Change.objects.get(consent_event=receipt.event.pk).epoch == before + 1


def test_a_yes_with_a_stale_epoch_is_refused_and_a_no_is_not(ben: UUID) -> None:
    with pytest.raises(StaleEpoch) as stale:
        record(ben, yes(if_epoch=99))
    assert stale.value.epoch == 1
    no = Act(state="withdrawn", purpose="recommendations", if_epoch=99, method="portal")
    assert record(ben, no).epoch == 2


def test_a_stranger_and_an_erased_person_are_refused(ben: UUID) -> None:
    with pytest.raises(SubjectUnknown):
        record(uuid4(), yes())
    subjects.mark_erased(subject_id=ben, at=timezone.now())
    with pytest.raises(SubjectErased):
        record(ben, yes())


def test_the_event_points_at_its_entry_in_the_log(ben: UUID) -> None:
    receipt = record(ben, yes())
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM audit_event WHERE id = %s", [receipt.event.log_event])
        assert cursor.fetchone() == ("consent.given",)


def test_several_acts_are_recorded_together_or_not_at_all(ben: UUID) -> None:
    acts = [Act(state="withdrawn", purpose="recommendations", method="portal"), yes(notice=99)]
    with pytest.raises(ConsentRefused), transaction.atomic():
        recording.record_all(subject_id=ben, acts=acts, by="portal", at=timezone.now())
    assert not ConsentEvent.objects.filter(subject_id=ben).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_consentevent SET state = 'given'",
        "DELETE FROM consent_consentevent",
        "TRUNCATE consent_consentevent CASCADE",
        "DELETE FROM consent_consentstate",
        "DELETE FROM consent_subject",
        "UPDATE consent_verdict SET permitted = '{phone}'",
        "INSERT INTO consent_verdict SELECT * FROM consent_verdict",
        "INSERT INTO consent_permit SELECT * FROM consent_permit",
        "DELETE FROM consent_permit",
        "UPDATE consent_catalogueversion SET version = 1",
        "SELECT * FROM profiles_vaultblock",
        "DELETE FROM profiles_vaultblock",
        "COPY profiles_vaultblock TO STDOUT",
    ],
)
def test_the_application_role_cannot_go_round_the_actions(ada: UUID, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_not_even_the_owner_changes_a_consent_event(ada: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = %s", [
            "consent_event_is_append_only"
        ])  # fmt: skip
        assert cursor.fetchone() == ("A",)


def test_published_words_never_change(catalogue: None) -> None:
    notice = Notice.objects.get(purpose__code="recommendations", version=2)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(material=False)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        NoticeText.objects.create(
            notice=notice, language="fr", title="x", rows={}, content_hash=b"x"
        )


def test_an_objection_to_marketing_covers_all_marketing(ada: UUID) -> None:
    given(ada, "email_marketing")
    say(ada, "objected", "email_marketing")
    state = ConsentState.objects.get(subject_id=ada)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM consent_shape WHERE digest = %s", [state.shape])
        assert "direct_marketing" in str(cursor.fetchone()[0])
