"""Receipts as files to keep: every form, for nobody but the person."""

import json
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from consent.models import ConsentEvent
from tests.consent.test_documents import SCHEMA
from tests.portal.conftest import Browser

FORMS = ("page", "text", "iso27560", "kantara", "signed")


@pytest.fixture
def event(ada: UUID) -> UUID:
    """Ada's Yes."""
    return ConsentEvent.objects.get(subject=ada).pk


def test_the_page_of_a_receipt_offers_every_form(at_ada: Browser, event: UUID) -> None:
    page = at_ada.get(f"/receipts/{event}").content.decode()

    for form in FORMS:
        assert f'href="/receipts/{event}/{form}"' in page
    assert 'href="/.well-known/jwks.json"' in page


@pytest.mark.parametrize("form", FORMS)
def test_each_form_comes_as_a_file(at_ada: Browser, event: UUID, ada: UUID, form: str) -> None:
    answer = at_ada.get(f"/receipts/{event}/{form}")

    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="R-')
    assert ada.hex not in answer.content.decode().replace("-", "")


def test_the_files_are_what_they_say(at_ada: Browser, event: UUID) -> None:
    kantara = json.loads(at_ada.get(f"/receipts/{event}/kantara").content)
    iso = json.loads(at_ada.get(f"/receipts/{event}/iso27560").content)
    page = at_ada.get(f"/receipts/{event}/page").content.decode()
    text = at_ada.get(f"/receipts/{event}/text", headers={"Accept-Language": "uk"}).content

    Draft202012Validator(SCHEMA).validate(kantara)
    assert iso["@type"] == "dpv:ConsentReceipt"
    assert kantara["piiPrincipalId"] in page and "Journey Market" in page
    assert text.decode().startswith("Квитанція")
    assert at_ada.get(f"/receipts/{event}/signed").content.count(b".") == 2


@pytest.mark.parametrize("form", FORMS)
def test_nobody_else_gets_one(at_ben: Browser, nobody: Browser, event: UUID, form: str) -> None:
    assert at_ben.get(f"/receipts/{event}/{form}").status_code == 404
    assert nobody.get(f"/receipts/{event}/{form}").status_code == 302


def test_a_form_that_is_none_does_not_exist(at_ada: Browser, event: UUID) -> None:
    assert at_ada.get(f"/receipts/{event}/pdf").status_code == 404
