"""Every message of the sources is translated, its placeholders kept, its plural forms whole."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import gettext, ngettext

from config import translating

PLACEHOLDER = re.compile(r"%\(\w+\)(?:\.\d)?[sdf]")


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_nothing_is_untranslated_or_stale() -> None:
    call_command("translations", "--check", stdout=StringIO())


def test_a_new_message_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = list(translating.found_messages())
    new = translating.Found(id="A message nobody has translated", context=None, place="x.py")
    monkeypatch.setattr(translating, "found_messages", lambda: [*real, new])
    with pytest.raises(CommandError, match="not translated: 'A message nobody has translated'"):
        call_command("translations", "--check", stdout=StringIO())


def test_templates_and_python_are_both_read() -> None:
    ids = {found.id for found in translating.found_messages()}
    assert "Who used my data" in ids
    assert "Your sign-in code" in ids
    assert ("%(n)d thing", "%(n)d things") in ids


def test_translations_keep_the_placeholders() -> None:
    for language in translating.languages():
        for message in translating.kept(language):
            if not message.id:
                continue
            singular, plural = message.id if message.pluralizable else (message.id, message.id)
            forms = message.string if message.pluralizable else (message.string,)
            wanted = placeholders(plural)
            for form in forms:
                assert placeholders(form) in (wanted, placeholders(singular)), message.id


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 вид"),
        (2, "2 види"),
        (5, "5 видів"),
        (11, "11 видів"),
        (21, "21 вид"),
        (22, "22 види"),
    ],
)
def test_ukrainian_counts_in_its_own_forms(count: int, words: str) -> None:
    with translation.override("uk"):
        said = ngettext("%(n)d kind of your data", "%(n)d kinds of your data", count)
        assert (said % {"n": count}).startswith(words + " ")
        assert gettext("Overview") == "Огляд"
