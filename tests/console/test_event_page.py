"""One entry: its bytes, its proof as steps, and what is shown while or where there is none."""

import json
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import actions
from audit.merkle import verify_inclusion
from tests.console.conftest import Browser


def an_entry() -> UUID:
    facts = {"purpose": "sale", "recipient": "northwind", "reason": "CONSENT_MISSING"}
    return actions.append(kind="decision.deny", at=timezone.now(), facts=facts)


def page_of(browser: Browser, entry: UUID) -> str:
    page = browser.get(reverse("console:event", args=[entry]))
    assert page.status_code == 200
    return page.content.decode()


def test_an_entry_shows_its_bytes_and_the_steps_to_the_signed_root(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    entry = an_entry()
    sequence()
    page = page_of(desk, entry)
    facts = desk.get(reverse("console:proof-json", args=[entry])).json()
    body = b64decode(facts["body"])
    assert body.decode() in page.replace("&quot;", '"')
    assert sha256(b"\x00" + body).hexdigest() in page
    assert b64decode(facts["root"]).hex() in page
    assert page.count("neighbour") == len(facts["proof"])
    assert "Equal to the signed root" in page
    assert verify_inclusion(
        facts["index"],
        facts["size"],
        b64decode(facts["leaf_hash"]),
        [b64decode(part) for part in facts["proof"]],
        b64decode(facts["root"]),
    )


def test_the_downloads_are_the_proof_file_and_the_bytes(
    desk: Browser, sequence: Callable[[], None]
) -> None:
    entry = an_entry()
    sequence()
    proof = desk.get(reverse("console:proof", args=[entry]))
    assert proof.content.startswith(b"c2sp.org/tlog-proof@v1\nindex ")
    assert f"{entry}.tlog-proof" in proof.headers["Content-Disposition"]
    body = desk.get(reverse("console:body", args=[entry]))
    assert json.loads(body.content)["id"] == str(entry)


@pytest.mark.django_db
def test_an_entry_without_a_place_says_that_it_waits(desk: Browser) -> None:
    entry = an_entry()
    page = page_of(desk, entry)
    assert "waiting for its place" in page
    assert desk.get(reverse("console:proof", args=[entry])).status_code == 404


def test_an_entry_that_was_changed_is_shown_as_not_fitting(
    desk: Browser, sequence: Callable[[], None], tamper: Callable[..., None]
) -> None:
    entry = an_entry()
    sequence()
    tamper(
        "UPDATE audit_event SET body = replace(convert_from(body, 'UTF8'), 'northwind',"
        " 'southwind')::bytea WHERE id = %s",
        entry,
    )
    page = page_of(desk, entry)
    assert "Not the signed root" in page
    assert "Equal to the signed root" not in page


def test_an_entry_that_was_removed_is_not_found_and_breaks_nothing(
    desk: Browser, sequence: Callable[[], None], tamper: Callable[..., None]
) -> None:
    entry = an_entry()
    sequence()
    tamper("DELETE FROM audit_event WHERE id = %s", entry)
    assert desk.get(reverse("console:event", args=[entry])).status_code == 404
    assert desk.get(reverse("console:audit")).status_code == 200


def test_bytes_that_are_none_of_ours_are_listed_as_damaged(
    desk: Browser, sequence: Callable[[], None], tamper: Callable[..., None]
) -> None:
    entry = an_entry()
    sequence()
    tamper("UPDATE audit_event SET body = '\\xff00' WHERE id = %s", entry)
    assert "The stored bytes of this entry are damaged." in page_of(desk, entry)
    assert "are damaged" in desk.get(reverse("console:audit")).content.decode()


@pytest.mark.django_db
def test_an_id_of_nothing_is_not_found(desk: Browser) -> None:
    assert desk.get(reverse("console:event", args=[uuid4()])).status_code == 404
