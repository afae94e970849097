"""What is wrong with a catalogue document, each fault with a pointer to its place.

Pure: it reads the document and the codes that are known already. An empty list means that it
may be loaded, as far as the document alone can tell.
"""

from consent.catalogue_faults.codes import Known, main_controller, purpose_name
from consent.catalogue_faults.finding import faults
from consent.catalogue_faults.members import Members
from consent.catalogue_faults.values import (
    CONDITIONS,
    DATA_CLASSES,
    FORMAT,
    PROVENANCES,
    PROVIDERS,
    ROLES,
    Check,
    Fault,
)

__all__ = [
    "CONDITIONS",
    "DATA_CLASSES",
    "FORMAT",
    "PROVENANCES",
    "PROVIDERS",
    "ROLES",
    "Check",
    "Fault",
    "Known",
    "Members",
    "faults",
    "main_controller",
    "purpose_name",
]
