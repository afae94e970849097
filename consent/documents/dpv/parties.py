"""Who takes part in a process."""

from consent.documents import states
from consent.documents.dpv.words import ROLES, Node
from consent.documents.facts import EventFacts, Party


def party_node(party: Party, facts: EventFacts) -> Node:
    return {
        "@id": f"{states.TERMS}party:{party.role}:{party.code}",
        "@type": [ROLES.get(party.role, "dpv:Recipient")],
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
