"""What is processed, why, for how long and where."""

from consent.documents import states
from consent.documents.dpv.parties import party_node
from consent.documents.dpv.words import LOCATIONS, RIGHTS, SENSITIVE, Node, fragment_of, iri_of
from consent.documents.facts import EVERYTHING, EventFacts, PurposeFacts


def process(purpose: PurposeFacts, facts: EventFacts) -> Node:
    node: Node = {
        "@id": f"urn:uuid:{facts.id}#{fragment_of(purpose.code)}",
        "@type": "dpv:Process",
        "dpv:hasPurpose": _purpose(purpose),
        "dpv:hasPersonalData": _categories(purpose) or [iri_of(states.DPV + "PersonalData")],
        "dpv:hasDataController": party_node(purpose.controller, facts),
        "dpv:hasRecipient": [
            party_node(party, facts) for party in purpose.recipients or (purpose.controller,)
        ],
        "dpv:hasStorageCondition": [_location(purpose), _retention(purpose)],
        "dpv:hasJurisdiction": [_jurisdiction(name) for name in facts.jurisdictions],
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "dpv:isExercisedAt": iri_of(_withdraw_at(purpose, facts)),
        },
    }
    bases = [
        iri
        for _jurisdiction_code, basis in purpose.bases
        for iri in states.basis_iris(basis, gdpr=facts.under_gdpr)
    ]
    if bases:
        node["dpv:hasLegalBasis"] = [iri_of(iri) for iri in dict.fromkeys(bases)]
    if facts.channels:
        node["terms:channel"] = sorted(facts.channels)
    if facts.under_gdpr:
        node["dpv:hasRight"] = [_right(name, facts) for name in RIGHTS]
    return node


def _purpose(purpose: PurposeFacts) -> Node:
    return {
        "@id": f"{states.TERMS}purpose:{fragment_of(purpose.code)}",
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
                *SENSITIVE.get(category.data_class, ()),
            ],
            "dct:identifier": category.code,
            "dct:title": category.name,
        }
        for category in purpose.data
    ]


def _location(purpose: PurposeFacts) -> Node:
    return {
        "@type": "dpv:StorageLocation",
        "dpv:hasLocation": iri_of(LOCATIONS + purpose.controller.country),
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
        "dpv:isExercisedAt": iri_of(f"{facts.site}/requests"),
    }
