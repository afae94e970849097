"""The event of a record: who, when, what state, for how long."""

from consent.documents import states
from consent.documents.dpv.words import Node, iri_of, time
from consent.documents.facts import EventFacts


def event(facts: EventFacts) -> Node:
    types = [states.type_iri(name) for name in facts.consent_types]
    return {
        "@id": f"urn:uuid:{facts.id}#event",
        "@type": [facts.status, *sorted(set(types) or {states.DPV + "Consent"})],
        "dct:identifier": facts.receipt_id,
        "terms:state": facts.state,
        "dpv:isIndicatedAtTime": time(facts.valid_from),
        "dct:dateSubmitted": time(facts.recorded_at),
        "dpv:isIndicatedBy": iri_of(_entity(facts)),
        "dpv:hasIndicationMethod": facts.method,
        "dpv:hasDuration": _validity(facts),
    }


def _entity(facts: EventFacts) -> str:
    return person(facts) if facts.actor == "person" else states.actor_iri(facts.actor)


def person(facts: EventFacts) -> str:
    return f"{states.TERMS}person:{facts.person}"


def _validity(facts: EventFacts) -> Node:
    if facts.expires_at is None:
        return {"@type": "dpv:UntilEventDuration", "dct:description": "Until withdrawn"}
    return {"@type": "dpv:UntilTimeDuration", "dct:valid": time(facts.expires_at)}
