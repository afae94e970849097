"""The words of DPV that a record is written with."""

from datetime import datetime
from typing import Any, Final

from consent.documents import states
from consent.documents.facts import EVERYTHING, shown

PROFILE: Final = "https://w3id.org/dpv/schema/dpv-27560#"
LOCATIONS: Final = "https://w3id.org/dpv/loc#"
CONTEXT: Final[dict[str, Any]] = {
    "dpv": states.DPV,
    "pd": "https://w3id.org/dpv/pd#",
    "loc": LOCATIONS,
    "eu-gdpr": states.GDPR,
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "terms": states.TERMS,
}
ROLES: Final = {
    "controller": "dpv:DataController",
    "first_party": "dpv:DataController",
    "processor": "dpv:DataProcessor",
    "joint_controller": "dpv:JointDataControllers",
    "third_party": "dpv:ThirdParty",
}
SENSITIVE: Final = {
    "sensitive": ("dpv:SensitivePersonalData",),
    "special": ("dpv:SpecialCategoryPersonalData",),
}
RIGHTS: Final = ("A13", "A15", "A16", "A17", "A18", "A20", "A21", "A7-3", "A77")
Node = dict[str, Any]


def fragment_of(code: str) -> str:
    return "everything" if code == EVERYTHING else code


def iri_of(name: str) -> Node:
    return {"@id": name}


def time(moment: datetime) -> Node:
    return {"@value": shown(moment), "@type": "xsd:dateTime"}
