"""The threat model names tests; a test that is not there protects nobody."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "threat-model.md"
NAME = re.compile(r"`(test_[a-z0-9_]+)`")


def written() -> set[str]:
    """The names of all tests."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(NAME.findall(PAGE.read_text(encoding="utf-8")))
    assert len(named) > 50
    assert named - written() == set()


def test_every_threat_names_a_test() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    threats = [row for row in rows if not row.startswith("| who wants what")]
    assert len(threats) > 25
    assert [row for row in threats if not NAME.search(row)] == []
