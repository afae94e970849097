"""Global Privacy Control (W3C): whether the signal is on, from what the headers hold."""

from collections.abc import Iterable

ON = "1"


def is_on(values: Iterable[str]) -> bool:
    """Whether any `Sec-GPC` header holds exactly `1`; `values` are the raw header values.

    Servers join repeated headers with a comma (RFC 9110 section 5.3), so each part counts.
    """
    return any(part.strip(" \t") == ON for value in values for part in value.split(","))
