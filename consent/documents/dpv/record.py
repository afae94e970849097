"""A record or receipt of one consent event as DPV JSON-LD."""

from consent.documents.dpv.event import event, person
from consent.documents.dpv.process import process
from consent.documents.dpv.words import CONTEXT, PROFILE, Node, iri_of, time
from consent.documents.facts import EventFacts


def record(facts: EventFacts) -> Node:
    """The consent record (profiles `#record` and, under the GDPR, `#record-eu-gdpr`)."""
    return {"@context": CONTEXT} | _record(facts)


def receipt(facts: EventFacts) -> Node:
    """The consent receipt: its own identifier and a copy of the record."""
    return {
        "@context": CONTEXT,
        "@id": facts.receipt_url,
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": [iri_of(name) for name in _profiles("receipt", facts)],
        "dct:identifier": facts.receipt_id,
        "dct:issued": time(facts.as_of),
        "dct:hasPart": _record(facts),
    }


def _record(facts: EventFacts) -> Node:
    # Because documents of one event are about one graph, each node has a name of its own.
    node: Node = {
        "@id": f"urn:uuid:{facts.id}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": [iri_of(name) for name in _profiles("record", facts)],
        "dct:identifier": str(facts.id),
        "dct:created": time(facts.recorded_at),
        "dct:source": iri_of(f"urn:uuid:{facts.log_event}"),
        "dpv:hasDataSubject": {
            "@id": person(facts),
            "@type": "dpv:DataSubject",
            "dct:identifier": facts.person,
        },
        "dpv:hasProcess": [process(purpose, facts) for purpose in facts.purposes],
        "dpv:hasConsentStatus": event(facts),
        "dct:language": facts.notice.language if facts.notice else facts.language,
        "dpv:hasNotice": _notice(facts),
    }
    return node


def _profiles(kind: str, facts: EventFacts) -> list[str]:
    return [PROFILE + kind] + ([f"{PROFILE}{kind}-eu-gdpr"] if facts.under_gdpr else [])


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
        node["dct:issued"] = time(notice.published_at)
    return node
