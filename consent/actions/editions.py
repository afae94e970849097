"""Keeping each version of the catalogue, in the commit that makes it."""

from datetime import datetime

from consent import editions
from consent.models import CatalogueEdition
from consent.queries import catalogue as catalogues


def keep(*, at: datetime) -> None:
    """Store the catalogue as it stands in this transaction, in force from `at`; once per version.

    Called at the end of every action that changes the catalogue, and by a timer for changes
    that came another way: those are known from then on only.
    """
    catalogue = catalogues.load()
    if CatalogueEdition.objects.filter(pk=catalogue.version).exists():
        return
    document = editions.document_of(catalogue)
    CatalogueEdition.objects.bulk_create(
        [
            CatalogueEdition(
                version=catalogue.version,
                digest=editions.digest(document),
                document=document,
                valid_from=at,
            )
        ],
        ignore_conflicts=True,
    )


def keep_current(*, at: datetime) -> bool:
    """Store the present version where nobody has; True where it was missing."""
    version = catalogues.current_version()
    if CatalogueEdition.objects.filter(pk=version).exists():
        return False
    keep(at=at)
    return True
