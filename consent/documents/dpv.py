"""ISO/IEC TS 27560:2023 as JSON-LD in the terms of W3C DPV 2.3.

The context stands inside the document, so that nobody fetches anything to read it. What the
technical specification calls mandatory is always there: schema version, record and principal,
notice, language, purpose, data, controllers, storage, retention, jurisdiction, recipients,
withdrawal; each party's name, address, contact and type; each event's time, duration, entity,
type and state.
"""

from datetime import datetime
from typing import Any, Final

from consent.documents import states
from consent.documents.facts import EVERYTHING, EventFacts, Party, PurposeFacts, shown

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
_ROLES: Final = {
    "controller": "dpv:DataController",
    "first_party": "dpv:DataController",
    "processor": "dpv:DataProcessor",
    "joint_controller": "dpv:JointDataControllers",
    "third_party": "dpv:ThirdParty",
}
_SENSITIVE: Final = {
    "sensitive": ("dpv:SensitivePersonalData",),
    "special": ("dpv:SpecialCategoryPersonalData",),
}
_RIGHTS: Final = ("A13", "A15", "A16", "A17", "A18", "A20", "A21", "A7-3", "A77")
Node = dict[str, Any]


def record(facts: EventFacts) -> Node:
    """The consent record (profiles `#record` and, under the GDPR, `#record-eu-gdpr`)."""
    return {"@context": CONTEXT} | _record(facts)


def receipt(facts: EventFacts) -> Node:
    """The consent receipt: its own identifier and a copy of the record."""
    return {
        "@context": CONTEXT,
        "@id": facts.receipt_url,
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": [_iri(name) for name in _profiles("receipt", facts)],
        "dct:identifier": facts.receipt_id,
        "dct:issued": _time(facts.as_of),
        "dct:hasPart": _record(facts),
    }


def _record(facts: EventFacts) -> Node:
    # Because documents of one event are about one graph, each node has a name of its own.
    node: Node = {
        "@id": f"urn:uuid:{facts.id}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": [_iri(name) for name in _profiles("record", facts)],
        "dct:identifier": str(facts.id),
        "dct:created": _time(facts.recorded_at),
        "dct:source": _iri(f"urn:uuid:{facts.log_event}"),
        "dpv:hasDataSubject": {
            "@id": _person(facts),
            "@type": "dpv:DataSubject",
            "dct:identifier": facts.person,
        },
        "dpv:hasProcess": [_process(purpose, facts) for purpose in facts.purposes],
        "dpv:hasConsentStatus": _event(facts),
        "dct:language": facts.notice.language if facts.notice else facts.language,
        "dpv:hasNotice": _notice(facts),
    }
    return node


def _profiles(kind: str, facts: EventFacts) -> list[str]:
    return [PROFILE + kind] + ([f"{PROFILE}{kind}-eu-gdpr"] if facts.under_gdpr else [])


def _event(facts: EventFacts) -> Node:
    types = [states.type_iri(name) for name in facts.consent_types]
    return {
        "@id": f"urn:uuid:{facts.id}#event",
        "@type": [facts.status, *sorted(set(types) or {states.DPV + "Consent"})],
        "dct:identifier": facts.receipt_id,
        "terms:state": facts.state,
        "dpv:isIndicatedAtTime": _time(facts.valid_from),
        "dct:dateSubmitted": _time(facts.recorded_at),
        "dpv:isIndicatedBy": _iri(_entity(facts)),
        "dpv:hasIndicationMethod": facts.method,
        "dpv:hasDuration": _validity(facts),
    }


def _entity(facts: EventFacts) -> str:
    return _person(facts) if facts.actor == "person" else states.actor_iri(facts.actor)


def _person(facts: EventFacts) -> str:
    return f"{states.TERMS}person:{facts.person}"


def _validity(facts: EventFacts) -> Node:
    if facts.expires_at is None:
        return {"@type": "dpv:UntilEventDuration", "dct:description": "Until withdrawn"}
    return {"@type": "dpv:UntilTimeDuration", "dct:valid": _time(facts.expires_at)}


def _notice(facts: EventFacts) -> Node:
    if facts.notice is None:
        # Because what restricts needs no notice; the public one says what it is about.
        return {"@id": f"{facts.site}/privacy", "@type": "dpv:PrivacyNotice"}
    notice = facts.notice
    node: Node = {
        "@id": f"{facts.site}/v1/purposes#{notice.name}",
        "@type": "dpv:ConsentNotice",
        "dct:identifier": notice.name,
        "dct:language": notice.language,
        "dct:title": {"@value": notice.title, "@language": notice.language},
        "dct:description": [
            {"@value": sentence, "@language": notice.language} for _row, sentence in notice.rows
        ],
        "terms:sha256": notice.words_hash,
    }
    if notice.published_at is not None:
        node["dct:issued"] = _time(notice.published_at)
    return node


def _process(purpose: PurposeFacts, facts: EventFacts) -> Node:
    node: Node = {
        "@id": f"urn:uuid:{facts.id}#{_fragment(purpose.code)}",
        "@type": "dpv:Process",
        "dpv:hasPurpose": _purpose(purpose),
        "dpv:hasPersonalData": _categories(purpose) or [_iri(states.DPV + "PersonalData")],
        "dpv:hasDataController": _party(purpose.controller, facts),
        "dpv:hasRecipient": [
            _party(party, facts) for party in purpose.recipients or (purpose.controller,)
        ],
        "dpv:hasStorageCondition": [_location(purpose), _retention(purpose)],
        "dpv:hasJurisdiction": [_jurisdiction(name) for name in facts.jurisdictions],
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "dpv:isExercisedAt": _iri(_withdraw_at(purpose, facts)),
        },
    }
    bases = [
        iri
        for _jurisdiction_code, basis in purpose.bases
        for iri in states.basis_iris(basis, gdpr=facts.under_gdpr)
    ]
    if bases:
        node["dpv:hasLegalBasis"] = [_iri(iri) for iri in dict.fromkeys(bases)]
    if facts.channels:
        node["terms:channel"] = sorted(facts.channels)
    if facts.under_gdpr:
        node["dpv:hasRight"] = [_right(name, facts) for name in _RIGHTS]
    return node


def _fragment(code: str) -> str:
    return "everything" if code == EVERYTHING else code


def _purpose(purpose: PurposeFacts) -> Node:
    return {
        "@id": f"{states.TERMS}purpose:{_fragment(purpose.code)}",
        "@type": [purpose.dpv or states.DPV + "Purpose"],
        "dct:identifier": purpose.code,
        "dct:title": purpose.name,
    }


def _categories(purpose: PurposeFacts) -> list[Node]:
    return [
        {
            "@id": f"{states.TERMS}data:{category.code}",
            "@type": [
                category.dpv or states.DPV + "PersonalData",
                *_SENSITIVE.get(category.data_class, ()),
            ],
            "dct:identifier": category.code,
            "dct:title": category.name,
        }
        for category in purpose.data
    ]


def _party(party: Party, facts: EventFacts) -> Node:
    return {
        "@id": f"{states.TERMS}party:{party.role}:{party.code}",
        "@type": [_ROLES.get(party.role, "dpv:Recipient")],
        "dpv:hasIdentifier": party.code,
        "dpv:hasName": party.name,
        "schema:contactPoint": {
            "@id": f"{states.TERMS}party:{party.role}:{party.code}#contact",
            "@type": ["schema:ContactPoint", "schema:PostalAddress"],
            "schema:addressCountry": party.country,
            "schema:email": party.contact,
            "schema:url": f"{facts.site}/contact",
        },
    }


def _location(purpose: PurposeFacts) -> Node:
    return {
        "@type": "dpv:StorageLocation",
        "dpv:hasLocation": _iri(LOCATIONS + purpose.controller.country),
    }


def _retention(purpose: PurposeFacts) -> Node:
    if purpose.retention_days is None:
        duration: Node = {"@type": "dpv:UntilEventDuration", "dct:description": "Account ends"}
    else:
        period = {"@value": f"P{purpose.retention_days}D", "@type": "xsd:duration"}
        duration = {"@type": "dpv:TemporalDuration", "schema:duration": period}
    return {"@type": "dpv:StorageDuration", "dpv:hasDuration": duration}


def _jurisdiction(name: str) -> Node:
    family, _, part = name.partition("-")
    place = part if family == "EU" and part else {"UK": "GB"}.get(name, name)
    return {"@id": LOCATIONS + place, "dct:identifier": name}


def _withdraw_at(purpose: PurposeFacts, facts: EventFacts) -> str:
    if purpose.code == EVERYTHING:
        return f"{facts.site}/uses"
    return f"{facts.site}/uses/{purpose.code}"


def _right(name: str, facts: EventFacts) -> Node:
    return {
        "@id": states.GDPR + name,
        "dpv:isExercisedAt": _iri(f"{facts.site}/requests"),
    }


def _iri(name: str) -> Node:
    return {"@id": name}


def _time(moment: datetime) -> Node:
    return {"@value": shown(moment), "@type": "xsd:dateTime"}
