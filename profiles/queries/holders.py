"""The holders of personal data, in the order in which export and erasure ask them."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from keys.holding import Holder


@cache
def _holder(path: str) -> Holder:
    found: Holder = import_string(path)()
    return found


def holders() -> list[Holder]:
    """Every holder of PERSONAL_DATA_HOLDERS, resolved once per process."""
    return [_holder(path) for path in settings.PERSONAL_DATA_HOLDERS]


def holder(name: str) -> Holder:
    """The holder of this name; raises LookupError."""
    for found in holders():
        if found.name == name:
            return found
    raise LookupError(f"PERSONAL_DATA_HOLDERS lists no holder named {name}.")
