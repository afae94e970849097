"""How many years of school a text asks for: a published formula per language.

English: Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers, Chissom 1975, Navy Research
Branch Report 8-75). Ukrainian: the same formula with the coefficients of Oborneva (2006) for
East Slavic words, which have more syllables; a syllable is a vowel. All others: LIX
(Björnsson 1968), turned into a grade by the table of Anderson (1983, Journal of Reading 26).
"""

import re
from bisect import bisect_right

HIGHEST_GRADE, HIGHEST_ROW_GRADE = 8.0, 12.0
# Because the formulas are made for passages, one long word in a short row must not decide: a
# row counts as a passage of twelve words, and what it lacks as plain ones of so many syllables.
PASSAGE = 12
_PLAIN_ENGLISH, _PLAIN_UKRAINIAN = 1.5, 2.2
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?;:…]+(?=\s|$)|\n+")
_ENGLISH_SYLLABLE = re.compile(r"[aeiouy]+")
# Spoken at the end: little, boxes, purchases, pages, needed, tried.
_SILENT_END = re.compile(r"(?<![^aeiouy]l)(?:e|(?<![sxzcg])(?<![cs]h)es|(?<![aeiouydt])ed)$")
_UKRAINIAN_SYLLABLE = re.compile(r"[аеєиіїоуюя]")
_LIX_OF_GRADE = (10, 15, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56)
_LONG_WORD = 6


def grade(text: str, language: str, *, passage: int = 0) -> float:
    """School years needed to read `text` (0 where there are no words), to one decimal.

    Where it has fewer than `passage` words, it is read among plain ones.
    """
    words = _WORD.findall(text.lower())
    if not words:
        return 0.0
    sentences = max(1, sum(1 for part in _SENTENCE.split(text) if _WORD.search(part)))
    per_sentence = len(words) / sentences
    missing = max(0, passage - len(words))
    total = len(words) + missing
    syllables: float
    if language == "en":
        syllables = sum(map(_english_syllables, words)) + missing * _PLAIN_ENGLISH
        found = 0.39 * per_sentence + 11.8 * syllables / total - 15.59
    elif language == "uk":
        syllables = sum(len(_UKRAINIAN_SYLLABLE.findall(word)) for word in words)
        syllables += missing * _PLAIN_UKRAINIAN
        found = 0.5 * per_sentence + 8.4 * syllables / total - 15.59
    else:
        long = sum(1 for word in words if len(word) > _LONG_WORD)
        found = 1.0 + bisect_right(_LIX_OF_GRADE, per_sentence + 100 * long / total)
    return round(max(0.0, found), 1)


def _english_syllables(word: str) -> int:
    """Groups of vowels, without an e at the end that is not spoken."""
    return max(1, len(_ENGLISH_SYLLABLE.findall(word)) - bool(_SILENT_END.search(word)))
