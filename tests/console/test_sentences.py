"""Every kind of entry that the service can write has a sentence of its own."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from consent.models import ConsentEvent
from console.sentences import CONSENT_STATES, PAGES, PLAIN, SPECIAL, Names, sentence
from profiles import rights

APPS = ("audit", "consent", "profiles", "personalization", "portal", "console", "config")
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
FAMILIES = {kind.partition(".")[0] for kind in (*PLAIN, *SPECIAL)} | {"partner", "strings"}
WRITES = re.compile(r"from audit import (actions|bodies)|profiles\.actions(\.\w+)? import")
NAMES = Names({}, {}, {})


def literals() -> Iterator[str]:
    """The kinds in each module that writes; those that are put together are named below."""
    for app in APPS:
        for file in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            text = file.read_text()
            if WRITES.search(text):
                yield from _kinds(ast.parse(text))


def _kinds(tree: ast.AST) -> Iterator[str]:
    given = [
        word for word in ast.walk(tree) if isinstance(word, ast.keyword) and word.arg == "kind"
    ]
    constants = [node for word in given for node in ast.walk(word.value)]
    yield from (kind for kind in _texts(constants) if kind == "use" or KIND.fullmatch(kind))
    # Because a kind may go through a name or an argument, by its family it is known.
    for kind in _texts(ast.walk(tree)):
        family, _, name = kind.partition(".")
        if KIND.fullmatch(kind) and family in FAMILIES and name != "json":
            yield kind


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


WRITTEN = sorted(
    set(literals())
    | {f"consent.{state}" for state in ConsentEvent.State.values}
    | {f"request.{state}" for state in rights.STATES}
)


def test_the_kinds_are_found() -> None:
    assert {"use", "decision.batch", "decision.bulk", "replay.ran", "consents.read"} <= set(WRITTEN)
    assert {"notice.drafted", "identity.parted", "log.verifying", "request.taken"} <= set(WRITTEN)


@pytest.mark.parametrize("kind", WRITTEN)
def test_each_has_a_sentence_in_each_language(kind: str) -> None:
    facts = {"people": 3, "purpose": "sale", "attributes": ["age_band"], "right": "copy"}
    told = {}
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            told[language] = sentence(kind, facts, NAMES)
            assert not told[language].startswith(("Recorded", "Записано"))
    assert len(set(told.values())) == len(told)
    family, _, state = kind.partition(".")
    assert kind in SPECIAL or kind in PLAIN or (family == "consent" and state in CONSENT_STATES)


@pytest.mark.parametrize(("people", "words"), [(1, "of 1 person."), (1000, "1000 people at once")])
def test_a_question_about_many_says_about_how_many(people: int, words: str) -> None:
    facts = {"recipient": "shop", "purpose": "sale", "attributes": ["age_band"], "people": people}
    with translation.override("en"):
        assert words in sentence("decision.batch", facts, NAMES)


def test_each_page_that_officers_read_has_a_name_in_the_log() -> None:
    views = Path(settings.BASE_DIR, "console", "views").glob("*.py")
    read = r'(?:show\(\s*request,\s*|record_read\(\s*page=)"([a-z_]+)"'
    shown = {page for view in views for page in re.findall(read, view.read_text())}
    assert {"today", "stop_links", "part", "notice", "event", "partners"} <= shown
    assert shown - set(PAGES) == set()
