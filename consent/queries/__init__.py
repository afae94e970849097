"""The reads of consent; `permitted` selects the people who permit a use."""

from consent.queries.population import permitted

__all__ = ["permitted"]
