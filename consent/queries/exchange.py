"""The exchange tables of this deployment, read once per process."""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from consent.exchange.tables import Tables, tables_of


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The document that EXCHANGE_FILE names; raises ImproperlyConfigured with what to do."""
    path = Path(settings.EXCHANGE_FILE)
    try:
        return tables_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f"EXCHANGE_FILE cannot be used ({error}); start from consent/data/exchange.json."
        ) from error
