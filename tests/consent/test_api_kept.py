"""POST /v1/log/checks: receipts as they were handed out, kept, and sent back."""

import json
from base64 import b64decode
from collections.abc import Callable
from uuid import UUID

import pytest
from django.http import HttpResponse

from audit import publishing
from audit.checkpoints import Checkpoint, open_checkpoint
from audit.kept import LONGEST
from audit.merkle import verify_consistency
from tests.audit.conftest import drain, published_in, sequencer, tamper, write
from tests.cast import ada, given
from tests.consent.test_api_receipts import latest, receipt
from tests.partners import (
    Partner,
    check_problem,
    northwind,
    nothing_remembered,
    shop_app,
    with_scope,
)

__all__ = ["ada", "drain", "northwind", "nothing_remembered", "published_in", "sequencer",
           "shop_app", "tamper"]  # fmt: skip
pytestmark = pytest.mark.django_db
CHECKS = "/v1/log/checks"


def check(partner: Partner, kept: str) -> dict[str, object]:
    answer = partner.post(CHECKS, {"kept": kept})
    assert answer.status_code == 200, answer.content
    found: dict[str, object] = answer.json()
    return found


def text_of(answer: HttpResponse) -> str:
    return str(answer.content.decode())


def test_every_receipt_that_carries_its_proof_is_consistent_later(
    drain: Callable[[], None], shop_app: Partner, northwind: Partner, ada: UUID
) -> None:
    given(ada, "targeted_ads")
    drain()
    event = latest(ada).pk
    kept = [
        text_of(receipt(partner, event, form))
        for partner in (shop_app, northwind)
        for form in ("jwt", "json", "jsonld", "kantara", "record", "text")
    ]
    write(300)
    drain()

    for text in kept:
        found = check(shop_app, text)
        assert found["verdict"] == "consistent", text
        older, newer = found["kept"], found["head"]
        assert isinstance(older, dict) and isinstance(newer, dict)
        head = open_checkpoint(newer["checkpoint"], publishing.verifier_key())
        proof = [b64decode(part) for part in found["consistency"]]  # type: ignore[attr-defined]
        assert older["size"] < newer["size"] == head.size
        root = b64decode(older["root"])
        assert verify_consistency(older["size"], head.size, root, head.root, proof)


def test_a_third_partys_receipt_holds_no_bytes_of_the_entry(
    drain: Callable[[], None], shop_app: Partner, northwind: Partner, ada: UUID
) -> None:
    given(ada, "targeted_ads")
    drain()
    event = latest(ada).pk

    assert "body" in receipt(shop_app, event, "record").json()["log"]
    assert "body" not in receipt(northwind, event, "record").json()["log"]
    assert "terms:body" not in receipt(northwind, event, "json").json()["terms:log"]


def test_a_forged_and_a_changed_receipt_are_not_ours(
    drain: Callable[[], None], shop_app: Partner, ada: UUID
) -> None:
    drain()
    token = text_of(receipt(shop_app, latest(ada).pk, "jwt"))
    header, payload, signature = token.split(".")

    assert check(shop_app, token)["verdict"] == "consistent"
    for forged in (
        f"{header}.{payload[:-9]}AAAA{payload[-5:]}.{signature}",
        f"{header}.{payload}.{signature[:-6]}AAAAAA",
        f"eyJhbGciOiJub25lIn0.{payload}.AA",
        "a.b.c",
    ):
        found = check(shop_app, forged)
        assert found == {"verdict": "not_ours", "kept": None, "head": None, "consistency": []}


def test_a_receipt_from_before_its_seal_is_unproven(shop_app: Partner, ada: UUID) -> None:
    token = text_of(receipt(shop_app, latest(ada).pk, "jwt"))

    assert check(shop_app, token)["verdict"] == "unproven"


def test_a_contradiction_is_said_plainly(
    drain: Callable[[], None], shop_app: Partner, ada: UUID
) -> None:
    drain()
    note = publishing.signer().sign(Checkpoint(publishing.origin(), 2, bytes(32)).text())

    found = check(shop_app, note)

    assert found["verdict"] == "contradicts" and found["consistency"] == []


@pytest.mark.parametrize(
    "kept", ["", "hello", "{}", 7, None, "x" * (LONGEST + 1), json.dumps({"log": {}})]
)
def test_what_cannot_be_checked_is_a_problem_that_says_so(shop_app: Partner, kept: object) -> None:
    members = check_problem(shop_app.post(CHECKS, {"kept": kept}), 400, "INVALID_REQUEST")

    assert members["errors"][0]["pointer"] == "/kept"


def test_it_needs_a_token_that_may_read_the_log(shop_app: Partner) -> None:
    check_problem(with_scope(shop_app, "decide").post(CHECKS, {"kept": "x"}), 403, "SCOPE_MISSING")


def test_a_damaged_log_says_that_it_cannot_compare(
    drain: Callable[[], None], shop_app: Partner, ada: UUID, tamper: Callable[..., None]
) -> None:
    drain()
    kept = text_of(shop_app.get("/v1/log/checkpoint"))
    write(9)
    drain()
    tamper("DELETE FROM audit_tile")

    check_problem(shop_app.post(CHECKS, {"kept": kept}), 503, "SERVICE_UNAVAILABLE")
