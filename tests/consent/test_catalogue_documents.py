"""The catalogue as one document: checked before it is loaded, the same when it comes out again."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zeal import zeal_context

from audit.models import Event
from consent.actions import cataloguing
from consent.actions.cataloguing import CatalogueRefused
from consent.catalogue_differences import differences, in_words
from consent.catalogue_faults import faults
from consent.models import CatalogueSnapshot, Purpose, RecipientGrant
from consent.queries import catalogue as catalogues
from consent.queries import catalogue_document
from tests.consent import brands

pytestmark = pytest.mark.django_db

Document = dict[str, Any]


def shipped() -> Document:
    return cataloguing.default_document()


def purpose_in(document: Document, code: str = "recommendations") -> Document:
    return next(found for found in document["purposes"] if found["code"] == code)


def bring_in(document: Document, **options: Any) -> list[Any]:
    with zeal_context():
        return cataloguing.bring_in(document=document, by="tests", at=timezone.now(), **options)


def test_the_shipped_document_comes_out_as_it_went_in(db: None) -> None:
    assert bring_in(shipped())
    assert catalogue_document.document() == shipped()


def test_importing_twice_changes_nothing_and_moves_no_version(db: None) -> None:
    bring_in(shipped())
    version, kept = catalogues.current_version(), CatalogueSnapshot.objects.count()
    assert bring_in(shipped()) == []
    assert catalogues.current_version() == version
    assert CatalogueSnapshot.objects.count() == kept


words = st.text("abc äї", min_size=1, max_size=12).filter(str.strip)
# Because what another question names would bundle the two.
labels = words.map(lambda word: f"x{word}x")
changes = st.fixed_dictionaries(
    {
        "retention_days": st.none() | st.integers(1, 4000),
        "position": st.integers(0, 30),
        "asked": st.booleans(),
        "label": st.fixed_dictionaries({"en": labels, "uk": labels}),
        "channels": st.lists(st.sampled_from(["email", "sms", "post"]), unique=True, max_size=2),
        "retired_at": st.none() | st.just("2030-01-01T00:00:00+00:00"),
    }
)
contracts = st.none() | st.fixed_dictionaries(
    {"reference": words, "from": st.just("2020-01-01T00:00:00+00:00")},
    optional={"until": st.just("2031-01-01T00:00:00+00:00")},
)


@settings(
    max_examples=6, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(changes, contracts, st.booleans(), st.integers(13, 18))
def test_any_document_comes_out_as_it_went_in(
    db: None, change: Document, contract: Document | None, second: bool, age: int
) -> None:
    document = brands.two_brands() if second else shipped()
    entry = purpose_in(document, "sale")
    entry |= {name: value for name, value in change.items() if value not in (None, [])}
    if change["asked"]:
        entry.pop("asked", None)
    if not change["position"]:
        entry.pop("position")
    if contract is not None:
        document["recipients"][0]["contract"] = contract
    if age > 16:
        document["jurisdictions"].append(
            {
                "code": "EU-DE", "effective_from": "2031-01-01T00:00:00+00:00", "like": "EU",
                "profile": {"consent_age": age},
            }
        )  # fmt: skip
    # Because one database serves all examples.
    with transaction.atomic():
        bring_in(document)
        out = catalogue_document.document()
        again = bring_in(deepcopy(out))
        transaction.set_rollback(True)
    assert differences(document, out) == []
    assert again == []


def test_a_dry_run_says_what_would_change_and_writes_nothing(catalogue: None) -> None:
    before, version = catalogue_document.document(), catalogues.current_version()
    document = shipped()
    purpose_in(document)["retention_days"] = 365
    found = bring_in(document, dry_run=True)
    assert [(one.path, one.old, one.new) for one in found] == [
        (("purposes", "recommendations", "retention_days"), 730, 365)
    ]
    assert catalogue_document.document() == before
    assert catalogues.current_version() == version


def put(path: str, value: object) -> Callable[[Document], None]:
    """Set the member at a JSON pointer."""

    def change(document: Document) -> None:
        *way, last = path.strip("/").split("/")
        here: Any = document
        for part in way:
            here = here[int(part)] if isinstance(here, list) else here[part]
        here[int(last) if isinstance(here, list) else last] = value

    return change


def pull(path: str) -> Callable[[Document], None]:
    """Take the member at a JSON pointer out."""

    def change(document: Document) -> None:
        *way, last = path.strip("/").split("/")
        here: Any = document
        for part in way:
            here = here[int(part)] if isinstance(here, list) else here[part]
        del here[last]

    return change


BASIS = {
    "jurisdiction": "EU", "basis": "consent", "effective_from": "2020-01-01T00:00:00+00:00",
}  # fmt: skip
WRONG = [
    (put("/format", "sayso-catalogue@9"), "/format"),
    (put("/extras", []), "/extras"),
    (pull("/recipients"), "/recipients"),
    (put("/attributes", {}), "/attributes"),
    (put("/attributes/0", "name"), "/attributes/0"),
    (put("/attributes/0/code", "Name"), "/attributes/0/code"),
    (put("/attributes/0/label", {"uk": "x"}), "/attributes/0/label"),
    (put("/attributes/0/provider", "a friend"), "/attributes/0/provider"),
    (put("/attributes/0/colour", "red"), "/attributes/0/colour"),
    (put("/attributes/1/code", "age_band"), "/attributes/1/code"),
    (put("/channels/0/default_level", 5), "/channels/0/default_level"),
    (put("/channels/0/electronic", "yes"), "/channels/0/electronic"),
    (put("/controllers/0/country", "Germany"), "/controllers/0/country"),
    (put("/purposes/0/controller", "nobody"), "/purposes/0/controller"),
    (put("/purposes/0/purpose_class", "growth"), "/purposes/0/purpose_class"),
    (put("/purposes/0/attributes", ["purchases", "shoe_size"]), "/purposes/0/attributes/1"),
    (put("/purposes/0/channels", ["pigeon"]), "/purposes/0/channels/0"),
    (put("/purposes/0/minimum_people", 1), "/purposes/0/minimum_people"),
    (put("/purposes/0/retired_at", "2026-11-22"), "/purposes/0/retired_at"),
    (put("/purposes/0/bases/0/basis", "karma"), "/purposes/0/bases/0/basis"),
    (put("/purposes/0/bases/0/conditions", ["luck"]), "/purposes/0/bases/0/conditions"),
    (put("/purposes/0/bases", [BASIS, BASIS]), "/purposes/0/bases/1/effective_from"),
    (put("/purposes/0/bases/0/effective_until", "2016-01-01T00:00:00+00:00"),
     "/purposes/0/bases/0/effective_until"),
    (put("/purposes/1/code", "recommendations"), "/purposes/1/code"),
    (put("/recipients/0/role", "friend"), "/recipients/0/role"),
    (put("/recipients/0/contract", {"reference": "AV"}), "/recipients/0/contract/from"),
    (put("/recipients/0/grants", [{"purpose": "growth"}]), "/recipients/0/grants/0/purpose"),
    (put("/features/0/purpose", "growth"), "/features/0/purpose"),
    (put("/features/0/purpose", "service_improvement"), "/features/0/purpose"),
    (put("/features/0/channel", "pigeon"), "/features/0/channel"),
    (put("/features/0/required", []), "/features/0/required"),
    (put("/jurisdictions/0/profile/consent_age", "old"), "/jurisdictions/0/profile/consent_age"),
    (put("/jurisdictions/0/profile/luck", True), "/jurisdictions/0/profile/luck"),
    (put("/jurisdictions/0/effective_from", "soon"), "/jurisdictions/0/effective_from"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "pointer"), WRONG, ids=[pointer for _, pointer in WRONG])
def test_a_wrong_document_is_refused_whole_with_its_place(
    db: None, change: Callable[[Document], None], pointer: str
) -> None:
    document = shipped()
    change(document)
    assert pointer in [fault.pointer for fault in faults(document)]
    with pytest.raises(CatalogueRefused) as refused:
        bring_in(document)
    assert pointer in [fault.pointer for fault in refused.value.faults]
    assert all(fault.says for fault in refused.value.faults)
    assert not Purpose.objects.exists()


@pytest.mark.parametrize("document", [None, [], "catalogue", 7])
def test_what_is_no_object_is_no_catalogue(document: object) -> None:
    assert [fault.pointer for fault in faults(document)] == [""]


def test_all_faults_are_named_at_once() -> None:
    document = shipped()
    put("/attributes/0/code", "Name")(document)
    put("/recipients/0/role", "friend")(document)
    assert [fault.pointer for fault in faults(document)] == [
        "/attributes/0/code", "/recipients/0/role",
    ]  # fmt: skip


def test_a_grant_that_a_document_drops_is_taken_back(catalogue: None) -> None:
    document = shipped()
    northwind = next(one for one in document["recipients"] if one["code"] == "northwind")
    northwind["grants"] = []
    bring_in(document)
    assert not RecipientGrant.objects.filter(recipient="northwind").exists()


def test_an_import_is_on_record(catalogue: None) -> None:
    before = Event.objects.filter(kind="catalogue.loaded").count()
    document = shipped()
    purpose_in(document)["retention_days"] = 365
    bring_in(document)
    assert Event.objects.filter(kind="catalogue.loaded").count() == before + 1
    assert CatalogueSnapshot.objects.get().by == "tests"


def test_a_difference_reads_like_a_sentence() -> None:
    old, new = shipped(), shipped()
    changed = purpose_in(new)
    changed["attributes"] = ["purchases", "age_band", "kids_count"]
    changed["retention_days"] = 365
    changed["bases"][0]["effective_until"] = "2027-01-01T00:00:00+00:00"
    changed["bases"].append(BASIS | {"jurisdiction": "*", "basis": "contract",
                                     "effective_from": "2027-01-01T00:00:00+00:00"})  # fmt: skip
    new["attributes"] = [one for one in new["attributes"] if one["code"] != "home_ownership"]
    place = changed["bases"][0]["effective_from"]
    assert list(in_words(differences(old, new))) == [
        "attributes",
        "  home_ownership: gone",
        "purposes",
        "  recommendations / attributes: - household_composition, + kids_count",
        "  recommendations / retention_days: 730 -> 365",
        f"  recommendations / bases / * from {place} / effective_until: nothing -> "
        "2027-01-01T00:00:00+00:00",
        "  recommendations / bases / * from 2027-01-01T00:00:00+00:00: added",
    ]
    assert differences(old, old) == []


# The command


def run(*words: str) -> tuple[int, str]:
    """The exit code and what was said."""
    out = io.StringIO()
    try:
        with zeal_context():
            call_command("catalogue", *words, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_command_exports_imports_and_compares(db: None, tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.json", tmp_path / "other.json"
    assert run("import")[1].endswith("Imported.\n")
    assert run("import")[1] == "The catalogue says this already.\n"
    assert run("export", str(mine)) == (0, "")
    assert json.loads(mine.read_text()) == shipped()
    assert run("export", "-")[1] == mine.read_text()
    assert run("diff", "live", str(mine)) == (0, "")
    document = shipped()
    purpose_in(document)["retention_days"] = 365
    other.write_text(json.dumps(document))
    code, said = run("diff", "live", str(other))
    assert (code, said) == (1, "purposes\n  recommendations / retention_days: 730 -> 365\n")
    code, said = run("diff", str(mine), str(other), "--json")
    path = "/purposes/recommendations/retention_days"
    assert (code, json.loads(said)) == (1, [{"path": path, "old": 730, "new": 365}])
    assert "Nothing was written." in run("import", str(other), "--dry-run")[1]
    assert run("diff", "live", str(mine))[0] == 0
    run("import", str(other), "--by", "olena")
    assert run("diff", "live", str(other))[0] == 0


def test_the_command_says_where_a_document_is_wrong(db: None, tmp_path: Path) -> None:
    document = shipped()
    put("/recipients/0/role", "friend")(document)
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(document))
    for words in (["import", str(wrong)], ["diff", str(wrong), "live"]):
        with pytest.raises(CommandError, match="/recipients/0/role: Use one of"):
            run(*words)
    with pytest.raises(CommandError, match="cannot be read"):
        run("import", str(tmp_path / "nowhere.json"))


def test_the_catalogue_of_a_past_day(db: None, tmp_path: Path) -> None:
    first = timezone.now()
    with time_machine.travel(first, tick=False):
        bring_in(shipped())
    later = shipped()
    purpose_in(later)["retention_days"] = 365
    with time_machine.travel(first + timedelta(days=2), tick=False):
        bring_in(later)
    then = (first + timedelta(days=1)).isoformat()
    assert json.loads(run("export", "-", "--at", then)[1]) == shipped()
    assert json.loads(run("export", "-")[1]) == later
    with pytest.raises(CommandError, match="Nothing had been imported"):
        run("export", "-", "--at", "2001-01-01T00:00:00+00:00")
