"""TC strings: published vectors, what two other implementations say, laws, broken strings."""

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import iab_tcf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consent.strings import tcf
from consent.strings.errors import StringMalformed
from consent.strings.fibonacci import fibonacci
from consent.strings.letters import ALPHABET
from consent.strings.reader import BitReader
from consent.strings.runs import spans
from consent.strings.tcf import PublisherTc, TcString
from consent.strings.tcf import model as tcf_model
from tests.consent.judges.strings import plain, random_tc_string, tc_string

FOLDER = Path(__file__).with_name("vectors")
PUBLISHED = json.loads((FOLDER / "standards.json").read_text())
RECORDED = json.loads((FOLDER / "consent_strings.json").read_text())["tcf"]
SPEC = "CQSbk4AQSbk4ANwAAAENAwCgAAAAAAAAAAYgACPAAAAA.IDKQA4AAgAKAGQAygAAA.YAAAAAAAAAAA"
CORE, DISCLOSED, PUBLISHER = SPEC.split(".")
LAW = settings(deadline=None)
SMALL = st.integers(0, 2**32).map(lambda seed: random_tc_string(Random(seed), most=90))


def published(name: str) -> dict[str, Any]:
    return next(vector for vector in PUBLISHED if vector["std"] == name)


def test_the_string_of_the_specification_says_what_it_says() -> None:
    vector = published("TCF 2.3 decode")
    said, expected = tcf.decode(vector["input"]), vector["output"]
    assert {
        "version": tcf_model.VERSION,
        "cmpId": said.cmp_id,
        "lang": said.language,
        "vendorListVersion": said.vendor_list_version,
        "policy": said.policy_version,
        "cc": said.country,
        "created": said.created.isoformat(),
        "vendorsDisclosed": sorted(said.disclosed_vendors or ()),
        "vendorConsents": sorted(said.vendor_consents),
    } == expected
    assert tcf.encode(said) == vector["input"]


def test_a_string_is_written_as_the_reference_writes_it() -> None:
    vector = published("TCF 2.3 encode")
    asked, day = vector["input"], date.fromisoformat(vector["input"]["created"])
    said = TcString(
        created=day,
        last_updated=day,
        cmp_id=asked["cmpId"],
        cmp_version=asked["cmpVersion"],
        consent_screen=asked["consentScreen"],
        language=asked["lang"],
        vendor_list_version=asked["vendorListVersion"],
        policy_version=asked["policy"],
        country=asked["cc"],
        special_features=frozenset(asked["specialFeatures"]),
        purpose_consents=frozenset(asked["purposeConsents"]),
        purpose_interests=frozenset(asked["purposeLI"]),
        vendor_consents=frozenset(asked["vendorConsents"]),
        vendor_interests=frozenset(asked["vendorLI"]),
        disclosed_vendors=frozenset(asked["vendorsDisclosed"]),
        publisher=PublisherTc(),
    )
    assert tcf.encode(said) == vector["output"]
    # What the older package wrote lacks the disclosed vendors: readable, not writable.
    older = tcf.decode(vector["bad_output_of_old_package"])
    assert older == replace(said, disclosed_vendors=None)
    with pytest.raises(StringMalformed, match="disclosed_vendors"):
        tcf.encode(older)


@pytest.mark.parametrize("index", range(len(RECORDED)))
def test_both_ways_agree_with_the_reference(index: int) -> None:
    said, text = tc_string(RECORDED[index]["said"]), RECORDED[index]["text"]
    assert tcf.encode(said) == text
    assert tcf.decode(text) == said


@given(seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=50)
def test_an_independent_decoder_reads_what_we_write(seed: int) -> None:
    said = random_tc_string(Random(seed), most=90)
    # Because that decoder knows no third kind of segment and wants all in one scope.
    said = replace(said, allowed_vendors=None, service_specific=True, restrictions=())
    read = iab_tcf.decode(tcf.encode(said))
    allowed = {each for each in range(1, 100) if read.is_vendor_allowed(each)}
    assert allowed == said.vendor_consents
    assert _on(read.purposes_consent) == said.purpose_consents
    assert _on(read.purposes_legitimate_interests) == said.purpose_interests
    assert _on(read.special_features_optin) == said.special_features
    assert (read.cmp_id, read.tcf_policy_version) == (said.cmp_id, said.policy_version)
    assert read.created.date() == said.created


def _on(marks: dict[int, bool]) -> frozenset[int]:
    return frozenset(number for number, on in marks.items() if on)


@given(said=SMALL)
@LAW
def test_what_was_written_is_read_again(said: TcString) -> None:
    assert tcf.decode(tcf.encode(said)) == said
    assert tc_string(json.loads(json.dumps(plain(said)))) == said


@given(
    text=st.one_of(
        st.text(st.characters(max_codepoint=1200), max_size=60),
        st.text(ALPHABET + ".", max_size=120),
    )
)
@example(text="")
@example(text=".")
@example(text=SPEC + ".")
@settings(deadline=None, max_examples=120)
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_or_refuse(text)


@given(said=SMALL, data=st.data())
@settings(deadline=None, max_examples=120)
def test_a_broken_string_is_read_or_refused(said: TcString, data: st.DataObject) -> None:
    text = tcf.encode(said)
    at = data.draw(st.integers(0, len(text)))
    kept = data.draw(st.sampled_from([text[at + 1 :], text[at:], ""]))
    _read_or_refuse(text[:at] + data.draw(st.text(ALPHABET + ".~=", max_size=3)) + kept)


def _read_or_refuse(text: str) -> None:
    try:
        said = tcf.decode(text)
    except StringMalformed as refused:
        assert refused.where
        assert refused.what
        return
    said = replace(said, disclosed_vendors=said.disclosed_vendors or frozenset())
    written = tcf.encode(said)
    assert tcf.decode(written) == said
    assert tcf.encode(tcf.decode(written)) == written


def test_segments_after_the_core_come_in_any_order() -> None:
    assert tcf.decode(f"{CORE}.{PUBLISHER}.{DISCLOSED}") == tcf.decode(SPEC)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "core"),
        ("B" + CORE[1:], "core.version"),
        (CORE[:30], "core.purpose_interests"),
        (CORE.replace("E", "+"), "core"),
        (CORE + "AAAAA", "core.end"),
        (CORE[:-1] + "B", "core.end"),
        (f"{CORE}.{DISCLOSED}.{DISCLOSED}", "disclosed_vendors"),
        (f"{CORE}.", "segment"),
        (f"{DISCLOSED}.{CORE}", "core.version"),
        (f"{CORE}.{CORE}", "segment.type"),
        (f"{CORE}.{PUBLISHER[:6]}", "segment.publisher.interests"),
        ("A" * 70_000, "core"),
        ("С" + CORE[1:], "core"),
    ],
)
def test_a_malformed_string_says_where(text: str, where: str) -> None:
    with pytest.raises(StringMalformed) as refused:
        tcf.decode(text)
    assert refused.value.where == where


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"cmp_id": 4096}, "core.cmp_id"),
        ({"cmp_id": -1}, "core.cmp_id"),
        ({"language": "en"}, "core.language"),
        ({"country": "DEU"}, "core.country"),
        ({"purpose_consents": frozenset({25})}, "core.purpose_consents"),
        ({"vendor_consents": frozenset({0, 3})}, "core.vendor_consents"),
        ({"vendor_consents": frozenset({65536})}, "core.vendor_consents"),
        ({"restrictions": ((25, 0, (range(1, 3),)),)}, "core.restrictions"),
        ({"restrictions": ((2, 3, (range(1, 3),)),)}, "core.restrictions"),
        ({"created": date(1969, 1, 1)}, "core.created"),
        ({"publisher": PublisherTc(custom_count=64)}, "segment.publisher.custom_count"),
    ],
)
def test_what_does_not_fit_is_not_written(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(StringMalformed) as refused:
        tcf.encode(replace(tcf.decode(SPEC), **changes))
    assert refused.value.where == where


def test_a_restriction_covers_the_vendors_it_names() -> None:
    said = replace(tcf.decode(SPEC), restrictions=((2, tcf_model.NOT_ALLOWED, (range(4, 9),)),))
    again = tcf.decode(tcf.encode(said))
    assert again.restricted(2, tcf_model.NOT_ALLOWED, 8)
    assert not again.restricted(2, tcf_model.NOT_ALLOWED, 9)
    assert not again.restricted(2, tcf_model.NEED_CONSENT, 8)
    assert not again.restricted(3, tcf_model.NOT_ALLOWED, 8)


@pytest.mark.parametrize("most", [0, 1, 44, 45, 46, 61, 65535])
def test_the_largest_sets_there_can_be_are_written_and_read(most: int) -> None:
    for step in (1, 2, 16):
        ids = frozenset(range(1, most + 1, step))
        said = replace(tcf.decode(SPEC), vendor_consents=ids, disclosed_vendors=ids)
        assert tcf.decode(tcf.encode(said)) == said


@given(ids=st.frozensets(st.integers(1, 300)))
@LAW
def test_runs_hold_the_same_ids_without_touching(ids: frozenset[int]) -> None:
    runs = spans(ids)
    assert frozenset(each for run in runs for each in run) == ids
    assert all(a.stop < b.start for a, b in pairwise(runs))


@pytest.mark.parametrize(
    ("value", "bits"),
    [(1, "11"), (2, "011"), (3, "0011"), (4, "1011"), (7, "01011"), (12, "101011")],
)
def test_fibonacci_numbers_of_the_specification(value: int, bits: str) -> None:
    assert fibonacci(value) == bits


@given(value=st.integers(1, 65535))
@LAW
def test_fibonacci_numbers_are_read_again(value: int) -> None:
    bits = fibonacci(value)
    padded = bits + "0" * (-len(bits) % 6)
    letters = "".join(ALPHABET[int(padded[at : at + 6], 2)] for at in range(0, len(padded), 6))
    reader = BitReader(letters, where="test")
    assert reader.fibonacci("value") == value
    reader.finish()
