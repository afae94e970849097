"""The gate on the real database: every ask is answered, logged and, if wanted, opens the vault."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from consent.actions.asking import ask
from consent.actions.asking_bulk import ask_bulk
from consent.queries import people
from consent.questions import Mint
from profiles.queries import vault
from tests.cast import bring_in, given, question, say

pytestmark = pytest.mark.django_db


def test_a_yes_permits_and_a_no_denies_from_then_on(ada: UUID) -> None:
    assert ask(question=question(ada), at=timezone.now()).permitted
    say(ada, "withdrawn", "recommendations")
    ruling = ask(question=question(ada), at=timezone.now())
    assert (ruling.permitted, ruling.reason_code) == (False, "CONSENT_WITHDRAWN")


def test_nobody_asked_means_no(ben: UUID) -> None:
    assert ask(question=question(ben), at=timezone.now()).reason_code == "CONSENT_MISSING"


def test_a_californian_is_under_the_opt_out_regime_until_she_says_no(cleo: UUID) -> None:
    assert ask(question=question(cleo), at=timezone.now()).reason_code == "OPT_OUT_REGIME"
    say(cleo, "refused", "recommendations")
    assert ask(question=question(cleo), at=timezone.now()).reason_code == "CONSENT_REFUSED"


def test_a_child_cannot_say_yes_alone(dan: UUID) -> None:
    given(dan)
    ruling = ask(question=question(dan), at=timezone.now())
    assert ruling.reason_code == "PARENTAL_CONSENT_REQUIRED"


def test_somebody_unknown_is_denied_and_logged_without_a_tag(catalogue: None) -> None:
    ruling = ask(question=question(uuid4()), at=timezone.now())
    assert ruling.reason_code == "SUBJECT_UNKNOWN"
    assert ruling.event is not None
    assert logged_tag(ruling.event) is None


def logged_tag(event: UUID) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tag FROM audit_event WHERE id = %s", [event])
        row = cursor.fetchone()
    assert row is not None, "the ask is not in the log"
    return None if row[0] is None else bytes(row[0])


def test_every_ask_is_in_the_log_with_the_tag_of_the_person(ada: UUID, ben: UUID) -> None:
    for person in (ada, ben):
        ruling = ask(question=question(person), at=timezone.now())
        assert ruling.event is not None
        assert logged_tag(ruling.event) is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": "growth_hacking"}, "PURPOSE_UNKNOWN"),
        ({"attributes": ("phone",)}, "CATEGORY_NOT_COVERED"),
        ({"attributes": ("shoe_size",)}, "CATEGORY_NOT_COVERED"),
        ({"attributes": ()}, "INVALID_REQUEST"),
        ({"recipient": "northwind"}, "RECIPIENT_NOT_DISCLOSED"),
        ({"recipient": "nobody"}, "RECIPIENT_NOT_DISCLOSED"),
        ({"time": timezone.now() + timedelta(days=1)}, "INVALID_TIME"),
        ({"time": timezone.now() - timedelta(days=1)}, "REPLAY_ONLY"),
    ],
)
def test_what_is_outside_the_catalogue_or_the_present_is_denied(
    ada: UUID, changes: dict[str, object], code: str
) -> None:
    ruling = ask(question=question(ada, **changes), at=timezone.now(), mint=Mint.PARTIAL)
    assert (ruling.permitted, ruling.reason_code, ruling.permit) == (False, code, None)


def test_a_jurisdiction_in_the_context_can_only_narrow(cleo: UUID, ada: UUID) -> None:
    narrowed = question(cleo, jurisdictions=("EU-DE",))
    assert not ask(question=narrowed, at=timezone.now()).permitted
    assert ask(question=question(ada, jurisdictions=("US-CA",)), at=timezone.now()).permitted


def test_part_of_a_group_can_be_refused(ada: UUID) -> None:
    say(ada, "withdrawn", "recommendations", attributes=("purchases.spirits",))
    ruling = ask(question=question(ada), at=timezone.now(), mint=Mint.PARTIAL)
    assert not ruling.permitted
    assert ruling.attributes["purchases.spirits"].reason_code == "CONSENT_REFUSED"
    assert ruling.attributes["purchases.produce"].permit
    assert "purchases.spirits" not in ruling.covered
    assert ruling.permit is not None


def test_all_or_nothing_mints_nothing_for_a_part(ada: UUID) -> None:
    asked = question(ada, "purchases", "phone")
    ruling = ask(question=asked, at=timezone.now(), mint=Mint.ALL)
    assert ruling.permit is None
    assert ruling.covered


def test_a_permit_is_dead_once_the_person_changes_their_mind(ada: UUID) -> None:
    ruling = ask(question=question(ada, "age_band"), at=timezone.now(), mint=Mint.ALL)
    assert vault.values(subject_id=ada, ruling=ruling) == {"age_band": "45-54"}
    say(ada, "withdrawn", "email_marketing")
    assert vault.values(subject_id=ada, ruling=ruling) == {}


def test_a_bulk_permit_covers_exactly_the_people_and_attributes_permitted(
    ada: UUID, ben: UUID
) -> None:
    bulk = ask_bulk(
        purpose="recommendations",
        attributes=("purchases", "age_band", "phone"),
        recipient="shop",
        feature="tests",
        at=timezone.now(),
    )
    assert bulk.permit is not None
    assert [person for person, _ in people.in_shapes(permit=bulk.permit)] == [ada]
    read = list(vault.read_many(permit=bulk.permit, subject_ids=[ada, ben]))
    assert {block.attribute for block in read} == {"age_band", "purchases.produce"}
    say(ada, "withdrawn", "recommendations", attributes=("age_band",))
    assert not list(vault.read_many(permit=bulk.permit, subject_ids=[ada, ben]))


def test_a_catalogue_change_counts_at_once(ada: UUID) -> None:
    assert ask(question=question(ada), at=timezone.now()).permitted
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consent_purpose SET retired_at = now() WHERE code=%s", [
            "recommendations"
        ])  # fmt: skip
    ruling = ask(question=question(ada), at=timezone.now() + timedelta(seconds=1))
    assert ruling.reason_code == "PURPOSE_RETIRED"


def test_time_alone_ends_a_yes(ada: UUID) -> None:
    given(ada, "analytics_device")
    asked = question(ada, "device_visits", purpose="analytics_device")
    assert ask(question=asked, at=timezone.now()).permitted
    later = timezone.now() + timedelta(days=396)
    with connection.cursor() as cursor:
        cursor.execute("SELECT until FROM consent_consentstate WHERE subject_id = %s", [ada])
        assert cursor.fetchone()[0] < later


def test_the_gate_denies_when_the_store_cannot_be_reached(
    ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr("consent.queries.states.read_state", gone)
    ruling = ask(question=question(ada), at=timezone.now(), mint=Mint.ALL)
    assert (ruling.reason_code, ruling.permit, ruling.event) == ("DECISION_UNAVAILABLE", None, None)


def test_two_people_do_not_share_a_no(ada: UUID) -> None:
    twin = bring_in("EU-DE")
    given(twin)
    say(ada, "withdrawn", "recommendations")
    assert ask(question=question(twin), at=timezone.now()).permitted


def test_a_state_this_process_remembers_is_never_trusted_over_the_database(ada: UUID) -> None:
    assert ask(question=question(ada), at=timezone.now()).permitted
    # Because another process withdraws: nothing tells this one.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shape FROM consent_consentstate WHERE subject_id = %s", [bring_in("EU-DE")]
        )
        (nothing_said,) = cursor.fetchone()
        cursor.execute(
            "UPDATE consent_consentstate SET epoch = epoch + 1, shape = %s WHERE subject_id = %s",
            [nothing_said, ada],
        )
    for mint in (Mint.NONE, Mint.ALL):
        ruling = ask(question=question(ada), at=timezone.now(), mint=mint)
        assert (ruling.permitted, ruling.permit) == (False, None)


def test_a_denial_from_memory_gives_way_to_a_newer_yes(ben: UUID) -> None:
    assert not ask(question=question(ben), at=timezone.now()).permitted
    given(ben)
    assert ask(question=question(ben), at=timezone.now()).permitted


def test_an_answer_that_came_too_late_is_decided_again_without_another_look(
    ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(question=question(ada), at=timezone.now()).permitted
    say(ada, "withdrawn", "recommendations")

    def looked(*_: object) -> None:
        raise AssertionError("The statement that refused the old state had the new one.")

    monkeypatch.setattr("consent.queries.states.read_state", looked)
    ruling = ask(question=question(ada), at=timezone.now())

    assert (ruling.permitted, ruling.reason_code) == (False, "CONSENT_WITHDRAWN")
    assert ruling.event is not None
    assert logged_tag(ruling.event) is not None
