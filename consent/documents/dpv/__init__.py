"""ISO/IEC TS 27560:2023 as JSON-LD in the terms of W3C DPV 2.3.

The context stands inside the document, so that nobody fetches anything to read it. What the
technical specification calls mandatory is always there: schema version, record and principal,
notice, language, purpose, data, controllers, storage, retention, jurisdiction, recipients,
withdrawal; each party's name, address, contact and type; each event's time, duration, entity,
type and state.
"""

from consent.documents.dpv.record import receipt, record
from consent.documents.dpv.words import CONTEXT, LOCATIONS, PROFILE, Node

__all__ = [
    "CONTEXT",
    "LOCATIONS",
    "PROFILE",
    "Node",
    "receipt",
    "record",
]
