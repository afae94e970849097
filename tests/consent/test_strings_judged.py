"""Hundreds of random strings against the IAB's own packages, which npm brings: both ways."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from consent.strings import gpp, tcf
from consent.strings.gpp import Gpp
from tests.consent.judges import strings
from tests.consent.judges.strings import plain

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
MANY = 400


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return strings.install(tmp_path_factory.mktemp("judge"))
    except strings.JudgeUnavailable as reason:
        pytest.skip(str(reason))


def test_tc_strings_agree_both_ways(judge: Path) -> None:
    dice = Random(Path(__file__).stat().st_mtime_ns)
    said = [strings.random_tc_string(dice) for _ in range(MANY)]
    ours = [tcf.encode(each) for each in said]
    assert strings.ask(judge, [("tcf.encode", plain(each)) for each in said]) == ours
    read = strings.ask(judge, [("tcf.decode", text) for text in ours])
    assert read == [_as_read(plain(each)) for each in said]


def _as_read(form: dict[str, Any]) -> dict[str, Any]:
    restrictions = [
        [purpose, kind, [each for first, last in runs for each in range(first, last + 1)]]
        for purpose, kind, runs in form["restrictions"]
    ]
    return form | {
        "restrictions": restrictions,
        "allowed_vendors": form["allowed_vendors"] or [],
    }


def test_gpp_strings_agree_both_ways(judge: Path) -> None:
    dice = Random(Path(__file__).stat().st_mtime_ns)
    said = [strings.random_sections(dice) for _ in range(MANY)]
    ours = [gpp.encode(Gpp(each)) for each in said]
    assert strings.ask(judge, [("gpp.encode", plain(each)) for each in said]) == ours
    for sections, read in zip(
        said, strings.ask(judge, [("gpp.decode", t) for t in ours]), strict=True
    ):
        assert _differing(plain(sections), read) == []


def _differing(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    assert ours.keys() == theirs.keys()
    return [
        f"{section}.{name}: {value} is read as {theirs[section].get(_name(name))}"
        for section, form in ours.items()
        for name, value in _flat(section, form).items()
        if theirs[section].get(_name(name)) != value
    ]


def _flat(section: str, form: dict[str, Any]) -> dict[str, Any]:
    if section == "5":
        return {n: v for n, v in form.items() if n not in {"restrictions", "publisher"}}
    if section == "6":
        return form
    fields = form["fields"] | (form["extra"] or {})
    return fields if form["gpc"] is None else fields | {"Gpc": form["gpc"]}


def _name(name: str) -> str:
    return {"notice": "Notice", "opt_out_sale": "OptOutSale", "lspa_covered": "LspaCovered"}.get(
        name, name
    )


def test_the_european_section_agrees_both_ways(judge: Path) -> None:
    dice = Random(Path(__file__).stat().st_mtime_ns)
    said = [strings.random_tc_string(dice) for _ in range(MANY // 4)]
    tasks = [("gpp.encode", {"2": plain(each)}) for each in said]
    for each, text in zip(said, strings.ask(judge, tasks), strict=True):
        read = gpp.decode(text).sections[2]
        assert isinstance(read, tcf.TcString)
        # Because that encoder drops interests which the policy no longer knows.
        assert read.purpose_interests == each.purpose_interests - {1, 3, 4, 5, 6}
        assert read.vendor_consents == each.vendor_consents
        assert read.vendor_interests == each.vendor_interests
        assert read.purpose_consents == each.purpose_consents
        assert read.disclosed_vendors == each.disclosed_vendors
        assert (read.cmp_id, read.language) == (each.cmp_id, each.language)
    ours = [gpp.encode(Gpp({2: each})) for each in said]
    for each, sections in zip(
        said, strings.ask(judge, [("gpp.decode", t) for t in ours]), strict=True
    ):
        form, read = plain(each), sections["2"]
        names = form.keys() & read.keys()
        assert len(names) > 15
        assert {name: read[name] for name in names} == {name: form[name] for name in names}
