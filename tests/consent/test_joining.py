"""Joining records on the live path: the gate, the locks, the log, and back again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from zeal import zeal_context

from consent.actions import asking, importing, joining, recording, subjects
from consent.actions.importing import PastAct, PersonActs
from consent.acts import Act
from consent.errors import ConsentRefused, SubjectErased
from consent.models import ConsentEvent, ConsentState, Subject, SubjectLink
from consent.queries import states
from tests.cast import bring_in, given, question, say

pytestmark = pytest.mark.django_db


def reason(subject_id: UUID) -> str:
    with zeal_context():
        return asking.ask(question=question(subject_id), at=timezone.now()).reason_code


def join(one: UUID, other: UUID, kind: str = "device") -> joining.Joined:
    with zeal_context():
        return joining.join(one=one, other=other, kind=kind, by="tests", at=timezone.now())


def part(joined: joining.Joined) -> None:
    with zeal_context():
        joining.part(link=joined.link.pk, by="tests", at=timezone.now())


@pytest.fixture
def device(catalogue: None) -> UUID:
    """A browser nobody has signed in on; it was asked nothing."""
    newcomer = subjects.Newcomer(jurisdictions=("EU-DE",), status="pseudonymous")
    with zeal_context():
        return subjects.register(newcomer=newcomer, by="tests", at=timezone.now()).pk


def test_a_device_that_was_never_asked_gives_and_takes_nothing(ada: UUID, device: UUID) -> None:
    join(ada, device)

    assert reason(ada) == "CONSENT_VALID"
    assert reason(device) == "CONSENT_MISSING"


def test_the_no_of_a_device_reaches_the_account_at_once_and_goes_with_the_link(
    ada: UUID, device: UUID
) -> None:
    say(device, "refused", "recommendations")
    before = ConsentState.objects.get(subject_id=ada).epoch
    joined = join(ada, device)
    during = reason(ada)
    part(joined)

    assert during == "CONSENT_REFUSED"
    assert reason(ada) == "CONSENT_VALID"
    assert ConsentState.objects.get(subject_id=ada).epoch == before + 2


def test_a_no_said_while_joined_holds_everywhere_and_stays(ada: UUID, device: UUID) -> None:
    given(device)
    joined = join(ada, device)
    say(ada, "withdrawn", "recommendations")
    during = reason(device)
    part(joined)

    assert during == "CONSENT_WITHDRAWN"
    assert reason(device) == "CONSENT_WITHDRAWN"
    assert reason(ada) == "CONSENT_WITHDRAWN"


def test_a_yes_by_a_faster_clock_is_not_taken_for_one_said_after_joining(
    ada: UUID, device: UUID
) -> None:
    earlier = timezone.now() - timedelta(seconds=30)
    with zeal_context():
        joining.join(one=ada, other=device, kind="device", by="tests", at=earlier)

    assert reason(device) == "CONSENT_MISSING"


def test_a_yes_said_while_joined_ends_with_the_link(ben: UUID, device: UUID) -> None:
    joined = join(ben, device)
    given(ben)
    during = reason(device)
    part(joined)

    assert during == "CONSENT_VALID"
    assert reason(device) == "CONSENT_MISSING"


def test_a_whole_group_is_compiled_and_locked_together(ada: UUID, ben: UUID, device: UUID) -> None:
    join(ada, device)
    join(device, ben, kind="duplicate")
    say(ben, "objected")

    group = Subject.objects.filter(group=min(ada, ben, device))
    assert set(group.values_list("pk", flat=True)) == {ada, ben, device}
    for who in (ada, ben, device):
        shape = states.shape_content(states.read_state(who).shape or b"")
        assert shape["objections"] == ["direct_marketing"]


def test_joining_twice_and_parting_twice_change_nothing(ada: UUID, device: UUID) -> None:
    first, second = join(ada, device), join(device, ada)
    part(first)
    part(first)

    assert (first.new, second.new) == (True, False)
    assert second.link == first.link
    assert not SubjectLink.objects.filter(ended_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("kind", "code"), [("device", "JOIN_WITH_ITSELF"), ("friend", "JOIN_KIND_UNKNOWN")]
)
def test_what_is_no_join_is_refused(ada: UUID, ben: UUID, kind: str, code: str) -> None:
    with pytest.raises(ConsentRefused) as refused:
        join(ada, ada if kind == "device" else ben, kind=kind)
    assert refused.value.code == code


def test_an_erased_person_is_joined_with_nobody(ada: UUID, device: UUID) -> None:
    say(device, "refused", "recommendations")
    join(ada, device)
    with zeal_context():
        subjects.mark_erased(subject_id=device, at=timezone.now())

    assert not SubjectLink.objects.filter(ended_at__isnull=True).exists()
    with pytest.raises(SubjectErased):
        join(ada, device)


def test_why_a_join_ended_goes_with_either_person(ada: UUID, ben: UUID) -> None:
    link = join(ada, ben, "household").link
    with zeal_context():
        joining.part(link=link.pk, by="o", at=timezone.now(), reason="Ben moved out.")
    link.refresh_from_db()
    kept = link.ended_reason
    with zeal_context():
        subjects.mark_erased(subject_id=ben, at=timezone.now())
    link.refresh_from_db()

    assert kept == "Ben moved out."
    assert (link.ended_reason, link.ended_by) == ("", "o")


def test_each_record_finds_the_join_in_its_log(ada: UUID, device: UUID) -> None:
    join(ada, device)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event WHERE kind = 'identity.joined'")
        assert cursor.fetchone()[0] == 2


def test_a_writer_whose_clock_was_read_before_the_join_sees_it(ada: UUID, device: UUID) -> None:
    say(device, "objected")
    early = timezone.now()
    join(ada, device)
    with zeal_context():
        recording.record(subject_id=ada, act=Act("limited"), by="t", at=early)

    shape = states.shape_content(states.read_state(ada).shape or b"")
    assert "direct_marketing" in shape["objections"] and "limit_spi" in shape["optouts"]


@pytest.mark.slow
def test_joining_importing_and_withdrawing_at_once_lose_nothing(committed: None, ada: UUID) -> None:
    """Three writers on the records of one person end in one state that holds all they said."""
    ben = bring_in("EU-DE")
    given(ben)
    failures: list[BaseException] = []

    def run(action: Callable[[datetime], object]) -> Thread:
        def body() -> None:
            try:
                with zeal_context():
                    action(timezone.now())
            except BaseException as error:
                failures.append(error)
            finally:
                connection.close()

        return Thread(target=body)

    now = timezone.now()
    past = PastAct(Act("objected"), valid_from=now - timedelta(days=1))
    brought = [PersonActs(ben, [past])]
    no = Act("withdrawn", "recommendations")
    for _ in range(8):
        threads = [
            run(lambda at: joining.join(one=ada, other=ben, kind="duplicate", by="t", at=at)),
            run(lambda at: importing.import_events(people=brought, by="t", at=at)),
            run(lambda at: recording.record(subject_id=ada, act=no, by="t", at=at)),
            run(lambda at: recording.record(subject_id=ben, act=Act("limited"), by="t", at=at)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert [str(failure) for failure in failures] == []
        for who in (ada, ben):
            assert reason(who) in {"CONSENT_WITHDRAWN", "CONSENT_REFUSED"}
            shape = states.shape_content(states.read_state(who).shape or b"")
            assert "direct_marketing" in shape["objections"] and "limit_spi" in shape["optouts"]
        with zeal_context():
            link = SubjectLink.objects.get(ended_at__isnull=True)
            joining.part(link=link.pk, by="t", at=timezone.now())
    assert ConsentEvent.objects.filter(subject_id=ada, state="withdrawn").count() >= 8
