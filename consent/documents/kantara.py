"""Kantara Consent Receipt 1.1.0: times in whole seconds, names exactly as the specification has.

`consent/data/kantara_receipt.schema.json` is the schema of its section 4.8. The receipt knows
only consent that was given, so the state stands in two members of our own, `consentState` and
`consentStateIri`. A copy that people can read (a MUST) is `consent.documents.readable`.
"""

from typing import Any, Final

from consent.documents.facts import EventFacts, Party, PurposeFacts, shown

VERSION: Final = "KI-CR-v1.1.0"
_CATEGORIES: Final = {
    "core_service": "Core Function",
    "data_subject_right": "Core Function",
    "personalisation": "Personalized Experience",
    "direct_marketing": "Marketing",
    "cross_context_ads": "Marketing Third Parties",
    "sale": "Marketing Third Parties",
    "legal_obligation": "Legally Required Data Retention",
    "legal_claims": "Protecting our interests",
    "security": "Protecting our interests",
    "vital": "Protecting your Health",
    "device_access": "Improve Performance",
}
_OTHER: Final = "Other"


def render(facts: EventFacts) -> dict[str, Any]:
    """The receipt as JSON."""
    sensitive = _sensitive(facts)
    return {
        "version": VERSION,
        "jurisdiction": "; ".join(facts.jurisdictions),
        "consentTimestamp": int(facts.valid_from.timestamp()),
        "collectionMethod": facts.method,
        "consentReceiptID": str(facts.id),
        "language": facts.notice.language if facts.notice else facts.language,
        "piiPrincipalId": facts.person,
        "piiControllers": [_controller(party, facts) for party in facts.controllers],
        "policyUrl": f"{facts.site}/privacy",
        "services": [
            {
                "service": party.name,
                "purposes": [
                    _purpose(purpose, facts)
                    for purpose in facts.purposes
                    if purpose.controller == party
                ],
            }
            for party in facts.controllers
        ],
        "sensitive": bool(sensitive),
        "spiCat": sensitive,
        "consentState": facts.state,
        "consentStateIri": facts.status,
    }


def _controller(party: Party, facts: EventFacts) -> dict[str, Any]:
    return {
        "piiController": party.name,
        "onBehalf": False,
        "contact": party.contact,
        "address": {"@type": "PostalAddress", "addressCountry": party.country},
        "email": party.contact if "@" in party.contact else "",
        # Because the specification wants the member and the catalogue keeps no telephone.
        "phone": "",
        "piiControllerUrl": f"{facts.site}/contact",
    }


def _purpose(purpose: PurposeFacts, facts: EventFacts) -> dict[str, Any]:
    others = [party.name for party in purpose.recipients]
    answer: dict[str, Any] = {
        "purpose": purpose.name,
        "purposeId": purpose.code,
        "purposeCategory": [_CATEGORIES.get(purpose.purpose_class, _OTHER)],
        "consentType": "EXPLICIT",
        "piiCategory": [category.name for category in purpose.data],
        "primaryPurpose": purpose.purpose_class == "core_service",
        "termination": _termination(facts),
        "thirdPartyDisclosure": bool(others),
    }
    if others:
        answer["thirdPartyName"] = "; ".join(others)
    return answer


def _termination(facts: EventFacts) -> str:
    ends = f"or on {shown(facts.expires_at)}" if facts.expires_at else "or when the account ends"
    return f"When withdrawn at {facts.site}/uses, {ends}"


def _sensitive(facts: EventFacts) -> list[str]:
    named = {
        category.name
        for purpose in facts.purposes
        for category in purpose.data
        if category.data_class != "ordinary"
    }
    return sorted(named)
