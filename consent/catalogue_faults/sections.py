"""The sections of a catalogue document and their members."""

from collections.abc import Mapping

from consent.catalogue_faults.members import ATTRIBUTES, CHANNEL, CONTROLLER, Members, PURPOSES_of
from consent.catalogue_faults.shapes import (
    MAPPING,
    CODE_of,
    DATA_of,
    LAND_of,
    LIST_of,
    PLACE_of,
    PURPOSE_of,
    each_of,
    moment_of,
    or_none_of,
)
from consent.catalogue_faults.values import ROLES, filled, number, one_of_of, text

RECIPIENT: Members = {
    "code": (CODE_of, True),
    "name": (filled, True),
    "role": (one_of_of(ROLES), True),
    "country": (LAND_of, True),
    "transfer_mechanism": (text, False),
    "contact": (text, False),
    "controller": (or_none_of(CODE_of), False),
    "contract": (or_none_of(MAPPING), False),
    "grants": (LIST_of, False),
}
CONTRACT: Members = {
    "reference": (filled, True),
    "from": (moment_of, True),
    "until": (or_none_of(moment_of), False),
}
GRANT: Members = {
    "purpose": (PURPOSE_of, True),
    "attributes": (each_of(DATA_of), False),
    "channels": (each_of(CODE_of), False),
}
_FEATURE: Members = {
    "code": (CODE_of, True),
    "purpose": (PURPOSE_of, True),
    "required": (each_of(DATA_of), True),
    "optional": (each_of(DATA_of), False),
    "channel": (or_none_of(CODE_of), False),
    "minimum_level": (number(0, 4), True),
    "fallback": (CODE_of, True),
}
_EDITION: Members = {
    "code": (PLACE_of, True),
    "effective_from": (moment_of, True),
    "like": (or_none_of(PLACE_of), False),
    "profile": (MAPPING, True),
}
SECTIONS_of: Mapping[str, tuple[Members, bool]] = {
    "controllers": (CONTROLLER, True),
    "attributes": (ATTRIBUTES, True),
    "channels": (CHANNEL, False),
    "purposes": (PURPOSES_of, True),
    "recipients": (RECIPIENT, True),
    "features": (_FEATURE, False),
    "jurisdictions": (_EDITION, False),
}
