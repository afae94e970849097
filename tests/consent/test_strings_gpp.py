"""GPP strings and Sec-GPC: published vectors, what the reference writes, laws, broken strings."""

import json
import re
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings as settings_of_django
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consent.strings import gpc, gpp, tcf, tcf_canada, us
from consent.strings.errors import StringMalformed
from consent.strings.gpp import Gpp
from consent.strings.letters import ALPHABET
from consent.strings.tcf import TcString
from consent.strings.us import UsSection
from consent.strings.us.tables import LAYOUTS, SECTIONS
from consent.strings.usp import UsPrivacy
from tests.consent.judges.strings import model, random_sections, random_tc_string

FOLDER = Path(__file__).with_name("vectors")
PUBLISHED = {v["std"]: v for v in json.loads((FOLDER / "standards.json").read_text())}
RECORDED = json.loads((FOLDER / "consent_strings.json").read_text())["gpp"]
NOTHING_SAID = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"
SMALL = st.integers(0, 2**32).map(lambda seed: random_sections(Random(seed), most=90))
LAW = settings(deadline=None)


def tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}


def test_a_header_names_its_sections() -> None:
    vector = PUBLISHED["GPP"]
    sections = gpp.decode(vector["input"]).sections
    assert list(sections) == vector["output"]["sections"]
    assert sections[6] == UsPrivacy(notice="Y", opt_out_sale="N", lspa_covered="N")
    assert isinstance(sections[2], TcString)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (f"DBACNYA~{NOTHING_SAID}~1YNN", f"DBACNY~{NOTHING_SAID}~1YNN"),
        (f"DBABMA~{NOTHING_SAID}", f"DBABM~{NOTHING_SAID}"),
        ("DBABBgAA~BVWqqoCA.YAAA", "DBABBg~BVWqqoCA.YA"),
    ],
)
def test_both_paddings_are_read_alike(older: str, newer: str) -> None:
    assert gpp.decode(older) == gpp.decode(newer)


@pytest.mark.parametrize(("name", "section", "version"), [("usca", 8, 1), ("usnat v2", 7, 2)])
def test_a_state_section_is_written_as_the_reference_writes_it(
    name: str, section: int, version: int
) -> None:
    vector = PUBLISHED[f"GPP {name}"]
    fields = tuples(vector["input"])
    said = UsSection(section, version, fields, gpc=fields.pop("Gpc"))
    assert gpp.encode(Gpp({section: said})) == vector["output"]
    read = gpp.decode(vector["output"]).sections[section]
    assert isinstance(read, UsSection)
    assert read.gpc is True
    assert read.fields.items() >= said.fields.items()


@pytest.mark.parametrize("index", range(len(RECORDED)))
def test_both_ways_agree_with_the_reference(index: int) -> None:
    forms, text = RECORDED[index]["sections"], RECORDED[index]["text"]
    said = {int(section): model(section, form) for section, form in forms.items()}
    assert gpp.encode(Gpp(said)) == text
    assert gpp.decode(text).sections == said


def test_every_section_of_the_register_was_recorded_alone() -> None:
    alone = {
        (int(section), form["version"])
        for row in RECORDED
        for section, form in row["sections"].items()
        if len(row["sections"]) == 1 and section not in {"5", "6"}
    }
    assert alone == set(LAYOUTS)
    assert sorted(SECTIONS.values()) == list(range(7, 28))


@given(sections=SMALL, seed=st.integers(0, 2**32))
@LAW
def test_what_was_written_is_read_again(sections: dict[int, Any], seed: int) -> None:
    said = Gpp({2: random_tc_string(Random(seed), most=60), 40: "as.it-was_", **sections})
    assert gpp.decode(gpp.encode(said)) == said


@given(
    text=st.one_of(
        st.text(st.characters(max_codepoint=1200), max_size=40),
        st.text(ALPHABET + ".~-", max_size=80),
    )
)
@example(text="")
@example(text="~")
@example(text="DBAA~")
@settings(deadline=None, max_examples=120)
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_or_refuse(text)


@given(sections=SMALL, data=st.data())
@settings(deadline=None, max_examples=120)
def test_a_broken_string_is_read_or_refused(sections: dict[int, Any], data: st.DataObject) -> None:
    text = gpp.encode(Gpp(sections))
    at = data.draw(st.integers(0, len(text)))
    kept = data.draw(st.sampled_from([text[at + 1 :], text[at:], ""]))
    _read_or_refuse(text[:at] + data.draw(st.text(ALPHABET + ".~", max_size=3)) + kept)


def _read_or_refuse(text: str) -> None:
    try:
        said = gpp.decode(text)
    except StringMalformed as refused:
        assert refused.where
        return
    eu = said.sections.get(2)
    if isinstance(eu, TcString) and eu.disclosed_vendors is None:
        return
    written = gpp.encode(said)
    assert gpp.decode(written) == said
    assert gpp.encode(gpp.decode(written)) == written


def test_an_unknown_section_does_not_hide_the_others() -> None:
    text = gpp.encode(Gpp({8: UsSection(8, 1, {"SaleOptOut": 1}), 41: "BAAA.x"}))
    read = gpp.decode(text).sections
    assert read[41] == "BAAA.x"
    assert isinstance(read[8], UsSection)
    assert read[8].fields["SaleOptOut"] == 1


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "header"),
        ("CBAA", "header.type"),
        ("DCAA", "header.version"),
        ("DBAA~1YNN", "header.sections"),
        ("DBACNY~1YNN", "header.sections"),
        ("DBABTA~1YNX", "uspv1"),
        ("DBABBg~CVWqqoCA.YA", "section 8.version"),
        ("DBABBg~B_WqqoCA.YA", "section 8.SaleOptOutNotice"),
        ("DBABBg~BVWq", "section 8.SensitiveDataProcessing"),
        ("DBABBg~BVWqqoCA.YA.YA", "usca"),
        ("DBABBg~BVWqqoCA.gA", "usca.second.type"),
        ("DBABBg~", "section 8"),
        ("DBABzw", "header.sections"),
        ("D" * 70_000, "gpp"),
    ],
)
def test_a_malformed_string_says_where(text: str, where: str) -> None:
    with pytest.raises(StringMalformed) as refused:
        gpp.decode(text)
    assert refused.value.where == where


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (8, UsSection(8, 1, {"SaleOptOut": 3})),
        (8, UsSection(8, 1, {"MspaCoveredTransaction": 0})),
        (8, UsSection(8, 1, {"SharingNotice": 1})),
        (8, UsSection(8, 1, {"SensitiveDataProcessing": (0,) * 8})),
        (8, UsSection(8, 1, {"SensitiveDataProcessing": 1})),
        (8, UsSection(8, 2)),
        (7, UsSection(8, 1)),
        (9, UsSection(9, 1, gpc=True)),
        (8, UsSection(8, 1, extra={})),
        (6, UsPrivacy(notice="y")),
        (6, "1YNN"),
        (3, "DBAA"),
        (41, "a~b"),
    ],
)
def test_what_does_not_fit_is_not_written(section: int, said: Any) -> None:
    with pytest.raises(StringMalformed):
        gpp.encode(Gpp({section: said}))


def test_what_is_left_out_does_not_apply_and_no_agreement_covers_it() -> None:
    read = us.decode(8, us.encode(UsSection(8, 1)))
    assert read.fields.pop("MspaCoveredTransaction") == 2  # type: ignore[attr-defined]
    assert {each for value in read.fields.values() for each in _several(value)} == {0}


def _several(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def test_a_canadian_string_of_an_earlier_encoder_is_read() -> None:
    """Fixed ranges, as the reference wrote them before it took to Fibonacci ones."""
    text = _with_fixed_ranges()
    read = tcf_canada.decode(text)
    assert read.vendors_express == {3, 700}
    assert read.vendors_implied == frozenset()
    assert tcf_canada.decode(tcf_canada.encode(read)) == read


def _with_fixed_ranges() -> str:
    head = format(1, "06b") + format(17_000_000_000, "036b") * 2 + "0" * (12 + 12 + 6)
    head += format(4, "06b") + format(13, "06b") + "0" * (12 + 6 + 1 + 12 + 24 + 24)
    express = format(700, "016b") + "1" + format(2, "012b")
    express += "0" + format(3, "016b") + "0" + format(700, "016b")
    bits = head + express + "0" * 17 + "0" * 12
    bits += "0" * (-len(bits) % 24)
    return "".join(ALPHABET[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))


def test_a_few_letters_that_name_every_vendor_stay_few() -> None:
    everyone = (range(1, 65536),)
    day = date(2026, 11, 22)
    said = tcf_canada.TcfCanada(
        day, day, 31, 1, 160, 5, restrictions=tuple((n, 0, everyone) for n in range(1, 25))
    )
    text = tcf_canada.encode(said)
    assert len(text) < 500
    assert tcf_canada.decode(text) == said


def test_the_header_rule_of_the_signal() -> None:
    vector = PUBLISHED["GPC header"]
    assert [gpc.is_on([value]) for value in vector["input"]] == vector["output"]
    assert gpc.is_on(["0", "1"])
    assert not gpc.is_on([])
    assert not gpc.is_on(["", "11", "1;1", "１"])


def test_a_european_section_reads_as_its_own_string() -> None:
    said = random_tc_string(Random(5), most=60)
    section = gpp.decode(gpp.encode(Gpp({2: said}))).sections[2]
    assert section == tcf.decode(tcf.encode(said)) == said


def test_every_example_of_the_documentation_is_read() -> None:
    part = (
        (Path(settings_of_django.BASE_DIR) / "docs" / "strings.md")
        .read_text()
        .partition("## Examples")[2]
    )
    examples = re.findall(r"^\| `([A-Za-z0-9_.~-]{10,})` \|", part, re.MULTILINE)
    assert len(examples) == 4
    for text in examples:
        if text.startswith("D"):
            assert gpp.encode(gpp.decode(text)) == text
        else:
            assert tcf.encode(tcf.decode(text)) == text
