"""The links of a person as the console shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language

from consent import one_click
from consent.queries import names, stop_links, uses
from console.forms.stop_links import RevokeForm
from console.queries.dossier import who_acted
from console.queries.words import words

if TYPE_CHECKING:
    from consent.models import StopLink

SHOWN_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Row:
    """One link in force; `purpose` is empty for all advertising, `channel` for every channel."""

    id: UUID
    manages: bool
    purpose: str
    channel: str
    by: str
    issued_at: datetime
    expires_at: datetime
    revoke: RevokeForm


def rows(links: Sequence["StopLink"], *, officer: UUID) -> tuple[Row, ...]:
    """The links in words for this officer."""
    called, language, known = names.names(), _language(), words()
    return tuple(
        Row(
            id=link.pk,
            manages=link.kind == "manage",
            purpose=called.purpose(link.purpose.name, language) if link.purpose else "",
            channel=called.channel(link.channel, language) if link.channel else "",
            by=who_acted(link.issued_by, officer, known),
            issued_at=link.issued_at,
            expires_at=link.expires_at,
            revoke=RevokeForm(link=link.pk.hex),
        )
        for link in links
    )


def purposes(*, at: datetime) -> list[tuple[str, str]]:
    """The uses that a person can stop, by name."""
    found = uses.catalogue_of_uses(language=_language(), at=at)
    return [(use.code, use.name) for use in found if use.asked]


def channels() -> list[tuple[str, str]]:
    """The channels, by name."""
    called, language = names.names(), _language()
    return [(code, called.channel(code, language)) for code in called.channels]


def address_of(link: "StopLink") -> str:
    """Where a link leads: whoever has the address has the link."""
    url = one_click.address(settings.BASE_URL, stop_links.token_of(link.pk))
    if link.kind == "manage":
        return url.replace(one_click.PATH, one_click.MANAGE_PATH, 1)
    return url


def may_see(link: "StopLink", *, officer: UUID, at: datetime) -> bool:
    """Only who made a link sees its address, and only while it is handed over."""
    return link.issued_by == str(officer) and at < link.issued_at + SHOWN_FOR


def _language() -> str:
    return get_language() or names.FALLBACK
