"""Which attributes may be kept of anybody: those that some purpose covers."""

from consent.queries import catalogue as catalogues


def declared_attributes() -> set[str]:
    """Single attributes, no groups, that a purpose of the catalogue declares."""
    catalogue = catalogues.catalogue()
    return {
        leaf
        for purpose in catalogue.purposes.values()
        for code in purpose.attributes
        for leaf in catalogue.leaves(code)
    }
