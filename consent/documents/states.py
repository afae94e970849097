"""What our words for states are called elsewhere (W3C DPV 2.3)."""

from typing import Final

DPV: Final = "https://w3id.org/dpv#"
GDPR: Final = "https://w3id.org/dpv/legal/eu/gdpr#"
#: For what DPV has no word for; `terms:` in the JSON-LD documents.
TERMS: Final = "urn:sayso:terms:"

YES: Final = frozenset({"given", "opted_in", "renewed", "confirmed"})

_IRIS: Final = {
    "given": DPV + "ConsentGiven",
    "opted_in": DPV + "ConsentGiven",
    "confirmed": DPV + "ConsentGiven",
    "renewed": DPV + "RenewedConsentGiven",
    "refused": DPV + "ConsentRefused",
    "withdrawn": DPV + "ConsentWithdrawn",
    "revoked": DPV + "ConsentRevoked",
    "requested": DPV + "ConsentRequested",
    # Because a Yes that waits for its second step is no Yes yet.
    "waiting": DPV + "ConsentRequested",
    "deferred": DPV + "ConsentRequestDeferred",
    "expired": DPV + "ConsentExpired",
    "invalidated": DPV + "ConsentInvalidated",
    "unknown": DPV + "ConsentUnknown",
    "objected": DPV + "ObjectingToProcess",
    "opted_out": DPV + "OptingOutFromProcess",
    "signal_on": DPV + "OptingOutFromProcess",
}
_TYPES: Final = {
    "expressed": DPV + "ExpressedConsent",
    "explicit": DPV + "ExplicitlyExpressedConsent",
    "two_step": DPV + "ExplicitlyExpressedConsent",
    "parental": DPV + "ExpressedConsent",
}
_ACTORS: Final = {
    "person": DPV + "DataSubject",
    "guardian": DPV + "GuardianOfDataSubject",
    "officer": DPV + "DataController",
    "controller": DPV + "DataController",
}
_BASES: Final = {
    "consent": (DPV + "Consent", GDPR + "A6-1-a"),
    "explicit_consent": (DPV + "ExplicitlyExpressedConsent", GDPR + "A6-1-a"),
    "contract": (DPV + "Contract", GDPR + "A6-1-b"),
    "legal_obligation": (DPV + "LegalObligation", GDPR + "A6-1-c"),
    "vital": (DPV + "VitalInterest", GDPR + "A6-1-d"),
    "public_task": (DPV + "PublicInterest", GDPR + "A6-1-e"),
    "legitimate_interest": (DPV + "LegitimateInterest", GDPR + "A6-1-f"),
}


def iri(state: str) -> str:
    """The IRI of a state; a state that DPV does not know gets one of our own."""
    return _IRIS.get(state, f"{TERMS}state:{state}")


def type_iri(consent_type: str) -> str:
    """The IRI of a way to consent."""
    return _TYPES.get(consent_type, f"{TERMS}type:{consent_type}")


def actor_iri(actor: str) -> str:
    """The IRI of who said it."""
    return _ACTORS.get(actor, f"{TERMS}actor:{actor}")


def basis_iris(basis: str, *, gdpr: bool) -> tuple[str, ...]:
    """The IRIs of a legal basis, with its article where the GDPR holds."""
    known = _BASES.get(basis)
    if known is None:
        return (f"{TERMS}basis:{basis}",)
    return known if gdpr else known[:1]
