"""POST, GET and DELETE of joins: the table says what joining then does."""

from uuid import UUID

import pytest

from consent.queries import joins, states
from tests.cast import say
from tests.partners import Partner, check_problem

pytestmark = pytest.mark.django_db


def path(partner: Partner, subject_id: UUID) -> str:
    return f"/v1/subjects/{partner.id_of(subject_id)}/joins"


def test_a_join_does_what_its_table_said_and_can_be_ended(
    shop_app: Partner, ada: UUID, ben: UUID
) -> None:
    say(ben, "refused", "recommendations")
    sent = {"other": shop_app.id_of(ben), "kind": "duplicate", "evidence": "case:7"}

    dry = shop_app.post(path(shop_app, ada) + "?dry_run=true", sent)
    assert joins.joins_of(ada) == []
    done = shop_app.post(path(shop_app, ada), sent)
    listed = shop_app.get(path(shop_app, ada)).json()["joins"]
    shape = states.shape_content(states.read_state(ada).shape or b"")

    row = dry.json()["changes"]["purposes"][0]
    assert (dry.status_code, dry.json()["id"]) == (200, None)
    assert done.json()["changes"] == dry.json()["changes"]
    assert (row["subject"], row["other"], row["subject_after"]) == ("Given", "Refused", "Refused")
    assert row["differs"] is True
    assert shape["purposes"]["recommendations"]["status"] == row["subject_after"]
    assert [join["id"] for join in listed] == [done.json()["id"]]

    assert shop_app.send("DELETE", f"{path(shop_app, ada)}/{done.json()['id']}").status_code == 204
    shape = states.shape_content(states.read_state(ada).shape or b"")
    assert shape["purposes"]["recommendations"]["status"] == "Given"


def test_ended_joins_are_listed_with_who_ended_them(
    shop_app: Partner, ada: UUID, ben: UUID
) -> None:
    sent = {"other": shop_app.id_of(ben), "kind": "duplicate"}
    first = shop_app.post(path(shop_app, ada), sent).json()["id"]
    shop_app.send("DELETE", f"{path(shop_app, ada)}/{first}")
    second = shop_app.post(path(shop_app, ada), sent).json()["id"]

    standing = shop_app.get(path(shop_app, ada)).json()
    ended = shop_app.get(path(shop_app, ada) + "?ended=true").json()

    assert [(one["id"], one["ended_at"]) for one in standing["joins"]] == [(second, None)]
    assert [(one["id"], one["ended_by"]) for one in ended["joins"]] == [(first, "shop-app")]
    assert ended["joins"][0]["ended_at"] >= ended["joins"][0]["joined_at"]
    assert (standing["next"], ended["next"]) == (None, None)


def test_ended_joins_come_in_pages(
    shop_app: Partner, ada: UUID, ben: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joins, "PAGE", 2)
    sent = {"other": shop_app.id_of(ben), "kind": "duplicate"}
    made = []
    for _ in range(3):
        made.insert(0, shop_app.post(path(shop_app, ada), sent).json()["id"])
        shop_app.send("DELETE", f"{path(shop_app, ada)}/{made[0]}")

    first = shop_app.get(path(shop_app, ada) + "?ended=true").json()
    last = shop_app.get(f"{path(shop_app, ada)}?ended=true&page={first['next']}").json()

    assert [one["id"] for one in first["joins"] + last["joins"]] == made
    assert (first["next"], last["next"]) == (2, None)


@pytest.mark.parametrize("page", ["0", "none", "99999999", "-1"])
def test_a_page_that_cannot_be_is_refused(shop_app: Partner, ada: UUID, page: str) -> None:
    answer = shop_app.get(f"{path(shop_app, ada)}?ended=true&page={page}")
    check_problem(answer, 400, answer.json()["code"])
    assert b'"/page"' in answer.content


def test_what_is_not_this_persons_join_is_not_ended(
    shop_app: Partner, ada: UUID, ben: UUID
) -> None:
    answer = shop_app.send("DELETE", f"{path(shop_app, ada)}/jn_{ben.hex}")
    check_problem(answer, 404, "JOIN_UNKNOWN")


def test_a_third_party_joins_nobody(northwind: Partner, ada: UUID, ben: UUID) -> None:
    sent = {"other": northwind.id_of(ben), "kind": "device"}
    check_problem(northwind.post(path(northwind, ada), sent), 403, "FIRST_PARTY_ONLY")
