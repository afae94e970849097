"""Finding what a stop link names, and whether it is stopped already."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from consent.models import ConsentEvent, StopLink
from consent.queries import catalogue as catalogues
from consent.vocabulary import GIVEN, MARKETING_CLASSES, OWN_NO
from keys import queries as keys

NO_STATES = ("refused", "withdrawn", "objected")


def token_of(link_id: UUID) -> str:
    """The secret of a link (43 characters): made from its number again, and kept nowhere."""
    mac = hmac.digest(keys.named_key("stop-link"), link_id.bytes, hashlib.sha256)
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def digest_of(token: str) -> bytes:
    """What is kept of a secret: its SHA-256, which needs no key, as the secret has 256 bits."""
    return hashlib.sha256(token.encode()).digest()


def find(
    token: str, *, at: datetime, kinds: tuple[str, ...] = ("stop", "manage")
) -> StopLink | None:
    """The link behind a token; None alike for an unknown and for an expired one."""
    found = StopLink.objects.filter(digest=digest_of(token), expires_at__gt=at, kind__in=kinds)
    return found.select_related("purpose").first()


def find_by_id(link_id: UUID) -> StopLink | None:
    """A link by its number."""
    return StopLink.objects.filter(pk=link_id).select_related("purpose").first()


def advertising() -> tuple[str, ...]:
    """The purposes that "stop all advertising" ends, on whatever basis they rest."""
    entries = catalogues.catalogue().purposes.values()
    found = [each for each in entries if each.purpose_class in MARKETING_CLASSES]
    return tuple(sorted(each.code for each in found if each.retired_at is None))


def unasked() -> tuple[str, ...]:
    """What goes on: the purposes that nobody is asked about, as the law or the order needs them."""
    needed = {"core_service", "legal_obligation", "security", "data_subject_right"}
    entries = catalogues.catalogue().purposes.values()
    found = [each for each in entries if each.purpose_class in needed]
    return tuple(sorted(each.code for each in found if each.retired_at is None))


def is_stopped(content: Mapping[str, Any], *, purpose: str | None, channel: str) -> bool:
    """Whether the person's No to this scope stands in a state; `purpose` None: all advertising.

    That nothing was ever said is not a No yet: the first press puts it on record.
    """
    records = content["purposes"]
    catalogue = catalogues.catalogue()
    if purpose is None:
        return "direct_marketing" in content["objections"] and not any(
            _reopened(record)
            for code, record in records.items()
            if _is_marketing(catalogue.purposes.get(code))
        )
    record = records.get(purpose, {"status": "none", "flags": []})
    if record["status"] in OWN_NO or channel in record.get("refused_channels", ()):
        return True
    objected = "direct_marketing" in content["objections"]
    marketing = _is_marketing(catalogue.purposes.get(purpose))
    return objected and marketing and not _reopened(record)


def _is_marketing(entry: Any) -> bool:
    return entry is not None and entry.purpose_class in MARKETING_CLASSES


def _reopened(record: Mapping[str, Any]) -> bool:
    return record["status"] in GIVEN and "optin_after_optout" in record["flags"]


def stopped_since(subject_id: UUID, *, purpose: str | None) -> datetime | None:
    """When the No that covers this scope was last said."""
    about = Q(purpose=None, state="objected")
    if purpose is not None:
        about |= Q(purpose__name=purpose, state__in=NO_STATES)
    return (
        ConsentEvent.objects.filter(about, subject_id=subject_id)
        .order_by("-valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
