"""One's own people from a file: what the mapping says, each fault named, nothing twice."""

import re
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

import pyarrow
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from pyarrow import parquet
from zeal import zeal_context

from audit import queries as log
from consent.actions.asking import ask
from consent.models import ConsentEvent, Subject
from consent.queries.identifiers import find_subject
from consent.questions import Mint, Question
from profiles import mapping
from profiles.models import Profile
from profiles.queries import vault
from profiles.queries.declared import declared_attributes
from tests.cast import catalogue, say

__all__ = ["catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

GUIDE = (Path(settings.BASE_DIR) / "docs" / "operators.md").read_text()
HEADER = "customer_no,full_name,email,country,born,newsletter,newsletter_since,age_group\n"


def printed(language: str) -> str:
    """The first example of a language in the guide."""
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    return found[1]


def run(folder: Path, table: str | Path, *options: str, mapping_: str = "") -> str:
    """What the command prints; the error it ends with as the last line."""
    file, words = folder / "people.csv", folder / "map.yaml"
    if isinstance(table, str):
        file.write_text(table)
    else:
        file = table
    words.write_text(mapping_ or printed("yaml"))
    out = StringIO()
    with zeal_context():
        try:
            call_command(
                "import_profiles", str(file), "--mapping", str(words), *options, stdout=out
            )
        except CommandError as error:
            return out.getvalue() + f"ERROR {error}"
    return out.getvalue()


def person(number: str) -> UUID | None:
    return find_subject(recipient="shop", first_party=True, identifier=f"ref:crm:{number}")


def values(subject_id: UUID | None) -> dict[str, object]:
    question = Question(subject_id, "rights_fulfilment", ("name", "email", "age_band"), "shop")
    ruling = ask(question=question, at=timezone.now(), mint=Mint.PARTIAL)
    assert subject_id is not None
    return vault.values(subject_id=subject_id, ruling=ruling)


def permitted(subject_id: UUID | None) -> bool:
    question = Question(subject_id, "email_marketing", ("email",), "shop", channel="email")
    with zeal_context():
        return ask(question=question, at=timezone.now()).permitted


def test_the_example_of_the_guide_works(tmp_path: Path) -> None:
    said = run(tmp_path, printed("csv"))
    assert "3 rows: 3 people were brought in" in said
    ada, ben, cleo = (person(number) for number in ("4711", "4712", "4713"))
    assert values(ada) == {"name": "Ada Lark", "email": "ada@lark.example", "age_band": "35-44"}
    assert values(cleo) == {"name": "Cleo Bay"}
    assert (permitted(ada), permitted(ben)) == (True, False)
    assert Subject.objects.get(pk=ada).jurisdictions == ["EU-DE"]
    assert Subject.objects.get(pk=cleo).birth_month == date(1996, 2, 1)
    said_by_ada = ConsentEvent.objects.get(subject_id=ada)
    assert said_by_ada.valid_from == datetime(2024, 5, 1, 9, tzinfo=UTC)
    assert not ConsentEvent.objects.filter(subject_id=cleo).exists()
    assert Profile.objects.filter(subject_id__in=[ada, ben, cleo]).count() == 3
    entries = log.events(filters=log.Filters(kind="attributes.written"))
    assert {entry.facts["source"] for entry in entries} == {"shop:crm-export"}


def test_parquet_says_the_same(tmp_path: Path) -> None:
    head, *rows = [line.split(",") for line in printed("csv").splitlines()]
    columns = {name: [row[at] or None for row in rows] for at, name in enumerate(head)}
    columns["born"] = [date.fromisoformat(str(born)) for born in columns["born"]]  # type: ignore[misc]
    file = tmp_path / "people.parquet"
    parquet.write_table(pyarrow.table(columns), file)
    assert "3 people were brought in" in run(tmp_path, file)
    assert Subject.objects.get(pk=person("4711")).birth_month == date(1980, 4, 1)


def test_a_dry_run_says_all_and_writes_nothing(tmp_path: Path, own_folders: Path) -> None:
    entries = len(log.events(limit=500))
    said = run(tmp_path, printed("csv") + "4714,,,FR,,,,\n", "--dry-run")
    assert "Row 4, column country: VALUE_UNKNOWN" in said
    assert "3 people would be brought in" in said
    assert person("4711") is None
    assert Subject.objects.count() == 0
    assert len(log.events(limit=500)) == entries


FAULTS = [
    (",X,,DE,,,,", "references", "REFERENCE"),
    ("47 11,X,,DE,,,,", "references", "REFERENCE"),
    ("1,X,,FR,,,,", "country", "VALUE_UNKNOWN"),
    ("1,X,,DE,14.03.1980,,,", "born", "INVALID_DATE"),
    ("1,X,,DE,2100-01-01,,,", "born", "INVALID_DATE"),
    (f"1,{'X' * 1001},,DE,,,,", "full_name", "TOO_LONG"),
    ("1,X,,DE,,maybe,2024-05-01,", "newsletter", "VALUE_UNKNOWN"),
    ("1,X,,DE,,yes,,", "newsletter_since", "INVALID_TIME"),
    ("1,X,,DE,,yes,soon,", "newsletter_since", "INVALID_TIME"),
    ("1,X,,DE,,yes,2100-01-01,", "newsletter", "INVALID_TIME"),
    ("1,X,,DE,,yes,2010-01-01,", "newsletter", "NOTICE_NOT_LIVE"),
]


@pytest.mark.parametrize(("row", "column", "code"), FAULTS)
def test_a_fault_is_named_without_its_value_and_refuses_its_row(
    tmp_path: Path, row: str, column: str, code: str
) -> None:
    said = run(tmp_path, f"{HEADER}{row}\n2,Good,good@x.example,DE,,,,\n")
    assert f"Row 1, column {column}: {code}: " in said
    assert not any(cell in said for cell in row.split(",") if len(cell) > 6)
    assert person("1") is None
    assert person("2") is not None
    assert "ERROR 1 rows were refused; the others went through." in said


def test_duplicates_are_reported_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    table = printed("csv") + "4711,Ada Twice,,DE,,,,\n4714,X,,DE,,,,,more\n"
    first = run(tmp_path, table)
    assert "Row 4: DUPLICATE_IN_FILE: is the same person as row 1." in first
    assert "Row 5: MALFORMED_ROW" in first
    again = run(tmp_path, printed("csv"))
    assert "Row 1: KNOWN" in again and "3 known before" in again
    assert values(person("4711"))["name"] == "Ada Lark"
    assert Subject.objects.count() == 3
    assert ConsentEvent.objects.count() == 2


def test_an_update_brings_new_values_and_lifts_no_no(tmp_path: Path) -> None:
    run(tmp_path, printed("csv"))
    ada = person("4711")
    assert ada is not None
    say(ada, "withdrawn", "email_marketing")
    later = timezone.now().isoformat()
    row = f"{HEADER}4711,Ada New,ada@new.example,DE,1980-03-14,yes,{later},C\n"
    said = run(tmp_path, row, "--update")
    assert "Row 1, column newsletter: NO_STANDS" in said
    assert "1 updated" in said
    assert values(ada)["name"] == "Ada New"
    assert not permitted(ada)


def test_nobody_erased_comes_back(tmp_path: Path) -> None:
    run(tmp_path, printed("csv"))
    ada = person("4711")
    assert ada is not None
    with zeal_context():
        Subject.objects.filter(pk=ada).update(
            status="erased", erased_at=timezone.now(), birth_month=None
        )
    said = run(tmp_path, printed("csv"), "--update")
    assert "Row 1, column references: SUBJECT_ERASED" in said


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("- a", "has the members"),
        ("a: {b", "is not YAML"),
        ("references: {}", "Name one column of references"),
        ("references: {crm: nr}\nattributes: {shoe_size: feet}", "No purpose covers"),
        ("references: {crm: nr}\nattributes: {purchases: all}", "No purpose covers"),
        ("references: {crm: {columns: nr}}", "names a column"),
        ("references: {crm: nr}\nconsents: [{purpose: sale, notice: ads@1}]", "sale@"),
        ("references: {crm: nr}\nbirth_date: {column: b, type: date}", "its type is one of"),
        ("references: {crm: nr}\nbirth_date: {column: b, values: {yes: x}}", "quotes"),
        ("references: {crm: nr}\nextra: 1", "has the members"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_to_change(text: str, wanted: str) -> None:
    with pytest.raises(mapping.MappingRefused, match=re.escape(wanted)):
        mapping.read(text, declared=declared_attributes())


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    assert "ERROR The file has no column age_group, born, country" in run(
        tmp_path, "customer_no,full_name\n1,X\n"
    )
    assert "ERROR The file cannot be read" in run(tmp_path, tmp_path / "none.csv")
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 no")
    assert "ERROR The file cannot be read" in run(tmp_path, broken)
    assert "first party" in run(tmp_path, printed("csv"), "--recipient", "northwind")
