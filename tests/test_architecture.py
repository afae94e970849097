"""The architecture can fail: each contract is broken on purpose here, and caught."""

import ast
import inspect
import os
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.module_loading import import_string

from config import grants, privacy
from config.launcher import locks
from config.launcher.options import PROJECT
from consent.tasks import PERMITTED

LAYERS = ("keys", "audit", "consent", "profiles", "personalization", "portal", "console", "config")
# A request (its steps ask as they run), a check of the log, a replay of past decisions.
HARMLESS = ({"request_id"}, {"run", "by"}, {"run"})
CLASSES = {"personal", "pseudonymous", "proof", "operational"}
LARGEST, LARGEST_MEDIAN = 25_000, 2_600


def modules() -> Iterator[Path]:
    """Our source files, migrations left out."""
    for app in LAYERS:
        for path in sorted((PROJECT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_the_list_of_packages_is_the_list_of_layers() -> None:
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")}

    assert packages == {*LAYERS, "tests"}


# Contracts


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source that a test may spoil and must put back."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(PROJECT / "pyproject.toml", folder)
    only_code = shutil.ignore_patterns("__pycache__", "templates", "static", "locale", "data")
    for app in LAYERS:
        shutil.copytree(PROJECT / app, folder / app, ignore=only_code)
    return folder


def test_all_contracts_are_kept(tree: Path) -> None:
    found = lint(tree)

    assert found.returncode == 0, found.stdout[-3000:]


VIOLATIONS = {
    "Apps depend downwards": [
        ("audit/bodies.py", "import consent.vocabulary"),
        ("consent/reasons/__init__.py", "import profiles.rights"),
        ("profiles/values.py", "import personalization.answers"),
        ("personalization/answers.py", "import portal.times"),
        ("portal/times.py", "import console.steps"),
        ("console/steps.py", "import config.grants"),
        ("keys/errors.py", "import audit.merkle"),
    ],
    "Inside keys": [("keys/envelope.py", "import keys.queries"), ("keys/helpers.py", "")],
    "Inside audit": [("audit/actions.py", "import audit.queries"), ("audit/utils.py", "")],
    "Inside consent": [("consent/models/__init__.py", "import consent.actions")],
    "Inside profiles": [("profiles/queries/__init__.py", "import profiles.actions")],
    "Inside personalization": [("personalization/scoring.py", "import personalization.models")],
    "No cycles": [
        ("portal/times.py", "import portal.cards"),
        ("keys/cache.py", "import keys.store"),
    ],
    "Rules know neither Django nor a database": [
        ("audit/merkle.py", "import django.utils.timezone"),
        ("profiles/rights.py", "import psycopg"),
        ("personalization/scoring.py", "import celery"),
    ],
    "The launcher knows neither Django nor the apps": [
        ("config/launcher/options.py", "import django.conf"),
        ("config/schedule.py", "import profiles.rights"),
    ],
    "Tables of audit": [("console/steps.py", "from audit.models import Leaf")],
    "Tables of consent": [("portal/times.py", "from consent import models")],
    "Tables of profiles": [("personalization/shelf.py", "import profiles.models")],
    "Tables of personalization": [("console/steps.py", "import personalization.models")],
    "Only keys opens the key store": [("profiles/boxes.py", "import keys.store")],
}


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [(contract, *case) for contract, cases in VIOLATIONS.items() for case in cases],
)
def test_a_violation_is_caught(tree: Path, contract: str, file: str, line: str) -> None:
    path = tree / file
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(f"{line}\n".encode() + (before or b""))
    try:
        found = lint(tree)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)

    assert found.returncode == 1
    assert f"{contract} BROKEN" in found.stdout


def test_every_contract_is_broken_by_some_case() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    names = {contract["name"] for contract in project["tool"]["importlinter"]["contracts"]}

    assert names == VIOLATIONS.keys()


# Files


def test_modules_stay_small() -> None:
    sizes = {name_of(path): path.stat().st_size for path in modules()}

    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
    assert statistics.median(size for size in sizes.values() if size > 200) <= LARGEST_MEDIAN


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "misc", "services", "signals"}

    assert [name_of(path) for path in modules() if path.stem in drawers] == []


def local_imports(source: str) -> list[int]:
    """Line numbers of imports inside functions."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inside = (ast.Import, ast.ImportFrom)
            lines += [part.lineno for part in ast.walk(node) if isinstance(part, inside)]
    return lines


def test_imports_stand_at_the_top() -> None:
    found = {name_of(path): local_imports(path.read_text()) for path in modules()}

    assert {name: lines for name, lines in found.items() if lines} == {}
    assert local_imports("def f():\n    import os\n") == [2]


def outside_the_standard_library(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or ".")
    return {name for name in names if name.split(".")[0] not in sys.stdlib_module_names}


def test_the_merkle_tree_needs_the_standard_library_alone() -> None:
    assert outside_the_standard_library((PROJECT / "audit" / "merkle.py").read_text()) == set()
    assert outside_the_standard_library("from django import db") == {"django"}


def test_no_signals() -> None:
    users = [name_of(path) for path in modules() if "django.dispatch" in path.read_text()]

    assert users == []


# Names in settings


@pytest.mark.parametrize("name", settings.PERSONAL_DATA_HOLDERS)
def test_each_holder_resolves_and_can_export_and_erase(name: str) -> None:
    holder = import_string(name)

    assert callable(holder.export)
    assert callable(holder.erase)
    assert isinstance(holder.name, str)


def test_no_holder_shares_its_name() -> None:
    names = [import_string(name).name for name in settings.PERSONAL_DATA_HOLDERS]

    assert len(set(names)) == len(names)


def test_each_consumer_of_changes_resolves_and_bears_its_name() -> None:
    for name, path in settings.CHANGE_CONSUMERS.items():
        assert import_string(path).name == name


def own_tasks() -> dict[str, Any]:
    """Every Celery task of our apps, by name."""
    current_app.loader.import_default_modules()
    owned = tuple(f"{name}." for name in (*grants.OWN_APPS, "config"))
    return {name: task for name, task in current_app.tasks.items() if name.startswith(owned)}


def test_queued_work_names_a_person_only_where_the_gate_is_asked_as_it_runs() -> None:
    """A task takes nothing, the id of a request (its steps ask), or a use to be asked for."""
    takes = {
        name: {
            parameter.name
            for parameter in inspect.signature(task.run).parameters.values()
            if parameter.kind is not parameter.VAR_KEYWORD
        }
        for name, task in own_tasks().items()
    }

    assert takes
    assert {
        name: names
        for name, names in takes.items()
        if names and names not in HARMLESS and name not in PERMITTED
    } == {}


# Privacy


def own_models() -> list[type]:
    return [
        model for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in grants.OWN_APPS
    ]  # fmt: skip


def classified(model: type) -> dict[str, str]:
    """Field -> class, for a model of ours or of a third party."""
    inner = model.__dict__.get("Privacy") or getattr(model, "Privacy", None)
    if inner is not None:
        return dict(inner.fields)
    return privacy.THIRD_PARTY.get(model._meta.label, {})


@pytest.mark.parametrize(
    "model",
    [pytest.param(m, id=m._meta.label) for m in apps.get_models(include_auto_created=True)],
)
def test_every_field_is_classified(model: type) -> None:
    fields = {field.name for field in model._meta.concrete_fields}
    found = classified(model)

    assert fields - found.keys() == set(), "unclassified fields"
    assert found.keys() - fields == set(), "classified, but no such field"
    assert set(found.values()) <= CLASSES


def test_the_list_of_third_party_models_names_no_ghosts() -> None:
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}

    assert privacy.THIRD_PARTY.keys() - labels == set()


def test_own_models_are_classified_beside_themselves() -> None:
    elsewhere = [m._meta.label for m in own_models() if m._meta.label in privacy.THIRD_PARTY]

    assert [label for label in elsewhere if not apps.get_model(label)._meta.auto_created] == []


# Privileges


def test_every_own_table_is_named_in_some_privileges_module() -> None:
    assert grants.undeclared(grants.declared()) == []


def test_everything_declared_exists(db: None) -> None:
    assert grants.complaints(connections["owner"]) == []


# Files that are made from others


def test_the_lock_files_are_up_to_date() -> None:
    assert locks.check() == 0


def test_the_translations_are_compiled_and_whole() -> None:
    call_command("translations", check=True)
