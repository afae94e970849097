"""The catalogue as it was: by the version that decided, or by a moment."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from consent import editions
from consent.catalogue import Catalogue
from consent.models import CatalogueEdition
from consent.queries import catalogue as catalogues

KEPT = 16
_lock = Lock()
_kept: OrderedDict[tuple[int, bytes], Catalogue] = OrderedDict()


@dataclass(frozen=True, slots=True)
class AsOf:
    """The catalogue of a moment; `exact` is False where the one of that time was not kept.

    Then it is the nearest one after: bases and notices are dated in it, the rest is as later.
    """

    catalogue: Catalogue
    exact: bool


def edition(version: int) -> Catalogue | None:
    """The catalogue of one version; None where it was not kept or cannot be rebuilt."""
    row = CatalogueEdition.objects.filter(pk=version).defer("document").first()
    return _catalogue(row) if row else None


def as_of(moment: datetime) -> AsOf:
    """The catalogue in force at `moment`."""
    rows = CatalogueEdition.objects.defer("document")
    found = rows.filter(valid_from__lte=moment).order_by("-valid_from", "-version").first()
    exact = found is not None
    if found is None:
        found = rows.order_by("valid_from", "version").first()
    catalogue = _catalogue(found) if found else None
    if catalogue is None:
        return AsOf(catalogue=catalogues.catalogue(), exact=False)
    return AsOf(catalogue=catalogue, exact=exact)


def _catalogue(row: CatalogueEdition) -> Catalogue | None:
    # Because a test or a restored database may use a version twice, the content is the key.
    key = (row.version, bytes(row.digest))
    with _lock:
        kept = _kept.get(key)
    if kept is not None:
        return kept
    try:
        found = editions.catalogue_of(row.document)
    except editions.EditionUnreadable:
        return None
    with _lock:
        _kept[key] = found
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found
