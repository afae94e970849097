"""Words that push: what the words of a notice may not say, and how the two answers compare.

The phrases are those of the deceptive-design checklist (EDPB Guidelines 03/2022: emotional
steering, ambiguous wording; 11 CCR 7004(a)(3): no double negatives).
"""

import re
import unicodedata
from collections.abc import Iterator

from consent.notices.findings import Finding
from consent.notices.reading import HIGHEST_GRADE, HIGHEST_ROW_GRADE, PASSAGE, grade
from consent.notices.wording import LONGEST_ROW, ROWS, Wording

FORBIDDEN = {
    "en": (
        "improve your experience", "enhance your experience", "trusted partner", "may share",
        "legitimate business", "we value your privacy", "don't miss", "do not miss",
        "are you sure", "you will lose", "only today", "and other purposes", "among other things",
    ),
    "uk": (
        "покращити ваш досвід", "покращення вашого досвіду", "довірен", "можемо передавати",
        "законні ділові", "законних ділових", "ми цінуємо вашу приватність", "не пропустіть",
        "ви впевнені", "ви втратите", "лише сьогодні", "тільки сьогодні", "та інші цілі",
        "серед іншого",
    ),
}  # fmt: skip
# Because a question that holds a No already makes the answer No a double negative.
NEGATIONS = {
    "en": r"\b(?:no|not|never|none|nobody|nothing|without|cannot|don't|won't|can't|stop|avoid)\b",
    "uk": r"\b(?:не|ні|ніколи|ніхто|нікому|нічого|без|припинити|уникати)\b",
}
# One answer may have twice the words of the other and a short clause more, as the facts need.
UNEVEN, SHORT_CLAUSE = 2.0, 20


def findings(wording: Wording) -> Iterator[Finding]:
    """What is wrong with the words of one language."""
    at = f"/texts/{wording.language}"
    if not wording.title.strip():
        yield Finding("TITLE_MISSING", f"{at}/title", "Add a title: what a Yes lets you do.")
    if len(wording.title) > LONGEST_ROW:
        yield _too_long(f"{at}/title", len(wording.title))
    for row in ROWS:
        text = wording.rows.get(row, "")
        if not text.strip():
            yield Finding("ROW_MISSING", f"{at}/rows/{row}", "Write this row: one short sentence.")
        elif len(text) > LONGEST_ROW:
            yield _too_long(f"{at}/rows/{row}", len(text))
    for place, text in (("title", wording.title), *((f"rows/{r}", t) for r, t in _rows(wording))):
        yield from _pushing(text, wording.language, f"{at}/{place}")
    yield from _question(wording, at)
    yield from _answers(wording, at)
    yield from _hard_to_read(wording, at)


def grade_of(wording: Wording) -> float:
    """School years that the six rows ask for."""
    return grade("\n".join(text for _, text in _rows(wording)), wording.language)


def grade_of_row(text: str, language: str) -> float:
    """School years that one row asks for, read by itself."""
    return grade(text, language, passage=PASSAGE)


def _rows(wording: Wording) -> list[tuple[str, str]]:
    return [(row, wording.rows.get(row, "")) for row in ROWS]


def _too_long(pointer: str, length: int) -> Finding:
    return Finding(
        "ROW_TOO_LONG", pointer, f"Shorten it to {LONGEST_ROW} characters.", (str(length),)
    )


def _pushing(text: str, language: str, pointer: str) -> Iterator[Finding]:
    said = " ".join(text.lower().replace("’", "'").replace("ʼ", "'").split())
    found = tuple(phrase for phrase in FORBIDDEN.get(language, ()) if phrase in said)
    if found:
        yield Finding("PHRASE_FORBIDDEN", pointer, "Say what happens, without pushing.", found)
    if any(mark in text for mark in "!¡！"):
        yield Finding("EXCLAMATION", pointer, "End the sentence with a full stop.")
    if any(unicodedata.category(sign) == "So" for sign in text):
        yield Finding("EMOJI", pointer, "Use words only.")


def _question(wording: Wording, at: str) -> Iterator[Finding]:
    pattern = NEGATIONS.get(wording.language)
    title = wording.title.lower().replace("’", "'")
    if pattern and (found := re.findall(pattern, title)):
        yield Finding(
            "QUESTION_NEGATED", f"{at}/title", "Ask without a No in the question.", tuple(found)
        )


def _answers(wording: Wording, at: str) -> Iterator[Finding]:
    lengths = sorted(len(wording.rows.get(row, "").strip()) for row in ("if_yes", "if_no"))
    if lengths[0] and lengths[1] > lengths[0] * UNEVEN + SHORT_CLAUSE:
        yield Finding(
            "ANSWERS_UNEVEN",
            f"{at}/rows/if_no",
            "Give If yes and If no about the same number of words.",
            (str(lengths[0]), str(lengths[1])),
        )


def _hard_to_read(wording: Wording, at: str) -> Iterator[Finding]:
    if (found := grade_of(wording)) > HIGHEST_GRADE:
        yield Finding(
            "GRADE_TOO_HIGH",
            f"{at}/rows",
            "Use shorter sentences and shorter words.",
            (f"{found}",),
        )
    for row, text in _rows(wording):
        # Because among short rows one that nobody understands would not show.
        if (found := grade_of_row(text, wording.language)) > HIGHEST_ROW_GRADE:
            yield Finding(
                "ROW_TOO_HARD",
                f"{at}/rows/{row}",
                "Use shorter sentences and shorter words in this row.",
                (f"{found}",),
            )
