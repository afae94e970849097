"""Where data may travel without a mechanism of their own (GDPR Art. 44-45), as data."""

_EEA = """
AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK
"""
# Adequacy decisions of the Commission; for the United States only under the DPF, so not here.
_ADEQUATE = "AD AR BR CA CH FO GB GG IL IM JE JP KR NZ UY"
FREE = frozenset(_EEA.split()) | frozenset(_ADEQUATE.split())


def needs_mechanism(country: str) -> bool:
    """Whether a recipient in `country` needs a transfer mechanism on file."""
    return country not in FREE
