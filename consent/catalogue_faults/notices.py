"""The form of a notice in a catalogue document."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from consent.catalogue_faults.shapes import LIST_of, moment_of, or_none_of
from consent.catalogue_faults.values import Check, matches, number, switch_of, text
from consent.notices.completeness import DETAILS
from consent.notices.wording import LONGEST_ROW, ROWS

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _texts_by(names: Sequence[str] | None) -> Check:
    """Texts under names: of `names`, or (None) of languages."""

    def check(value: Any) -> str | None:
        if not isinstance(value, Mapping) or not all(isinstance(x, str) for x in value.values()):
            return "This is not an object of texts."
        strange = sorted(str(name) for name in value if names is not None and name not in names)
        return f"Use only: {', '.join(names or ())}." if strange else None

    return check


def _title(value: Any) -> str | None:
    if isinstance(value, str) and len(value) <= LONGEST_ROW:
        return None
    return f"This is not a text of at most {LONGEST_ROW} characters."


# Member -> (its check, whether it must be there).
NOTICE: Mapping[str, tuple[Check, bool]] = {
    "version": (number(1, 1_000_000), True),
    "published_at": (moment_of, True),
    "material": (switch_of, False),
    "valid_days": (or_none_of(number(1, 36525)), False),
    "details": (_texts_by(DETAILS), False),
    "dropped": (_texts_by(None), False),
    "component": (text, False),
    "texts": (LIST_of, True),
}
TEXT: Mapping[str, tuple[Check, bool]] = {
    "language": (matches(_LANGUAGE, "Use the code of a language, such as en."), True),
    "title": (_title, True),
    "rows": (_texts_by(ROWS), True),
}
