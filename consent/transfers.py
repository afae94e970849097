"""Where data may travel without a mechanism of their own (GDPR Art. 44-45), as data."""

_EEA = """
AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK
"""
# Adequacy decisions of the Commission; for the United States only under the DPF, so not here.
_ADEQUATE = "AD AR BR CA CH FO GB GG IL IM JE JP KR NZ UY"
EEA = frozenset(_EEA.split())
FREE = EEA | frozenset(_ADEQUATE.split())


def needs_mechanism(country: str) -> bool:
    """Whether a recipient in `country` needs a transfer mechanism on file."""
    return country not in FREE


def law_of(country: str) -> str:
    """The jurisdiction of a controller established in `country`: EU-DE, UK, or its own code."""
    if country in EEA:
        return f"EU-{country}"
    return {"GB": "UK"}.get(country, country)
