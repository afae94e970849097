"""A Yes is bound to what was really shown: tokens, their holders, and the control."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given as drawn
from hypothesis import strategies as st

from audit import queries as log
from consent import snapshots
from consent.actions import recording
from consent.acts import Act
from consent.errors import ConsentRefused
from consent.models import ConsentEvent
from consent.queries import notices
from tests.cast import bring_in
from tests.partners import Partner, check_problem

pytestmark = pytest.mark.django_db
EVENTS = "/v1/consent-events"
NOTICE = "/v1/purposes/recommendations/notices/2"
OPTION = {"element": "BUTTON", "width": 200, "height": 46, "contrast": 7.1, "look": "16px 600"}
FAIR = {"options": [OPTION | {"answer": "no"}, OPTION | {"answer": "yes"}]}
UNFAIR = {"options": [OPTION | {"answer": "no", "height": 30}, OPTION | {"answer": "yes"}]}


def token(subject_id: UUID, **changes: Any) -> str:
    fields: dict[str, Any] = {
        "purpose": "recommendations", "version": 2, "language": "en", "surface": "portal",
        "component": "exchange-card", "holder": snapshots.person(subject_id),
        "at": timezone.now(),
    }  # fmt: skip
    return notices.snapshot(**(fields | changes))


def made_for(subject_id: UUID) -> str:
    """A token of ours for words that nobody ever published."""
    return snapshots.make(
        purpose="recommendations", version=2, language="en", words=bytes(32), surface="portal",
        component="exchange-card", holder=snapshots.person(subject_id), at=timezone.now(),
    )  # fmt: skip


def yes(snapshot: str, **changes: Any) -> Act:
    fields: dict[str, Any] = {
        "state": "given", "purpose": "recommendations", "method": "portal", "snapshot": snapshot,
    }  # fmt: skip
    return Act(**(fields | changes))


def record(subject_id: UUID, act: Act, *, later: timedelta = timedelta()) -> ConsentEvent:
    at = timezone.now() + later
    return recording.record(subject_id=subject_id, act=act, by="portal", at=at).event


def test_a_yes_keeps_the_hash_of_its_token_and_what_the_token_says(ben: UUID) -> None:
    made = token(ben, language="uk")
    event = record(ben, yes(made))
    assert bytes(event.snapshot or b"") == hashlib.sha256(made.encode()).digest()
    assert event.notice is not None
    assert (event.notice.version, event.language) == (2, "uk")
    facts = log.event(event.log_event).facts
    assert facts["snapshot"] == hashlib.sha256(made.encode()).hexdigest()
    assert (facts["surface"], facts["component"]) == ("portal", "exchange-card")


Change = Callable[[UUID], Act]


def forged(ben: UUID) -> Act:
    version, payload, mac = token(ben).split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    said["v"] = 1
    other = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    return yes(".".join((version, other, mac)))


REFUSED: dict[str, tuple[Change, str, str]] = {
    "none at all": (lambda ben: yes("", notice=2, language="en"), "SNAPSHOT_MISSING", "/snapshot"),
    "a forged one": (forged, "SNAPSHOT_INVALID", "/snapshot"),
    "nonsense": (lambda ben: yes("s1.e30.AAAA"), "SNAPSHOT_INVALID", "/snapshot"),
    "another spelling": (lambda ben: yes(token(ben) + "="), "SNAPSHOT_INVALID", "/snapshot"),
    "one of yesterday": (
        lambda ben: yes(token(ben, at=timezone.now() - timedelta(hours=24, seconds=2))),
        "SNAPSHOT_EXPIRED", "/snapshot",
    ),
    "one of tomorrow": (
        lambda ben: yes(token(ben, at=timezone.now() + timedelta(hours=1))),
        "SNAPSHOT_EXPIRED", "/snapshot",
    ),
    "another person's": (
        lambda ben: yes(token(bring_in("EU-DE"))), "SNAPSHOT_NOT_YOURS", "/snapshot",
    ),
    "a partner's": (
        lambda ben: yes(token(ben, holder=snapshots.partner("northwind"))),
        "SNAPSHOT_NOT_YOURS", "/snapshot",
    ),
    "for another use": (
        lambda ben: yes(token(ben), purpose="email_marketing"), "SNAPSHOT_OTHER_WORDS", "/purpose",
    ),
    "for another version": (
        lambda ben: yes(token(ben), notice=1), "SNAPSHOT_OTHER_WORDS", "/notice",
    ),
    "in another language": (
        lambda ben: yes(token(ben), language="uk"), "SNAPSHOT_OTHER_WORDS", "/language",
    ),
    "of another surface": (
        lambda ben: yes(token(ben, surface="shop_page")), "SNAPSHOT_OTHER_WORDS", "/method",
    ),
    "for words that were never live then": (
        lambda ben: yes(token(ben, version=1)), "NOTICE_NOT_LIVE", "/notice",
    ),
    "with other words": (
        lambda ben: yes(made_for(ben)),
        "SNAPSHOT_OTHER_WORDS", "/snapshot",
    ),
    "of a control that nobody measured": (
        lambda ben: yes(token(ben, component="own")), "COMPONENT_UNATTESTED", "/component",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_yes_with_a_wrong_token_is_refused_with_what_to_do(ben: UUID, name: str) -> None:
    make, code, pointer = REFUSED[name]
    with pytest.raises(ConsentRefused) as refused:
        record(ben, make(ben))
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert refused.value.fix
    assert not ConsentEvent.objects.filter(subject_id=ben).exists()


@pytest.mark.parametrize("name", REFUSED)
def test_a_no_is_taken_whatever_its_token(ben: UUID, name: str) -> None:
    act = REFUSED[name][0](ben)
    no = Act(state="refused", purpose="recommendations", method="portal", snapshot=act.snapshot)
    assert record(ben, no).state == "refused"


def test_a_no_keeps_a_good_token(ben: UUID) -> None:
    event = record(ben, yes(token(ben), state="refused"))
    assert event.snapshot is not None
    assert event.notice is not None
    assert event.language == "en"


def test_a_token_of_the_last_minute_counts(ben: UUID) -> None:
    made = token(ben)
    assert record(ben, yes(made), later=timedelta(hours=23, minutes=59)).snapshot is not None


@drawn(st.data())
def test_no_other_token_is_ever_read(data: st.DataObject) -> None:
    made = made_for(UUID(int=7))
    at = data.draw(st.integers(0, len(made) - 1))
    sign = data.draw(st.sampled_from("AZaz09-_.="))
    other = made[:at] + sign + made[at + 1 :]
    if other == made:
        return
    with pytest.raises(ConsentRefused, match="not made here"):
        snapshots.read(other, at=timezone.now())


def test_two_tokens_of_one_person_have_nothing_in_common(ben: UUID) -> None:
    at = timezone.now()
    first, second = (snapshots.read(token(ben), at=at) for _ in range(2))
    assert first.binding != second.binding
    assert first.nonce != second.nonce
    assert ben.hex not in token(ben)


def test_a_partner_shows_the_words_and_passes_the_yes_on(shop_app: Partner, ben: UUID) -> None:
    person = shop_app.id_of(ben)
    query = f"?language=uk&surface=shop_page&subject={person}"
    shown = shop_app.get(NOTICE + query)
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store"
    assert list(shown.json()["texts"]) == ["uk"]

    sent = {
        "subject": person, "state": "given", "purpose": "recommendations", "method": "shop_page",
        "snapshot": shown.json()["snapshot"], "component": FAIR,
    }  # fmt: skip
    answer = shop_app.post(EVENTS, sent)
    assert answer.status_code == 201
    assert answer.json()["receipt"]["language"] == "uk"
    event = ConsentEvent.objects.get(subject=ben)
    assert event.snapshot is not None
    assert event.notice is not None


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"component": UNFAIR}, "COMPONENT_UNFAIR", "/component"),
        ({"component": FAIR | {"preselected": "yes"}}, "COMPONENT_UNFAIR", "/component"),
        ({"component": {"options": FAIR["options"][::-1]}}, "COMPONENT_UNFAIR", "/component"),
        ({"component": {"options": FAIR["options"][1:]}}, "COMPONENT_UNFAIR", "/component"),
        ({"component": None}, "COMPONENT_UNATTESTED", "/component"),
        ({"method": "portal", "snapshot": None}, "SNAPSHOT_MISSING", "/snapshot"),
        ({"purpose": ["recommendations", "sale"]}, "PURPOSES_BUNDLED", "/purpose"),
        ({"purposes": ["recommendations", "sale"]}, "PURPOSES_BUNDLED", "/purpose"),
        ({"purpose": "email_marketing"}, "SNAPSHOT_OTHER_WORDS", "/purpose"),
        ({"snapshot": "s1.AAAA.AAAA"}, "SNAPSHOT_INVALID", "/snapshot"),
    ],
)
def test_an_unfair_or_bundled_yes_of_a_partner_is_refused(
    shop_app: Partner, ben: UUID, changes: dict[str, Any], code: str, pointer: str
) -> None:
    person = shop_app.id_of(ben)
    shown = shop_app.get(f"{NOTICE}?language=en&surface=shop_page&subject={person}").json()
    sent = {
        "subject": person, "state": "given", "purpose": "recommendations", "method": "shop_page",
        "notice": "recommendations@2", "language": "en",
        "snapshot": shown["snapshot"], "component": FAIR,
    }  # fmt: skip
    if changes.get("purpose") == "email_marketing":
        changes |= {"notice": "email_marketing@1"}
    changed = {name: value for name, value in (sent | changes).items() if value is not None}
    problem = check_problem(shop_app.post(EVENTS, changed), 422, code)
    assert [entry["pointer"] for entry in problem["errors"]] == [pointer]
    assert not ConsentEvent.objects.filter(subject=ben).exists()


def test_a_token_of_one_partner_is_nothing_in_the_hands_of_another(
    shop_app: Partner, northwind: Partner, ben: UUID
) -> None:
    query = "?language=en&surface=social"
    notice = "/v1/purposes/targeted_ads/notices/1"
    made = northwind.get(notice + query).json()["snapshot"]
    sent = {
        "subject": shop_app.id_of(ben), "state": "given", "purpose": "targeted_ads",
        "method": "social", "snapshot": made, "component": FAIR,
    }  # fmt: skip
    check_problem(shop_app.post(EVENTS, sent), 422, "SNAPSHOT_NOT_YOURS")
    mine = shop_app.get(notice + query).json()["snapshot"]
    assert shop_app.post(EVENTS, sent | {"snapshot": mine}).status_code == 201


def test_a_notice_tells_its_words_its_hashes_and_what_changed(shop_app: Partner) -> None:
    answer = shop_app.get(f"{NOTICE}?language=en")
    notice = answer.json()
    assert notice["id"] == "recommendations@2"
    assert notice["live"] is True
    assert set(notice["languages"]) == {"en", "uk"}
    assert "snapshot" not in notice
    [change] = notice["changes"]
    assert change["language"] == "en"
    look_at = next(row for row in change["rows"] if row["row"] == "look_at")
    said = "".join(piece["text"] for piece in look_at["pieces"] if piece["kind"] != "removed")
    assert said == notice["texts"]["en"]["rows"]["look_at"]
    again = shop_app.send("GET", f"{NOTICE}?language=en", If_None_Match=answer["ETag"])
    assert again.status_code == 304
    assert shop_app.get(NOTICE).json()["texts"].keys() == {"en", "uk"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/purposes/recommendations/notices/9", 404, "NOTICE_UNKNOWN"),
        ("/v1/purposes/nothing/notices/1", 404, "NOTICE_UNKNOWN"),
        (f"{NOTICE}?language=fr", 404, "LANGUAGE_UNKNOWN"),
        (f"{NOTICE}?language=e%20n", 400, "INVALID_REQUEST"),
        (f"{NOTICE}?surface=shop_page", 409, "NOTICE_NOT_SHOWABLE"),
        (f"{NOTICE}?language=en&surface=portal", 409, "NOTICE_NOT_SHOWABLE"),
        (
            "/v1/purposes/recommendations/notices/1?language=en&surface=shop_page",
            409,
            "NOTICE_NOT_SHOWABLE",
        ),
        (f"{NOTICE}?language=en&surface=shop_page&component=glow", 400, "COMPONENT_UNKNOWN"),
    ],
)
def test_what_cannot_be_shown_is_a_problem(
    shop_app: Partner, path: str, status: int, code: str
) -> None:
    check_problem(shop_app.get(path), status, code)
