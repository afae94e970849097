"""Past consent events: checked as of their day, each on record, never reviving a withdrawn Yes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from audit import queries as log
from consent.actions import subjects
from consent.actions.asking import decide
from consent.actions.importing import PastAct, PersonActs, import_events
from consent.acts import Act
from consent.errors import ConsentRefused, SubjectErased, SubjectUnknown
from consent.models import ConsentEvent, ConsentState
from tests.cast import bring_in, question, say

LONG_AGO = datetime(2026, 3, 1, 9, tzinfo=UTC)


def yes(moment: datetime, **changes: object) -> PastAct:
    fields: dict[str, object] = {
        "state": "given",
        "purpose": "recommendations",
        "notice": 2,
        "language": "en",
        "shown_at": moment,
        "method": "import",
    }
    return PastAct(Act(**(fields | changes)), moment)  # type: ignore[arg-type]


def bring(person, *acts: PastAct) -> int:
    people = [PersonActs(person, acts)]
    return import_events(people=people, by="tests", at=timezone.now())


def permitted(person) -> bool:
    return decide(question=question(person), at=timezone.now()).permitted


def test_a_past_yes_holds_from_its_day_and_is_on_record_today(ben):
    assert bring(ben, yes(LONG_AGO)) == 1
    event = ConsentEvent.objects.get(subject_id=ben)
    assert event.valid_from == LONG_AGO
    assert timezone.now() - event.recorded_at < timedelta(minutes=1)
    (entry,) = log.events(filters=log.Filters(kind="consent.given"), limit=5)
    assert entry.id == event.log_event
    assert entry.facts["valid_from"] == LONG_AGO.isoformat()
    assert permitted(ben)


def test_a_past_yes_does_not_revive_what_was_withdrawn_since(ada):
    say(ada, "withdrawn", "recommendations")
    bring(ada, yes(LONG_AGO))
    assert not permitted(ada)


def test_the_order_within_an_import_does_not_matter(ben):
    later = LONG_AGO + timedelta(days=1)
    withdrawal = PastAct(Act("withdrawn", purpose="recommendations", method="import"), later)
    bring(ben, withdrawal, yes(LONG_AGO))
    assert not permitted(ben)


def test_a_yes_for_a_time_of_its_own_ends_with_it(ben):
    given = yes(LONG_AGO)
    bring(ben, PastAct(given.act, LONG_AGO, expires_at=LONG_AGO + timedelta(days=30)))
    assert not permitted(ben)


def test_an_import_counts_the_epoch_up_once(ben):
    before = ConsentState.objects.get(subject_id=ben).epoch
    bring(ben, yes(LONG_AGO), yes(LONG_AGO, purpose="sale", notice=1))
    assert ConsentState.objects.get(subject_id=ben).epoch == before + 1


@pytest.mark.parametrize(
    ("past", "code"),
    [
        (yes(datetime(2100, 1, 1, tzinfo=UTC)), "INVALID_TIME"),
        (yes(LONG_AGO, notice=1), "NOTICE_NOT_LIVE"),
        (yes(datetime(2010, 1, 1, tzinfo=UTC)), "NOTICE_NOT_LIVE"),
        (yes(LONG_AGO, notice=99), "NOTICE_UNKNOWN"),
        (yes(LONG_AGO, language="xx"), "LANGUAGE_NOT_SHOWN"),
        (yes(LONG_AGO, purpose="horoscopes"), "PURPOSE_UNKNOWN"),
        (yes(LONG_AGO, attributes=("phone",)), "CATEGORY_NOT_COVERED"),
    ],
)
def test_what_could_not_have_been_said_is_refused_and_nothing_is_written(ben, past, code):
    with pytest.raises(ConsentRefused) as refused:
        bring(ben, yes(LONG_AGO), past)
    assert refused.value.code == code
    assert not ConsentEvent.objects.filter(subject_id=ben).exists()


def test_nobody_unknown_or_erased_is_imported(ben):
    with pytest.raises(SubjectUnknown):
        bring(UUID(int=7), yes(LONG_AGO))
    gone = bring_in("EU-DE")
    subjects.mark_erased(subject_id=gone, at=timezone.now())
    with pytest.raises(SubjectErased):
        bring(gone, yes(LONG_AGO))
