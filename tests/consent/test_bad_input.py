"""Bad input is refused with its reason, over REST and in imports; the rest goes through."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from zeal import zeal_ignore

from consent.actions import confirming
from consent.acts import Act
from consent.models import ConsentEvent, ConsentState
from tests.cast import bring_in, given, say
from tests.consent.test_api_bulk import SAID, line, permitted, send
from tests.consent.test_snapshots import FAIR, UNFAIR, token
from tests.partners import Partner, check_problem

pytestmark = pytest.mark.django_db
EVENTS = "/v1/consent-events"
YES = {
    "state": "given", "purpose": "recommendations", "notice": "recommendations@2",
    "language": "en", "method": "web",
}  # fmt: skip
# What is wrong: what is sent, over REST (status, code, pointer), in an import (code, pointer).
Refusal = tuple[int, str, str]
BAD: dict[str, tuple[dict[str, Any], Refusal | None, tuple[str, str] | None]] = {
    "a notice that was over": (
        {"notice": "recommendations@1"}, (422, "NOTICE_NOT_LIVE", "/notice"),
        ("NOTICE_NOT_LIVE", "/notice"),
    ),
    "a notice that was not live yet": (
        {"shown_at": "2017-05-31T12:00:00Z"}, (422, "NOTICE_NOT_LIVE", "/notice"),
        ("NOTICE_NOT_LIVE", "/notice"),
    ),
    "a notice of another use": (
        {"notice": "email_marketing@1"}, (422, "NOTICE_UNKNOWN", "/notice"),
        ("NOTICE_UNKNOWN", "/notice"),
    ),
    "a notice that never was": (
        {"notice": "recommendations@77"}, (422, "NOTICE_UNKNOWN", "/notice"),
        ("NOTICE_UNKNOWN", "/notice"),
    ),
    "a language it was not shown in": (
        {"language": "de"}, (422, "LANGUAGE_NOT_SHOWN", "/language"),
        ("LANGUAGE_NOT_SHOWN", "/language"),
    ),
    "a stale epoch": (
        {"if_epoch": 7}, (409, "STALE_EPOCH", "/if_epoch"), ("INVALID_REQUEST", "/if_epoch"),
    ),
    "an unfair control": (
        {"component": UNFAIR}, (422, "COMPONENT_UNFAIR", "/component"),
        ("COMPONENT_UNFAIR", "/component"),
    ),
    "an answer chosen beforehand": (
        {"component": FAIR | {"preselected": "yes"}}, (422, "COMPONENT_UNFAIR", "/component"),
        ("COMPONENT_UNFAIR", "/component"),
    ),
    "a Yes before the No": (
        {"component": {"options": FAIR["options"][::-1]}},
        (422, "COMPONENT_UNFAIR", "/component"), ("COMPONENT_UNFAIR", "/component"),
    ),
    "a control that is none": (
        {"component": "a nice button"}, (400, "INVALID_REQUEST", "/component"),
        ("INVALID_REQUEST", "/component"),
    ),
    "several purposes in a list": (
        {"purpose": ["recommendations", "sale"]}, (422, "PURPOSES_BUNDLED", "/purpose"),
        ("PURPOSES_BUNDLED", "/purpose"),
    ),
    "several purposes beside": (
        {"purposes": ["recommendations", "sale"]}, (422, "PURPOSES_BUNDLED", "/purpose"),
        ("PURPOSES_BUNDLED", "/purpose"),
    ),
    "a time to come": (
        {"shown_at": "2999-01-01T00:00:00Z"}, (422, "INVALID_TIME", "/shown_at"),
        ("INVALID_TIME", "/shown_at"),
    ),
    "a time that is none": (
        {"shown_at": "the day after tomorrow"}, (400, "INVALID_REQUEST", "/shown_at"),
        ("INVALID_REQUEST", "/shown_at"),
    ),
    "a time without its offset": (
        {"shown_at": "2026-03-01T09:00:00"}, (400, "INVALID_REQUEST", "/shown_at"),
        ("INVALID_REQUEST", "/shown_at"),
    ),
    "a day that no calendar has": (
        {"shown_at": "2026-02-30T09:00:00Z"}, (400, "INVALID_REQUEST", "/shown_at"),
        ("INVALID_REQUEST", "/shown_at"),
    ),
    "an import of a time to come": (
        {"valid_from": "2999-01-01T00:00:00Z"}, None, ("INVALID_TIME", "/valid_from"),
    ),
    "an import of a time before all": (
        {"valid_from": "0001-01-01T00:00:00Z"}, None, ("INVALID_TIME", "/valid_from"),
    ),
    "an end before the beginning": (
        {"expires_at": "2020-01-01T00:00:00Z"}, None, ("INVALID_TIME", "/expires_at"),
    ),
    "a token that is none": (
        {"snapshot": "s1.AAAA.AAAA"}, (422, "SNAPSHOT_INVALID", "/snapshot"),
        ("INVALID_REQUEST", "/snapshot"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, (_, rest, _) in BAD.items() if rest])
def test_rest_refuses_it_says_why_and_writes_nothing(
    shop_app: Partner, ben: UUID, name: str
) -> None:
    change, refusal, _ = BAD[name]
    assert refusal is not None
    status, code, pointer = refusal
    answer = shop_app.post(EVENTS, YES | {"subject": shop_app.id_of(ben)} | change)
    problem = check_problem(answer, status, code)
    assert all(entry["pointer"].startswith(pointer) for entry in problem["errors"])
    assert problem["errors"] and problem["fix"]
    assert not ConsentEvent.objects.exists()
    assert ConsentState.objects.get(subject=ben).epoch == 1


def test_an_import_refuses_each_says_why_and_lets_the_others_through(
    shop_app: Partner, ben: UUID
) -> None:
    person = shop_app.id_of(ben)
    bad = [(line(person) | change, refusal) for change, _, refusal in BAD.values() if refusal]
    good = [line(person, valid_from=f"2026-03-01T09:{minute:02}:00Z") for minute in range(len(bad))]
    mixed: list[dict[str, Any] | bytes] = [
        one for pair in zip((sent for sent, _ in bad), good, strict=True) for one in pair
    ]
    # Because each line is wrong in words of its own, and those are looked up once each.
    with zeal_ignore([{"model": "consent.Notice", "field": "get()"}]):
        *found, summary = send(shop_app, *mixed)
    assert [(r["code"], r["pointer"]) for r in found[::2]] == [refusal for _, refusal in bad]
    assert all(r["detail"] and r["fix"] for r in found[::2])
    assert {r["status"] for r in found[1::2]} == {"recorded"}
    assert summary["summary"] == {
        "complete": True, "lines": 2 * len(bad), "recorded": len(good), "repeated": 0,
        "refused": len(bad),
    }  # fmt: skip
    assert ConsentEvent.objects.filter(subject=ben).count() == len(good)
    assert permitted(ben)


@pytest.mark.parametrize("member", ["snapshot", "confirm_token", "if_epoch", "component"])
def test_a_no_is_never_lost_over_how_it_was_asked(
    shop_app: Partner, ada: UUID, member: str
) -> None:
    person = shop_app.id_of(ada)
    odd = {"snapshot": "s1.AAAA.AAAA", "confirm_token": "x", "if_epoch": 99, "component": UNFAIR}
    no = {"subject": person, "state": "refused", "purpose": "recommendations"}
    (imported, _) = send(shop_app, no | {"valid_from": SAID, member: odd[member]})
    assert imported["status"] == "recorded"
    assert shop_app.post(EVENTS, no | {member: odd[member]}).status_code == 201
    assert not permitted(ada)


def test_a_stale_epoch_answers_with_the_newer_state(shop_app: Partner, ada: UUID) -> None:
    before = ConsentState.objects.get(subject=ada).epoch
    say(ada, "withdrawn", "recommendations")
    sent = YES | {"subject": shop_app.id_of(ada), "if_epoch": before}
    problem = check_problem(shop_app.post(EVENTS, sent), 409, "STALE_EPOCH")
    newer = shop_app.get(f"/v1/subjects/{shop_app.id_of(ada)}/consents").json()
    assert problem["state"]["epoch"] == newer["epoch"] == before + 1
    assert problem["state"]["purposes"] == newer["purposes"]
    assert not permitted(ada)
    assert shop_app.post(EVENTS, sent | {"if_epoch": before + 1}).status_code == 201


def test_a_token_of_another_person_is_refused(shop_app: Partner, ben: UUID) -> None:
    other = bring_in("EU-DE")
    sent = YES | {"subject": shop_app.id_of(ben), "method": "portal", "snapshot": token(other)}
    problem = check_problem(shop_app.post(EVENTS, sent), 422, "SNAPSHOT_NOT_YOURS")
    assert [entry["pointer"] for entry in problem["errors"]] == ["/snapshot"]
    assert not ConsentEvent.objects.exists()


def test_the_second_step_of_another_person_confirms_nothing(shop_app: Partner, ben: UUID) -> None:
    act = Act(state="opted_in", purpose="recommendations", notice=2, language="en", method="web")
    theirs = confirming.second_step_token(subject_id=bring_in("EU-DE"), act=act)
    sent = YES | {"state": "opted_in", "subject": shop_app.id_of(ben), "confirm_token": theirs}
    problem = check_problem(shop_app.post(EVENTS, sent), 409, "CONFIRMATION_NEEDED")
    assert not ConsentEvent.objects.exists()
    mine = sent | {"confirm_token": problem["confirm_token"]}
    assert shop_app.post(EVENTS, mine).status_code == 201


@pytest.mark.parametrize(
    "no",
    [
        {"state": "withdrawn", "purpose": "recommendations"},
        {"state": "refused", "purpose": "recommendations"},
        {"state": "restricted"},
        {"state": "stopped"},
    ],
)
def test_an_import_contradicts_no_no_and_the_other_lines_go_through(
    shop_app: Partner, ada: UUID, ben: UUID, no: dict[str, str]
) -> None:
    say(ada, **no)
    later = (timezone.now() + timedelta(milliseconds=-1)).isoformat()
    lift = {"restricted": "unrestricted", "stopped": "resumed"}.get(no["state"], "given")
    against = line(shop_app.id_of(ada), valid_from=later, state=lift)
    if lift != "given":
        against = {"subject": against["subject"], "state": lift, "valid_from": later}
    stands, recorded, broken, _ = send(
        shop_app, against, line(shop_app.id_of(ben)), b'{"subject": "ps_'
    )
    assert (stands["code"], stands["pointer"]) == ("NO_STANDS", "/valid_from")
    assert recorded["status"] == "recorded"
    assert broken["code"] == "INVALID_REQUEST"
    assert not permitted(ada)
    assert permitted(ben)


@pytest.mark.parametrize(
    "until", ["2999-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "tomorrow", "2026-13-01T00:00:00Z"]
)
def test_a_stop_with_an_absurd_end_is_refused(shop_app: Partner, ben: UUID, until: str) -> None:
    sent = {"subject": shop_app.id_of(ben), "state": "stopped", "until": until}
    answer = shop_app.post(EVENTS, sent)
    assert answer.status_code in {400, 422}
    assert json.loads(answer.content)["errors"][0]["pointer"] == "/until"
    assert not ConsentEvent.objects.exists()


def test_a_body_that_is_broken_changes_nothing(shop_app: Partner, ada: UUID) -> None:
    given(ada, "email_marketing")
    before = ConsentEvent.objects.count()
    person = shop_app.id_of(ada)
    for body in (
        b"", b"{", b"[]", b"null", b'"yes"', b"\xff\xfe", b'{"subject": "a", "subject": "b"}',
        f'{{"subject": "{person}", "state": "given", "state": "refused"}}'.encode(),
        f'{{"subject": "{person}", "state": NaN}}'.encode(),
    ):  # fmt: skip
        check_problem(shop_app.send("POST", EVENTS, body), 400, "INVALID_REQUEST")
    assert ConsentEvent.objects.count() == before
