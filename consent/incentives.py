"""The notice of financial incentive: what is given for data, and what the data are worth.

CIV 1798.125(b), 11 CCR 7016(d), 7081: a summary, the value of the data and how it was
estimated, and how to withdraw. Without them a purpose with an incentive is not published.

    {"summary": {"en": "..."}, "value": {"amount": "2.50", "currency": "EUR", "per": "month"},
     "estimate": {"en": "..."}, "withdraw": {"en": "..."}}
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

WORDED: Final = ("summary", "estimate", "withdraw")
PERIODS: Final = ("purchase", "visit", "month", "year", "once")
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def worded(incentive: Mapping[str, Any] | None, language: str) -> dict[str, Any] | None:
    """Its sentences in `language`, else in English, with its value; None where there is none."""
    if incentive is None:
        return None
    words = {name: incentive[name].get(language) or incentive[name]["en"] for name in WORDED}
    return {**words, "value": dict(incentive["value"])}


def incentive_faults(
    incentive: Mapping[str, Any] | None, label: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """(pointer below the incentive, what is wrong); `label` has the languages of the purpose."""
    if incentive is None:
        return
    for name in sorted(set(incentive) - {*WORDED, "value"}):
        yield f"/{name}", "There is no such member here."
    for name in WORDED:
        words = incentive.get(name)
        if not isinstance(words, Mapping) or not all(
            isinstance(words.get(language), str) and words[language].strip() for language in label
        ):
            yield f"/{name}", "Say it in every language of the purpose (11 CCR 7016)."
    if not _is_value(incentive.get("value")):
        yield (
            "/value",
            'Say what the data are worth: {"amount": "2.50", "currency": "EUR", "per": "month"}.',
        )


def _is_value(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == {"amount", "currency", "per"}
        and isinstance(value["amount"], str)
        and bool(_AMOUNT.fullmatch(value["amount"]))
        and isinstance(value["currency"], str)
        and bool(_CURRENCY.fullmatch(value["currency"]))
        and value["per"] in PERIODS
    )
