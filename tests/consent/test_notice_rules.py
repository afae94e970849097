"""Rules over the words that ask: hashes, differences, reading, fairness, what must be said."""

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.actions import cataloguing
from consent.notices import completeness, diffing, fairness, materiality, prominence, reading
from consent.notices.completeness import Document, Receiver
from consent.notices.diffing import ADDED, REMOVED, SAME, Piece
from consent.notices.materiality import Terms
from consent.notices.prominence import Component, Option
from consent.notices.wording import ROWS, Wording, joint_hash, wording_hash

texts = st.text(max_size=60)
ENGLISH = Wording(
    "en",
    "Suggest products",
    {
        "look_at": "What you bought here.",
        "so_that": "We can show products that fit.",
        "who_sees": "Only the shop and Northwind.",
        "how_long": "As long as you say Yes.",
        "if_yes": "The page starts with products close to what you buy.",
        "if_no": "You see what is popular with everyone.",
    },
)
UKRAINIAN = Wording(
    "uk",
    "Пропонувати товари",
    {
        "look_at": "Що ви тут купували.",
        "so_that": "Ми можемо показувати схожі товари.",
        "who_sees": "Тільки магазин і Northwind.",
        "how_long": "Поки ви кажете «Так».",
        "if_yes": "Сторінка починається зі схожих товарів.",
        "if_no": "Ви бачите те, що популярне серед усіх.",
    },
)
WHOLE = Document(
    purposes=("recommendations",),
    purpose_class="personalisation",
    wordings={"en": ENGLISH, "uk": UKRAINIAN},
    languages=("en", "uk"),
    controller="Journey Market",
    contact="privacy@journey-market.example",
    bases=frozenset({"consent", "legitimate_interest"}),
    attributes=frozenset({"purchases"}),
    receivers=(Receiver("Northwind"),),
    from_elsewhere=True,
    special=True,
    details={name: f"See /privacy#{name}" for name in completeness.DETAILS},
)
TERMS = Terms(
    purpose_class="personalisation",
    attributes=frozenset({"purchases"}),
    recipients=frozenset({"northwind"}),
    channels=frozenset({"shop_page"}),
    retention_days=730,
)


def reworded(wording: Wording, **rows: str) -> Wording:
    title = rows.pop("title", wording.title)
    return Wording(wording.language, title, {**wording.rows, **rows})


def codes(document: Document) -> set[str]:
    return {finding.code for finding in completeness.findings(document)}


@given(texts, texts)
def test_a_difference_applied_to_the_old_text_gives_the_new_one(old: str, new: str) -> None:
    pieces = diffing.diff(old, new)
    assert diffing.apply(old, pieces) == new
    assert all(piece.kind == SAME for piece in pieces) is (old == new)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == old


@given(texts, texts, texts)
def test_a_difference_belongs_to_its_old_text(old: str, new: str, other: str) -> None:
    if other == old:
        return
    with pytest.raises(ValueError, match="another text"):
        diffing.apply(other, diffing.diff(old, new))


def test_differences_are_told_in_words() -> None:
    assert diffing.diff("You get one e-mail.", "You get two e-mails.") == (
        Piece(SAME, "You get "),
        Piece(REMOVED, "one"),
        Piece(ADDED, "two"),
        Piece(SAME, " e-"),
        Piece(REMOVED, "mail"),
        Piece(ADDED, "mails"),
        Piece(SAME, "."),
    )


def test_a_phrase_that_changed_is_told_as_one() -> None:
    assert diffing.diff("Your visits are counted.", "We count nothing.") == (
        Piece(REMOVED, "Your visits are counted"),
        Piece(ADDED, "We count nothing"),
        Piece(SAME, "."),
    )


def test_versions_are_compared_row_by_row_in_each_language() -> None:
    new = {"en": reworded(ENGLISH, who_sees="Only the shop."), "pl": ENGLISH}
    changes = {one.language: one for one in diffing.compare(WHOLE.wordings, new)}
    assert {code: one.kind for code, one in changes.items()} == {
        "en": "changed", "pl": ADDED, "uk": REMOVED,
    }  # fmt: skip
    assert [row.row for row in changes["en"].changed_rows] == ["who_sees"]


@given(st.permutations(ROWS), texts)
def test_the_hash_is_that_of_the_words_and_of_nothing_else(order: list[str], text: str) -> None:
    shuffled = Wording("en", ENGLISH.title, {row: ENGLISH.rows[row] for row in order})
    assert wording_hash(shuffled) == wording_hash(ENGLISH)
    for row in ROWS:
        same = text == ENGLISH.rows[row]
        assert (wording_hash(reworded(ENGLISH, **{row: text})) == wording_hash(ENGLISH)) is same


def test_the_hash_is_sha256_over_canonical_json() -> None:
    wording = Wording("uk", "Ґ", {"b": "2", "a": "1"})
    canonical = '{"language":"uk","rows":{"a":"1","b":"2"},"title":"Ґ"}'
    assert wording_hash(wording) == hashlib.sha256(canonical.encode()).digest()
    assert joint_hash({"uk": b"u", "en": b"e"}) == hashlib.sha256(b"eu").digest()


@pytest.mark.parametrize(
    ("text", "language", "grade"),
    [
        ("The cat sat on the mat.", "en", 0.0),
        # 13 words, 21 syllables, one sentence, counted by hand.
        ("The people who purchased apples needed little help to understand the new pages.", "en",
         8.5),
        # 5 words, 14 vowels.
        ("Ми показуємо товари за покупками.", "uk", 10.4),
        ("", "en", 0.0),
        # 4 words, 2 of them of more than six letters: LIX 54.
        ("Einkäufe zeigen Gewohnheiten deutlich.", "de", 13.0),
    ],
)  # fmt: skip
def test_a_grade_is_counted_as_its_formula_says(text: str, language: str, grade: float) -> None:
    assert reading.grade(text, language) == grade


def test_the_shipped_notices_are_fair_and_readable() -> None:
    for purpose in cataloguing.default_document()["purposes"]:
        for notice in purpose["notices"]:
            for text in notice["texts"]:
                wording = Wording(**text)
                assert list(fairness.findings(wording)) == [], purpose["code"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"title": " "}, "TITLE_MISSING", "/title"),
        ({"title": "Never stop sending offers"}, "QUESTION_NEGATED", "/title"),
        ({"if_no": ""}, "ROW_MISSING", "/rows/if_no"),
        ({"look_at": "x " * 71}, "ROW_TOO_LONG", "/rows/look_at"),
        ({"so_that": "We can improve   your experience."}, "PHRASE_FORBIDDEN", "/rows/so_that"),
        ({"so_that": "We don’t miss you. Don’t miss us."}, "PHRASE_FORBIDDEN", "/rows/so_that"),
        ({"if_yes": "You get more!"}, "EXCLAMATION", "/rows/if_yes"),
        ({"if_yes": "You get more \N{PARTY POPPER}."}, "EMOJI", "/rows/if_yes"),
        ({"if_no": "Less."}, "ANSWERS_UNEVEN", "/rows/if_no"),
        (
            dict.fromkeys(ROWS, "Behavioural characteristics, transactional regularities."),
            "GRADE_TOO_HIGH",
            "/rows",
        ),
        (
            {"who_sees": "Affiliated organisations obtaining transactional particulars."},
            "ROW_TOO_HARD",
            "/rows/who_sees",
        ),
    ],
)
def test_words_that_push_or_hide_are_found(
    changes: dict[str, str], code: str, pointer: str
) -> None:
    found = {(one.code, one.pointer) for one in fairness.findings(reworded(ENGLISH, **changes))}
    assert (code, f"/texts/en{pointer}") in found


def test_one_hard_row_cannot_hide_among_short_ones() -> None:
    hard = "Affiliated organisations obtaining transactional particulars."
    hidden = reworded(ENGLISH, who_sees=hard)
    assert fairness.grade_of(hidden) <= reading.HIGHEST_GRADE
    assert [(one.code, one.pointer) for one in fairness.findings(hidden)] == [
        ("ROW_TOO_HARD", "/texts/en/rows/who_sees")
    ]


@given(st.lists(st.text("ab яї", min_size=1), min_size=1), st.sampled_from(["en", "uk", "de"]))
def test_a_short_row_is_never_harder_than_its_bare_words(words: list[str], language: str) -> None:
    text = " ".join(words)
    bare, row = reading.grade(text, language), fairness.grade_of_row(text, language)
    many = len(reading._WORD.findall(text)) >= reading.PASSAGE
    assert row == bare if many else row <= max(bare, 12.0)


def test_a_whole_document_may_be_published() -> None:
    assert completeness.findings(WHOLE) == ()


MANDATORY = {
    **{
        f"{language}: {row}": {
            "wordings": WHOLE.wordings | {language: reworded(wording, **{row: " "})}
        }
        for language, wording in WHOLE.wordings.items()
        for row in ("title", *ROWS)
    },
    **{
        name: {"details": {other: "x" for other in completeness.DETAILS if other != name}}
        for name in completeness.DETAILS
        if name not in {"retention", "logic"}
    },
    "retention": {"details": {name: "x" for name in completeness.DETAILS if name != "retention"}},
    "logic": {
        "purpose_class": "significant_decision",
        "details": {name: "x" for name in completeness.DETAILS if name != "logic"},
    },
    "controller": {"controller": ""},
    "contact": {"contact": ""},
    "bases": {"bases": frozenset()},
    "attributes": {"attributes": frozenset()},
    "a language": {"wordings": {"en": ENGLISH}},
    "all languages": {"wordings": {}, "dropped": {"en": "x", "uk": "x"}},
    "the reason of a dropped language": {"wordings": {"en": ENGLISH}, "dropped": {"uk": " "}},
    "a recipient's name": {"receivers": (Receiver("Southwind"),)},
    "a transfer": {"receivers": (Receiver("Northwind", transfer_missing=True),)},
    "an attested component": {"component": "glowing-yes"},
    "the one purpose": {"purposes": ()},
    "only one purpose": {"purposes": ("recommendations", "sale")},
}


@given(
    st.lists(st.sampled_from(sorted(MANDATORY)), min_size=1, max_size=4, unique=True),
    st.sampled_from(["personalisation", "sale", "direct_marketing"]),
    st.booleans(),
)
def test_nothing_that_lacks_a_mandatory_part_is_ever_publishable(
    missing: list[str], purpose_class: str, asked: bool
) -> None:
    lacking = dataclasses.replace(WHOLE, purpose_class=purpose_class)
    for name in missing:
        lacking = dataclasses.replace(lacking, **MANDATORY[name])  # type: ignore[arg-type]
    assert completeness.findings(lacking)


@pytest.mark.parametrize("missing", sorted(MANDATORY))
def test_each_mandatory_part_is_missed_alone(missing: str) -> None:
    lacking = dataclasses.replace(WHOLE, **MANDATORY[missing])  # type: ignore[arg-type]
    found = completeness.findings(lacking)
    assert found
    assert all(one.fix and one.pointer.startswith("/") for one in found)


def test_a_language_may_be_dropped_with_a_reason() -> None:
    dropped = dataclasses.replace(
        WHOLE, wordings={"en": ENGLISH}, dropped={"uk": "Sold in Ireland only."}
    )
    assert completeness.findings(dropped) == ()


def test_a_notice_that_names_another_use_is_a_bundle() -> None:
    both = reworded(ENGLISH, title="Suggest products and sell data to other companies")
    bundled = dataclasses.replace(
        WHOLE,
        wordings={"en": both, "uk": UKRAINIAN},
        other_uses={"en": ("Sell data to other companies",)},
    )
    assert codes(bundled) == {"PURPOSES_BUNDLED"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"attributes": frozenset({"purchases", "age_band"})}, "ATTRIBUTE_ADDED"),
        ({"recipients": frozenset({"northwind", "southwind"})}, "RECIPIENT_ADDED"),
        ({"channels": frozenset({"shop_page", "email"})}, "CHANNEL_ADDED"),
        ({"channels": frozenset()}, "CHANNEL_ADDED"),
        ({"purpose_class": "direct_marketing"}, "PURPOSE_CHANGED"),
        ({"retention_days": 731}, "RETENTION_LONGER"),
        ({"retention_days": None}, "RETENTION_LONGER"),
    ],
)
def test_asking_for_more_is_material_whatever_anybody_says(
    changes: dict[str, object], code: str
) -> None:
    new = dataclasses.replace(TERMS, **changes)  # type: ignore[arg-type]
    words = {"en": ENGLISH}
    found = materiality.suggest(old=TERMS, new=new, old_words=words, new_words=words)
    assert [must for must, _ in found.must] == [code]
    back = materiality.suggest(old=new, new=TERMS, old_words=words, new_words=words)
    assert code not in {must for must, _ in back.must} or code == "PURPOSE_CHANGED"
    assert Terms.from_json(new.as_json()) == new


def test_new_words_alone_are_for_an_officer_to_weigh() -> None:
    def suggested(**rows: str) -> tuple[bool, tuple[str, ...]]:
        found = materiality.suggest(
            old=TERMS,
            new=TERMS,
            old_words={"en": ENGLISH},
            new_words={"en": reworded(ENGLISH, **rows)},
        )
        assert found.must == ()
        return found.material, found.may

    assert suggested() == (False, ())
    assert suggested(if_yes="Products that fit come first.") == (False, ())
    assert suggested(look_at="Whatever you did here.") == (True, ("look_at",))


FAIR = Option("BUTTON", 200, 46, 7.1, "16px 600 #fff")


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 220}, {"height": 60}, {"contrast": 4.9}, {"look": "bold"}, {"element": "A"},
        {"height": 0}, {"width": float("nan")},
    ],
)  # fmt: skip
def test_an_answer_that_stands_out_is_unfair(changes: dict[str, object]) -> None:
    yes = dataclasses.replace(FAIR, **changes)  # type: ignore[arg-type]
    assert prominence.faults(Component({"no": FAIR, "yes": yes}, ("no", "yes")))


def test_two_equal_answers_are_fair_and_nothing_else_is() -> None:
    both = {"no": FAIR, "yes": FAIR}
    assert prominence.faults(Component(both, ("no", "yes"))) == ()
    assert prominence.faults(Component(both, ("yes", "no")))
    assert prominence.faults(Component(both, ("no", "yes"), preselected="yes"))
    assert prominence.faults(Component(both | {"later": FAIR}, ("no", "yes", "later")))
    assert prominence.faults(Component({"yes": FAIR}, ("yes",)))
    small, pale = dataclasses.replace(FAIR, height=20), dataclasses.replace(FAIR, contrast=2)
    assert prominence.faults(Component({"no": small, "yes": small}, ("no", "yes")))
    assert prominence.faults(Component({"no": pale, "yes": pale}, ("no", "yes")))
