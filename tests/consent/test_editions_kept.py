"""Whatever changes the catalogue keeps the edition it makes, so that any past can be decided."""

import ast
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone
from zeal import zeal_ignore

from config.launcher.options import PROJECT
from consent.actions import cataloguing, drafting
from consent.models import CatalogueEdition, Purpose, RecipientGrant
from consent.queries import catalogue as catalogues
from consent.queries import drafts, editions
from tests.consent.test_drafting import MAREK, NADIA, PURPOSE, draft, proposed, saved
from tests.test_architecture import LAYERS

pytestmark = pytest.mark.django_db
WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create",
          "update_or_create"}  # fmt: skip
# What others call, and what only these call inside of their own transaction.
ACTIONS = {
    "cataloguing": {"load", "bring_in"},
    "drafting": {"save", "propose", "reject", "approve", "publish_due"},
}
PARTS = {
    "bases": {"load"},
    "law": {"load"},
    "publishing": {"publish_notice", "write_words", "publish"},
}


@pytest.fixture(autouse=True)
def each_act_is_a_request_of_its_own() -> Iterator[None]:
    """Because an officer presses once; the pages are watched for queries in a loop."""
    with zeal_ignore():
        yield


def watched() -> set[str]:
    """The models whose tables move the version of the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'consent_catalogue_moved'"
        )
        tables = {name for (name,) in cursor.fetchall()}
    return {model.__name__ for model in apps.get_models() if model._meta.db_table in tables}


def writers(path: Path, models: set[str]) -> set[str]:
    """The public functions of a module that write a table of the catalogue, by whatever way."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if not any(_made(call, models) or _written(call, models) for call in calls):
        return set()
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found = {name for name, node in functions.items() if _writes(node, models)}
    while more := {
        name for name, node in functions.items() if name not in found and _names(node) & found
    }:
        found |= more
    return {name for name in found if not name.startswith("_")}


def _made(call: ast.Call, models: set[str]) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in models


def _written(call: ast.Call, models: set[str]) -> bool:
    method = isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
    return method and bool(_names(call.func) & models)


def _writes(function: ast.FunctionDef, models: set[str]) -> bool:
    """Also by a variable, which in such a module may hold a row of the catalogue."""
    return any(
        isinstance(node, ast.Call)
        and (
            _made(node, models)
            or _written(node, models)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in {"save", "delete"})
        )
        for node in ast.walk(function)
    )


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def test_every_action_that_writes_the_catalogue_is_known() -> None:
    models = watched()
    assert {"Controller", "Attribute", "Channel", "Purpose", "LegalBasis", "Notice", "Feature",
            "Recipient", "RecipientGrant", "JurisdictionEdition"} <= models  # fmt: skip
    modules = (path for name in LAYERS for path in (PROJECT / name / "actions").rglob("*.py"))
    found = {path.stem: names for path in modules if (names := writers(path, models))}
    assert found == ACTIONS | PARTS


def test_only_what_keeps_the_edition_calls_the_parts() -> None:
    for path in (path for name in LAYERS for path in (PROJECT / name).rglob("*.py")):
        if path.stem in ACTIONS | PARTS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                parts = {f"consent.actions.{name}" for name in PARTS}
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                assert not ({node.module} | names) & parts, path


def changed() -> dict[str, object]:
    document = cataloguing.default_document()
    document["purposes"][0]["retention_days"] = 365
    document["jurisdictions"].append(
        {
            "code": "EU-DE", "effective_from": "2031-01-01T00:00:00+00:00", "like": "EU",
            "profile": {"consent_age": 17},
        }
    )  # fmt: skip
    return document


def approve(at: datetime, *, later: bool = False) -> None:
    day = at + timedelta(days=2) if later else None
    drafting.approve(purpose=PURPOSE, seen=proposed(), by=NADIA, at=at, publish_at=day)


def publish_due(at: datetime) -> None:
    approve(at - timedelta(days=3), later=True)
    assert drafting.publish_due(at=at) == 1


def send_back_what_is_due(at: datetime) -> None:
    approve(at - timedelta(days=3), later=True)
    RecipientGrant.objects.create(
        recipient_id="northwind", purpose=Purpose.objects.get(name=PURPOSE)
    )
    assert drafting.publish_due(at=at) == 0


def propose(at: datetime) -> None:
    drafting.propose(purpose=PURPOSE, material=True, seen=saved(), by=MAREK, at=at)


def reject(at: datetime) -> None:
    proposed()
    drafting.reject(purpose=PURPOSE, reason="Too long.", by=NADIA, at=at)


WALKED: Mapping[tuple[str, str], Callable[[datetime], object]] = {
    ("cataloguing", "load"): lambda at: cataloguing.load(document=changed(), by=MAREK, at=at),
    ("cataloguing", "bring_in"): lambda at: cataloguing.bring_in(
        document=changed(), by=MAREK, at=at
    ),
    ("drafting", "save"): lambda at: drafting.save(
        purpose=PURPOSE, draft=draft(), seen="", by=MAREK, at=at
    ),
    ("drafting", "propose"): propose,
    ("drafting", "reject"): reject,
    ("drafting", "approve"): approve,
    ("drafting", "publish_due"): publish_due,
    ("drafting", "publish_due sends back"): send_back_what_is_due,
}


def test_every_action_is_walked() -> None:
    named = {(module, name) for module, names in ACTIONS.items() for name in names}
    assert {(module, name.split()[0]) for module, name in WALKED} == named


@pytest.mark.parametrize("walked", WALKED, ids=" ".join)
def test_the_edition_of_each_change_is_kept_from_its_time_on(
    catalogue: None, walked: tuple[str, str]
) -> None:
    before, at = catalogues.current_version(), timezone.now() + timedelta(days=4)
    WALKED[walked](at)
    version = catalogues.current_version()
    assert version > before
    assert CatalogueEdition.objects.get(pk=version).valid_from == at
    found = editions.as_of(at)
    assert found.exact
    assert found.catalogue == catalogues.load()


def test_a_notice_is_found_in_the_catalogue_of_its_own_day(catalogue: None) -> None:
    at = timezone.now() + timedelta(days=4)
    approve(at)
    purpose = drafts.purpose_named(PURPOSE)
    assert purpose is not None
    live = drafts.live(purpose)
    assert live is not None
    before = editions.as_of(at - timedelta(days=1)).catalogue.purposes[PURPOSE]
    after = editions.as_of(at).catalogue.purposes[PURPOSE]
    assert (before.live_notice, after.live_notice) == (2, live.version) == (2, 3)
