"""US Privacy string v1 (section 6 of GPP; deprecated, still sent): `1YNN`."""

import re
from dataclasses import dataclass
from typing import Final

from consent.strings.errors import StringMalformed

YES, NO, NOT_APPLICABLE = "Y", "N", "-"
_FORM: Final = re.compile(r"1([YN-])([YN-])([YN-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class UsPrivacy:
    """Notice given, opted out of the sale, covered by the LSPA: `Y`, `N` or `-`."""

    notice: str = NOT_APPLICABLE
    opt_out_sale: str = NOT_APPLICABLE
    lspa_covered: str = NOT_APPLICABLE


def decode(text: str) -> UsPrivacy:
    """Read a US Privacy string; raises StringMalformed."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise StringMalformed("uspv1", "is not a 1 and three of Y, N and -")
    return UsPrivacy(*match.groups())


def encode(said: UsPrivacy) -> str:
    """Write a US Privacy string; raises StringMalformed."""
    text = f"1{said.notice}{said.opt_out_sale}{said.lspa_covered}"
    decode(text)
    return text
