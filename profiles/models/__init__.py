"""Personal data and what is done with it: all of it erasable on request."""

from profiles.models.agents import AgentRequest, AuthorizedAgent
from profiles.models.disclosures import Disclosure
from profiles.models.people import Profile, SignInCode, User
from profiles.models.requests import (
    ExportFile,
    RecipientNotice,
    Request,
    RequestEvent,
    RequestStep,
)
from profiles.models.restoring import HighWater, Restoration
from profiles.models.vault import VaultBlock

__all__ = [
    "AgentRequest",
    "AuthorizedAgent",
    "Disclosure",
    "ExportFile",
    "HighWater",
    "Profile",
    "RecipientNotice",
    "Request",
    "RequestEvent",
    "RequestStep",
    "Restoration",
    "SignInCode",
    "User",
    "VaultBlock",
]
