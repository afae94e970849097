"""A notice on its way: two officers, no change once published, and what an old Yes is worth."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from zeal import zeal_ignore

from consent.actions import drafting
from consent.actions.drafting import Draft
from consent.errors import ConsentRefused
from consent.models import Notice, NoticeText, Purpose, RecipientGrant
from consent.notices.completeness import DETAILS
from consent.notices.wording import ROWS, Wording
from consent.queries import drafts, notices, uses
from tests.cast import given

pytestmark = pytest.mark.django_db
MAREK, NADIA = "officer-marek", "officer-nadia"
PURPOSE = "recommendations"


@pytest.fixture(autouse=True)
def each_act_is_a_request_of_its_own() -> Iterator[None]:
    """Because an officer presses once; the pages are watched for queries in a loop."""
    with zeal_ignore():
        yield


def draft(**rows: str) -> Draft:
    """The live words with some English rows changed, and all details."""
    purpose = Purpose.objects.get(code=PURPOSE)
    words = drafts.words_of(drafts.live(purpose))
    words["en"] = Wording("en", words["en"].title, {**words["en"].rows, **rows})
    return Draft(wordings=words, details=dict.fromkeys(DETAILS, "See /privacy."))


def saved(written: Draft | None = None, by: str = MAREK) -> str:
    """Save a draft; its hash, as an officer would have seen it."""
    in_work = drafts.in_work(Purpose.objects.get(code=PURPOSE))
    seen = bytes(in_work.content_hash).hex() if in_work else ""
    written = written or draft(if_yes="The shop page starts with products that fit you.")
    notice = drafting.save(purpose=PURPOSE, draft=written, seen=seen, by=by, at=timezone.now())
    return bytes(notice.content_hash).hex()


def proposed(*, material: bool = False, written: Draft | None = None) -> str:
    seen = saved(written)
    drafting.propose(purpose=PURPOSE, material=material, seen=seen, by=MAREK, at=timezone.now())
    return seen


def approve(seen: str, by: str = NADIA, **options: Any) -> Notice:
    return drafting.approve(purpose=PURPOSE, seen=seen, by=by, at=timezone.now(), **options)


def refusal(act: Any) -> ConsentRefused:
    with pytest.raises(ConsentRefused) as refused, transaction.atomic():
        act()
    assert refused.value.fix
    return refused.value


def live_version() -> int:
    live = drafts.live(Purpose.objects.get(code=PURPOSE))
    assert live is not None
    return live.version


def use_of(subject_id: UUID) -> uses.Use:
    standing = uses.standing(subject_id=subject_id, language="en", at=timezone.now())
    use = standing.use(PURPOSE)
    assert use is not None
    return use


def kinds() -> list[str]:
    """What the log says of notices, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM audit_event WHERE kind LIKE 'notice.%' ORDER BY id")
        return [kind for (kind,) in cursor.fetchall()]


def test_words_go_from_a_draft_through_two_officers_to_the_card(ada: UUID) -> None:
    before = len(kinds())
    seen = proposed()
    assert live_version() == 2
    notice = approve(seen)
    assert (notice.state, notice.proposed_by, notice.approved_by) == ("published", MAREK, NADIA)
    assert live_version() == 3
    assert notices.version(PURPOSE, 2).superseded_at == notice.published_at  # type: ignore[union-attr]
    assert kinds()[before:] == [
        "notice.drafted", "notice.proposed", "notice.approved", "notice.published",
    ]  # fmt: skip
    wording = use_of(ada).wording
    assert wording is not None
    assert dict(wording.rows)["if_yes"] == "The shop page starts with products that fit you."


def test_after_a_material_change_an_old_yes_is_paused_and_after_new_words_it_goes_on(
    ada: UUID, ben: UUID
) -> None:
    given(ben)
    purpose = Purpose.objects.get(code=PURPOSE)
    assert drafts.reach(purpose, material=False) == drafts.Reach(people=2, paused=0)
    approve(proposed(material=False))
    assert use_of(ada).active
    assert use_of(ada).older_wording
    assert drafts.reach(purpose, material=True) == drafts.Reach(people=2, paused=2)
    approve(proposed(material=True, written=draft(so_that="We can fit the whole page to you.")))
    assert not use_of(ada).active
    assert drafts.reach(purpose, material=True) == drafts.Reach(people=0, paused=0)
    given(ada, notice=4)
    assert use_of(ada).active
    assert drafts.reach(purpose, material=True).people == 1


def test_nobody_approves_what_they_proposed(catalogue: None) -> None:
    seen = proposed()
    assert refusal(lambda: approve(seen, by=MAREK)).code == "SECOND_PERSON_NEEDED"
    notice = Notice.objects.get(state="proposed")
    with pytest.raises(IntegrityError, match="approved_by_another_person"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            state="published", approved_by=MAREK, published_at=timezone.now()
        )
    with pytest.raises(IntegrityError, match="published_when_approved"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(state="published", published_at=timezone.now())
    with pytest.raises(IntegrityError, match="published_with_its_time"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(published_at=timezone.now())


def test_nobody_approves_other_words_than_they_read(catalogue: None) -> None:
    seen = saved()
    other = saved(draft(if_no="You see what everybody else sees in the shop."))
    assert seen != other
    propose = {"purpose": PURPOSE, "material": False, "by": MAREK, "at": timezone.now()}
    assert refusal(lambda: drafting.propose(seen=seen, **propose)).code == "NOTICE_MOVED"
    drafting.propose(seen=other, **propose)  # type: ignore[arg-type]
    assert refusal(lambda: approve(seen)).code == "NOTICE_MOVED"
    assert approve(other).state == "published"


def test_two_officers_do_not_overwrite_each_other(catalogue: None) -> None:
    seen = saved()
    mine, yours = draft(if_no="You see what all see."), draft(if_no="You see the usual page.")
    save = {"purpose": PURPOSE, "seen": seen, "at": timezone.now()}
    drafting.save(draft=mine, by=MAREK, **save)  # type: ignore[arg-type]
    assert refusal(lambda: drafting.save(draft=yours, by=NADIA, **save)).code == "NOTICE_MOVED"


def test_what_is_sent_back_says_why_and_can_be_mended(catalogue: None) -> None:
    seen = proposed()
    reject = {"purpose": PURPOSE, "by": NADIA, "at": timezone.now()}
    assert refusal(lambda: drafting.reject(reason=" ", **reject)).code == "REASON_MISSING"
    assert refusal(lambda: saved()).code == "NOTICE_STATE"
    notice = drafting.reject(reason="Say it shorter.", **reject)  # type: ignore[arg-type]
    assert (notice.state, notice.rejection) == ("rejected", "Say it shorter.")
    assert refusal(lambda: approve(seen)).code == "NOTICE_STATE"
    again = proposed()
    assert Notice.objects.get(state="proposed").version == 3
    assert approve(again).version == 3


INCOMPLETE: dict[str, tuple[Any, str]] = {
    "a row": (lambda whole: draft(look_at=" "), "ROW_MISSING"),
    "a language": (
        lambda whole: replace(whole, wordings={"en": whole.wordings["en"]}), "LANGUAGE_MISSING",
    ),
    "the complaint": (
        lambda whole: replace(whole, details=dict(whole.details) | {"complaint": ""}),
        "COMPLAINT_MISSING",
    ),
    "fair words": (lambda whole: draft(so_that="We improve your experience."), "PHRASE_FORBIDDEN"),
    "one use": (
        lambda whole: draft(so_that="We can show products and Sell data to others."),
        "PURPOSES_BUNDLED",
    ),
}  # fmt: skip


@pytest.mark.parametrize("missing", INCOMPLETE)
def test_what_lacks_something_is_kept_as_a_draft_and_never_proposed(
    catalogue: None, missing: str
) -> None:
    if missing == "one use":
        Purpose.objects.filter(code="sale").update(label={"en": "Sell data to others"})
    change, code = INCOMPLETE[missing]
    seen = saved(change(draft()))
    act = {"purpose": PURPOSE, "material": True, "seen": seen, "by": MAREK, "at": timezone.now()}
    refused = refusal(lambda: drafting.propose(**act))
    assert refused.code == "NOTICE_INCOMPLETE"
    assert code in refused.detail
    assert live_version() == 2


def test_a_company_that_gets_data_is_named_and_makes_the_change_material(catalogue: None) -> None:
    purpose = Purpose.objects.get(code=PURPOSE)
    RecipientGrant.objects.create(recipient_id="northwind", purpose=purpose)
    seen = saved()
    act = {"purpose": PURPOSE, "by": MAREK, "at": timezone.now()}
    unnamed = refusal(lambda: drafting.propose(material=True, seen=seen, **act))
    assert "RECIPIENT_UNNAMED" in unnamed.detail
    whole = draft(who_sees="The shop and Northwind Advertising.")
    words = dict(whole.wordings)
    ukrainian = words["uk"]
    words["uk"] = Wording(
        "uk", ukrainian.title, {**ukrainian.rows, "who_sees": "Магазин і Northwind Advertising."}
    )
    seen = saved(replace(whole, wordings=words))
    refused = refusal(lambda: drafting.propose(material=False, seen=seen, **act))
    assert (refused.code, refused.pointer) == ("NOTICE_MATERIAL", "/material")
    drafting.propose(material=True, seen=seen, **act)  # type: ignore[arg-type]
    assert approve(seen).material


@pytest.mark.parametrize(
    "changes",
    [
        {"attributes": ["purchases", "age_band", "household_composition", "income_band"]},
        {"retention_days": 731},
        {"purpose_class": "direct_marketing"},
    ],
)
def test_asking_for_more_is_never_only_other_words(
    catalogue: None, changes: dict[str, Any]
) -> None:
    seen = saved()
    Purpose.objects.filter(code=PURPOSE).update(**changes)
    act = {"purpose": PURPOSE, "seen": seen, "by": MAREK, "at": timezone.now()}
    assert refusal(lambda: drafting.propose(material=False, **act)).code == "NOTICE_MATERIAL"
    drafting.propose(material=True, **act)  # type: ignore[arg-type]


def test_a_day_can_be_set_and_the_task_publishes_then_and_not_before(catalogue: None) -> None:
    day = timezone.now() + timedelta(days=2)
    notice = approve(proposed(), publish_at=day)
    assert (notice.state, notice.publish_at) == ("approved", day)
    assert drafting.publish_due(at=day - timedelta(seconds=1)) == 0
    assert live_version() == 2
    assert drafting.publish_due(at=day) == 1
    assert live_version() == 3
    assert drafting.publish_due(at=day) == 0


def test_what_is_incomplete_when_its_day_comes_goes_back(catalogue: None) -> None:
    day = timezone.now() + timedelta(days=2)
    approve(proposed(), publish_at=day)
    Purpose.objects.filter(code=PURPOSE).update(retention_days=9999)
    assert drafting.publish_due(at=day) == 0
    notice = Notice.objects.get(state="rejected")
    assert "RETENTION_LONGER" in notice.rejection
    assert notice.rejected_by == "service"
    assert live_version() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"proposed_by": "somebody"},
        {"approved_by": "somebody"},
        {"material": True},
        {"details": {}},
        {"terms": {}},
        {"state": "draft", "published_at": None},
    ],
)
def test_nothing_of_a_published_version_ever_changes(
    catalogue: None, changes: dict[str, Any]
) -> None:
    notice = approve(proposed())
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**changes)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        NoticeText.objects.filter(notice=notice).update(title="Other words")
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        NoticeText.objects.filter(notice=notice).delete()


def test_a_language_is_dropped_with_its_reason(catalogue: None) -> None:
    whole = draft()
    only = {"en": whole.wordings["en"]}
    seen = saved(replace(whole, wordings=only, dropped={"uk": "A campaign in Ireland."}))
    act = {"purpose": PURPOSE, "material": False, "seen": seen, "by": MAREK, "at": timezone.now()}
    drafting.propose(**act)  # type: ignore[arg-type]
    notice = approve(seen)
    assert notice.dropped == {"uk": "A campaign in Ireland."}
    assert list(notice.texts.values_list("language", flat=True)) == ["en"]
    [change] = [one for one in notices.version(PURPOSE, 3).changes if one.language == "uk"]  # type: ignore[union-attr]
    assert change.kind == "removed"
    assert {row.row for row in change.changed_rows} == {"title", *ROWS}


def test_an_unknown_purpose_is_refused(catalogue: None) -> None:
    act = {"draft": draft(), "seen": "", "by": MAREK, "at": timezone.now()}
    refused = refusal(lambda: drafting.save(purpose="growth", **act))  # type: ignore[arg-type]
    assert refused.code == "PURPOSE_UNKNOWN"


def test_a_scheduled_day_in_the_past_is_now(catalogue: None) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=timezone.now().tzinfo)
    assert approve(proposed(), publish_at=long_ago).state == "published"
