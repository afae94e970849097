"""GET /v1/purposes: the catalogue that questions and answers are worded in."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.api import descriptions
from consent.models import Notice, Purpose


class PurposesView(APIView):
    """All purposes with their live notices; what is not listed is denied."""

    required_scopes = {"GET": ["decide", "consent:read", "consent:write"]}

    @extend_schema(**descriptions.PURPOSES)
    def get(self, request: Request) -> Response:
        """200 with every purpose that is not retired."""
        live = {
            notice.purpose_id: notice
            for notice in Notice.objects.filter(
                published_at__isnull=False, superseded_at__isnull=True
            ).prefetch_related("texts")
        }
        rows = Purpose.objects.filter(retired_at__isnull=True).order_by("position", "code")
        return Response({"purposes": [_shown(row, live.get(row.pk)) for row in rows]})


def _shown(purpose: Purpose, notice: Notice | None) -> dict[str, Any]:
    return {
        "code": purpose.code,
        "controller": purpose.controller_id,
        "class": purpose.purpose_class,
        "label": purpose.label,
        "attributes": list(purpose.attributes),
        "channels": list(purpose.channels),
        "asked": purpose.asked,
        "notice": _notice(purpose, notice) if notice else None,
    }


def _notice(purpose: Purpose, notice: Notice) -> dict[str, Any]:
    return {
        "id": f"{purpose.code}@{notice.version}",
        "content_hash": bytes(notice.content_hash).hex(),
        "languages": {text.language: bytes(text.content_hash).hex() for text in notice.texts.all()},
    }
