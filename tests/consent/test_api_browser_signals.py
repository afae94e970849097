"""POST /v1/signals: what restricts is always taken, and nobody lifts anything with a string."""

from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone
from zeal import zeal_ignore

from consent.models import ConsentEvent, Recipient, Subject
from consent.queries import states
from tests.cast import given
from tests.partners import Partner, check_problem, with_scope

PATH = "/v1/signals"
# usnat and usca strings of the IAB's own library: sale and sharing opted out, with the signal.
USNAT, USCA = "DBABLA~CVVVAAAAAACA.YA", "DBABBg~BVWqqoCA.YA"
TCF_ALL = "CQuFeUAQuFeUAAfACBENAwFoALAAAELAAAYgF5wAgABALzAAYCAA.IF5wBAABAAGAAQAvMAAA.YAAAAAAAAAAA"
# Because bringing somebody in and recording what they said each compile the state.
twice = partial(zeal_ignore, [{"model": "consent.ConsentState", "field": "get()"}])


def content(subject_id: UUID) -> dict:
    return states.shape_content(states.read_state(subject_id).shape or b"")


@pytest.mark.parametrize(
    ("value", "on"),
    [("1", True), (True, True), ("1,0", True), ("0, 1", True),
     ("0", False), ("true", False), (" 1x", False), ("", False), (False, False), (1, False)],
)  # fmt: skip
def test_the_header_rule_holds_for_partners_too(
    shop_app: Partner, cleo: UUID, value: object, on: bool
) -> None:
    answer = shop_app.post(PATH, {"subject": shop_app.id_of(cleo), "gpc": value})
    assert answer.status_code == 200, answer.content
    assert content(cleo)["gpc"] is on
    assert answer.json()["status"] == ("Opt-Out Request Honored" if on else None)


def test_a_signal_is_recorded_once_and_its_absence_changes_nothing(
    shop_app: Partner, cleo: UUID
) -> None:
    person = shop_app.id_of(cleo)
    answers = [shop_app.post(PATH, {"subject": person, "gpc": value}) for value in ("1", "1", "0")]
    assert [len(answer.json()["recorded"]) for answer in answers] == [1, 0, 0]
    event = ConsentEvent.objects.get()
    assert (event.state, event.method, event.source_id) == ("signal_on", "signal", "shop-app")
    assert content(cleo)["gpc"]


@pytest.mark.parametrize("text", [USNAT, USCA])
def test_a_us_string_opts_out_and_touches_no_consent(
    shop_app: Partner, ada: UUID, text: str
) -> None:
    given(ada, "email_marketing")
    before = content(ada)["purposes"]
    answer = shop_app.post(PATH, {"subject": shop_app.id_of(ada), "gpp": text}).json()
    assert {said["state"] for said in answer["recorded"]} >= {"opted_out", "signal_on"}
    after = content(ada)
    assert "sale_share" in after["optouts"] and after["gpc"]
    assert {code: record["status"] for code, record in after["purposes"].items()} == {
        code: record["status"] for code, record in before.items()
    }
    again = shop_app.post(PATH, {"subject": shop_app.id_of(ada), "gpp": text}).json()
    assert again["recorded"] == [] and again["epoch"] == answer["epoch"]


def test_a_third_party_passes_on_no_yes_in_a_string(
    northwind: Partner, shop_app: Partner, ben: UUID
) -> None:
    for partner in (northwind, shop_app):
        answer = partner.post(PATH, {"subject": partner.id_of(ben), "tcf": TCF_ALL})
        assert answer.status_code == 200, answer.content
        states_of = {said["state"] for said in answer.json()["recorded"]}
        assert not states_of & {"given", "opted_in", "renewed", "waiting"}


def test_a_paused_partner_may_still_pass_on_what_restricts(northwind: Partner, cleo: UUID) -> None:
    Recipient.objects.filter(pk="northwind").update(paused_at=timezone.now())
    answer = northwind.post(PATH, {"subject": northwind.id_of(cleo), "gpc": "1"})
    assert answer.status_code == 200 and content(cleo)["gpc"]


def test_a_device_of_a_first_party_is_a_pseudonymous_subject(shop_app: Partner, db: None) -> None:
    with twice():
        answer = shop_app.post(PATH, {"device": "browser-77", "gpc": "1"})
    assert answer.status_code == 200, answer.content
    device = Subject.objects.get()
    assert device.status == "pseudonymous" and content(device.pk)["gpc"]
    shop_app.post(PATH, {"device": "browser-77", "gpc": True})
    assert Subject.objects.count() == 1 and ConsentEvent.objects.count() == 1


def test_what_is_malformed_is_refused_and_changes_nothing(
    shop_app: Partner, northwind: Partner, cleo: UUID
) -> None:
    person = shop_app.id_of(cleo)
    for body in (
        {"gpc": "1"},
        {"subject": person, "device": "x", "gpc": "1"},
        {"subject": person},
        {"subject": person, "tcf": 7},
        {"device": "with space", "gpc": "1"},
    ):
        check_problem(shop_app.post(PATH, body), 400, "INVALID_REQUEST")
    check_problem(
        shop_app.post(PATH, {"subject": person, "gpp": "DBABLA~"}), 422, "STRING_MALFORMED"
    )
    device = northwind.post(PATH, {"device": "x", "gpc": "1"})
    check_problem(device, 403, "FIRST_PARTY_ONLY")
    nobody = {"subject": "ps_" + "a" * 26, "gpc": "1"}
    check_problem(northwind.post(PATH, nobody), 404, "SUBJECT_UNKNOWN")
    reader = with_scope(shop_app, "consent:read")
    check_problem(reader.post(PATH, {"subject": person, "gpc": "1"}), 403, "SCOPE_MISSING")
    assert not ConsentEvent.objects.exists()


def test_a_repeated_request_is_answered_the_same(shop_app: Partner, cleo: UUID) -> None:
    body = {"subject": shop_app.id_of(cleo), "gpc": "1"}
    first, second = (shop_app.post(PATH, body, Idempotency_Key="s1") for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
