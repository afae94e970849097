"""POST /v1/stop-links: who may have one, and that a repeated request gives the same one."""

from uuid import UUID

from django.test import Client

from consent.models import IdempotentAnswer, StopLink
from tests.partners import Partner, check_problem, with_scope

PATH = "/v1/stop-links"


def test_a_link_comes_with_its_headers(shop_app: Partner, ada: UUID) -> None:
    body = {"subject": shop_app.id_of(ada), "purpose": "email_marketing", "channel": "email"}
    answer = shop_app.post(PATH, body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["headers"]["List-Unsubscribe"] == f"<{made['url']}>"
    assert made["id"].startswith("stp_") and made["kind"] == "stop"
    page = Client().get(made["url"].split("8000")[-1].replace("http://testserver", ""))
    assert page.status_code == 200


def test_a_manage_link_has_no_mail_headers(shop_app: Partner, ada: UUID) -> None:
    made = shop_app.post(PATH, {"subject": shop_app.id_of(ada), "kind": "manage"}).json()
    assert made["headers"] is None and "/manage/" in made["url"]


def test_a_repeated_request_gives_the_same_link_and_keeps_no_secret(
    shop_app: Partner, ada: UUID
) -> None:
    body = {"subject": shop_app.id_of(ada)}
    first, second = (shop_app.post(PATH, body, Idempotency_Key="k1") for _ in range(2))
    assert first.json() == second.json() and StopLink.objects.count() == 1
    assert first.json()["url"].rsplit("/", 1)[1] not in str(IdempotentAnswer.objects.values())


def test_it_is_for_the_controllers_own_systems(northwind: Partner, ada: UUID) -> None:
    answer = northwind.post(PATH, {"subject": northwind.id_of(ada)})
    check_problem(answer, 403, "FIRST_PARTY_ONLY")


def test_what_cannot_be_linked_is_refused(shop_app: Partner, ada: UUID) -> None:
    person = shop_app.id_of(ada)
    check_problem(shop_app.post(PATH, {"subject": "ps_" + "a" * 26}), 404, "SUBJECT_UNKNOWN")
    for purpose in ("nothing", "service_delivery"):
        answer = shop_app.post(PATH, {"subject": person, "purpose": purpose})
        check_problem(answer, 422, "PURPOSE_UNKNOWN")
    check_problem(shop_app.post(PATH, {"subject": person, "kind": "x"}), 400, "INVALID_REQUEST")
    reader = with_scope(shop_app, "consent:read")
    check_problem(reader.post(PATH, {"subject": person}), 403, "SCOPE_MISSING")
