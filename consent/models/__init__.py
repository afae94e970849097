"""The tables of consent: the catalogue, what people said, what follows from it."""

from consent.models.asks import Ask
from consent.models.catalogue import (
    Attribute,
    CatalogueVersion,
    Channel,
    Controller,
    Feature,
    LegalBasis,
    Purpose,
)
from consent.models.changes import Change, ChangeArrival
from consent.models.editions import CatalogueEdition
from consent.models.events import ConsentEvent
from consent.models.frequencies import MessageCount
from consent.models.idempotency import IdempotentAnswer
from consent.models.joins import SubjectLink
from consent.models.law import CatalogueSnapshot, JurisdictionEdition
from consent.models.notices import Notice, NoticeText
from consent.models.partners import Application, Recipient, RecipientGrant
from consent.models.permits import Permit, Verdict
from consent.models.replays import ReplayRun
from consent.models.states import ConsentState, KeptStanding, Shape
from consent.models.stop_links import StopLink
from consent.models.subjects import Subject, SubjectReference

__all__ = [
    "Application",
    "Ask",
    "Attribute",
    "CatalogueEdition",
    "CatalogueSnapshot",
    "CatalogueVersion",
    "Change",
    "ChangeArrival",
    "Channel",
    "ConsentEvent",
    "ConsentState",
    "Controller",
    "Feature",
    "IdempotentAnswer",
    "JurisdictionEdition",
    "KeptStanding",
    "LegalBasis",
    "MessageCount",
    "Notice",
    "NoticeText",
    "Permit",
    "Purpose",
    "Recipient",
    "RecipientGrant",
    "ReplayRun",
    "Shape",
    "StopLink",
    "Subject",
    "SubjectLink",
    "SubjectReference",
    "Verdict",
]
