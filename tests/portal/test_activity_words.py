"""A person reads what happened in words; no name of our own making stands in their list."""

import pytest

from portal.activity import said
from tests.console.test_sentences import WRITTEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.mark.parametrize("kind", [kind for kind in WRITTEN if not kind.startswith("decision.")])
def test_each_kind_of_entry_is_told_in_words(kind: str) -> None:
    words = {"purpose": "“Offers”"}
    known = said.SAID.get(kind)
    told = str(known) % words if known else said._plain(kind, {})
    assert kind not in told and "_" not in told and " " in told


def test_what_concerns_a_person_has_words_of_its_own() -> None:
    own = [kind for kind in WRITTEN if kind.split(".")[0] in {"consent", "identity", "account"}]
    without = {"account.created"}
    assert [kind for kind in own if kind not in said.SAID and kind not in without] == []
