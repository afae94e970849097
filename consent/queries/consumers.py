"""The consumers of changes inside this service, resolved from settings once per process."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from consent.consuming import Consumer


@cache
def _consumer(path: str) -> Consumer:
    found: Consumer = import_string(path)()
    return found


def consumers() -> list[Consumer]:
    """Every consumer of CHANGE_CONSUMERS, in its order."""
    return [_consumer(path) for path in settings.CHANGE_CONSUMERS.values()]


def consumer_names() -> list[str]:
    """Their names, without loading what they hold (the recommender's arrays, for one)."""
    return list(settings.CHANGE_CONSUMERS)
