"""The members of what a catalogue document declares."""

from collections.abc import Mapping

from consent.catalogue_faults.shapes import (
    MAPPING,
    CODE_of,
    DATA_of,
    LAND_of,
    LIST_of,
    PLACE_of,
    each_of,
    label,
    moment_of,
    or_none_of,
)
from consent.catalogue_faults.values import (
    CONDITIONS,
    DATA_CLASSES,
    PROVENANCES,
    PROVIDERS,
    Check,
    filled,
    number,
    one_of_of,
    switch_of,
    text,
)
from consent.vocabulary import LEGAL_BASES, PURPOSE_CLASSES

# Member -> (its check, whether it must be there).
Members = Mapping[str, tuple[Check, bool]]
CONTROLLER: Members = {
    "code": (CODE_of, True),
    "name": (filled, True),
    "country": (LAND_of, True),
    "contact": (filled, True),
    "is_main": (switch_of, False),
}
ATTRIBUTES: Members = {
    "code": (DATA_of, True),
    "label": (label, True),
    "dpv": (text, False),
    "data_class": (one_of_of(DATA_CLASSES), False),
    "is_group": (switch_of, False),
    "provenance": (one_of_of(PROVENANCES), False),
    "provider": (one_of_of(PROVIDERS), False),
}
CHANNEL: Members = {
    "code": (CODE_of, True),
    "label": (label, True),
    "electronic": (switch_of, True),
    "default_level": (number(0, 4), True),
    "needs_named_yes": (switch_of, False),
    "position": (number(0, 32767), False),
}
PURPOSES_of: Members = {
    "code": (CODE_of, True),
    "controller": (CODE_of, True),
    "purpose_class": (one_of_of(PURPOSE_CLASSES), True),
    "label": (label, True),
    "attributes": (each_of(DATA_of), True),
    "channels": (each_of(CODE_of), False),
    "asked": (switch_of, False),
    "position": (number(0, 32767), False),
    "dpv": (text, False),
    "retention_days": (or_none_of(number(1, 36525)), False),
    "retired_at": (or_none_of(moment_of), False),
    "source": (text, False),
    "minimum_people": (or_none_of(number(2, 1_000_000)), False),
    "incentive": (or_none_of(MAPPING), False),
    "bases": (LIST_of, True),
    "notices": (LIST_of, True),
}
BASIS: Members = {
    "jurisdiction": (PLACE_of, True),
    "basis": (one_of_of(LEGAL_BASES), True),
    "conditions": (each_of(one_of_of(CONDITIONS)), False),
    "effective_from": (moment_of, True),
    "effective_until": (or_none_of(moment_of), False),
}
