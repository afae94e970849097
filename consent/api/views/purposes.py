"""GET /v1/purposes: the catalogue that questions and answers are worded in."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.api import catalogue_descriptions
from consent.api.authzen import CODE, show_time
from consent.api.problems import malformed
from consent.catalogue import Basis, Catalogue
from consent.jurisdictions import UNKNOWN, links, profile_for
from consent.models import Notice, Purpose
from consent.queries import catalogue as catalogues
from consent.queries import names

PAGES = {
    "do_not_sell": "/privacy-choices/do-not-sell",
    "limit": "/privacy-choices/limit",
    "your_privacy_choices": "/privacy-choices",
}


class PurposesView(APIView):
    """All purposes with their live notices, and the channels; what is not listed is denied."""

    required_scopes = {"GET": ["decide", "consent:read", "consent:write"]}

    @extend_schema(**catalogue_descriptions.PURPOSES)
    def get(self, request: Request) -> Response:
        """200 with every purpose that is not retired."""
        places, at = _places(request), timezone.now()
        live = {
            notice.purpose_id: notice
            for notice in Notice.objects.filter(
                published_at__isnull=False, superseded_at__isnull=True
            ).prefetch_related("texts")
        }
        catalogue = catalogues.catalogue()
        rows = Purpose.objects.filter(retired_at__isnull=True)
        return Response(
            {
                "purposes": [
                    _shown(row, live.get(row.pk), catalogue, at)
                    for row in rows.order_by("-controller__is_main", "position", "name")
                ],
                "channels": _channels(catalogue),
                "links": _links(catalogue, places, at),
            }
        )


def _places(request: Request) -> tuple[str, ...]:
    """Where the visitor is: `jurisdiction`, one profile or several joined by `+`."""
    given = request.query_params.get("jurisdiction")
    codes = tuple(given.split("+")) if given else (UNKNOWN,)
    if not all(CODE.fullmatch(code) for code in codes):
        raise malformed("/jurisdiction", "This is not the code of a jurisdiction.")
    return codes


def _shown(
    purpose: Purpose, notice: Notice | None, catalogue: Catalogue, at: datetime
) -> dict[str, Any]:
    return {
        "code": purpose.name,
        "controller": purpose.controller_id,
        "class": purpose.purpose_class,
        "label": purpose.label,
        "attributes": list(purpose.attributes),
        "channels": list(purpose.channels),
        "asked": purpose.asked,
        "dpv": purpose.dpv or None,
        "retention_days": purpose.retention_days,
        "source": purpose.source or None,
        "minimum_people": purpose.minimum_people,
        "incentive": purpose.incentive,
        "bases": [
            _basis(basis)
            for basis in sorted(
                catalogue.purposes[purpose.name].bases, key=lambda one: one.jurisdiction
            )
            if basis.since <= at and (basis.until is None or at < basis.until)
        ],
        "notice": _notice(purpose, notice) if notice else None,
    }


def _basis(basis: Basis) -> dict[str, Any]:
    return {
        "jurisdiction": basis.jurisdiction,
        "basis": basis.basis,
        "since": show_time(basis.since),
        "until": show_time(basis.until) if basis.until else None,
    }


def _notice(purpose: Purpose, notice: Notice) -> dict[str, Any]:
    return {
        "id": f"{purpose.name}@{notice.version}",
        "content_hash": bytes(notice.content_hash).hex(),
        "languages": {text.language: bytes(text.content_hash).hex() for text in notice.texts.all()},
    }


def _channels(catalogue: Catalogue) -> list[dict[str, Any]]:
    called = names.names()
    return [
        {
            "code": entry.code,
            "label": called.channels.get(entry.code, {}),
            "electronic": entry.electronic,
            "default_level": entry.default_level,
            "needs_named_yes": entry.needs_named_yes,
        }
        for entry in catalogue.channels.values()
    ]


def _links(catalogue: Catalogue, places: tuple[str, ...], at: datetime) -> dict[str, Any]:
    """Which links a page for this visitor must carry, and where ours lead to."""
    wanted = links(profile_for(catalogue.jurisdictions, code, at) for code in places)
    named = zip(PAGES.items(), wanted, strict=True)
    return {
        name: f"{settings.BASE_URL}{page}" if needed else None for (name, page), needed in named
    }
