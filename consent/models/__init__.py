"""The tables of consent: the catalogue, what people said, what follows from it."""

from consent.models.asks import Ask
from consent.models.attributes import Attribute
from consent.models.bases import LegalBasis
from consent.models.changes import Change, ChangeArrival
from consent.models.channels import Channel
from consent.models.controllers import CatalogueVersion, Controller
from consent.models.editions import CatalogueEdition
from consent.models.events import NOES, ConsentEvent
from consent.models.features import Feature
from consent.models.frequencies import MessageCount
from consent.models.idempotency import IdempotentAnswer
from consent.models.joins import SubjectLink
from consent.models.law import CatalogueSnapshot, JurisdictionEdition
from consent.models.notices import Notice, NoticeText
from consent.models.partners import Application, Recipient, RecipientGrant
from consent.models.permits import Permit, Verdict
from consent.models.purposes import Purpose
from consent.models.replays import ReplayRun
from consent.models.states import ConsentState, KeptStanding, Shape
from consent.models.stop_links import StopLink
from consent.models.subjects import Subject, SubjectReference

__all__ = [
    "NOES",
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
