"""POST /v1/log/checks: what somebody kept, compared with the log."""

from base64 import b64encode
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.errors import LogDamaged
from audit.kept import Unreadable
from consent.actions import kept_receipts
from consent.api.kept_descriptions import LOG_CHECKS
from consent.api.problems import Problem, malformed
from consent.api.serializers import StrictText


class KeptSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """The text of one file."""

    kept = StrictText(
        max_length=kept_receipts.LONGEST,
        trim_whitespace=False,
        help_text="The text of a receipt with its proof, of a .tlog-proof, or of a checkpoint.",
    )


class LogChecksView(APIView):
    """Checking for whoever kept something."""

    required_scopes = {"POST": ["log:read"]}

    @extend_schema(request=KeptSerializer, **LOG_CHECKS)
    def post(self, request: Request) -> Response:
        """200 with the verdict; 400 for what is none of these things."""
        sent = KeptSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            found = kept_receipts.check(sent.validated_data["kept"], at=timezone.now())
        except Unreadable as error:
            raise malformed(
                "/kept", str(error), fix="Send the file as it was given, without any change."
            ) from None
        except LogDamaged:
            raise _out_of_order() from None
        return Response(_shown(found), headers={"Cache-Control": "no-store"})


def _shown(found: kept_receipts.Checked) -> dict[str, Any]:
    comparison = found.comparison
    signed = comparison.kept if comparison else None
    head = comparison.head if comparison else None
    return {
        "verdict": found.verdict,
        "kept": {"size": signed.size, "root": _base64(signed.root)} if signed else None,
        "head": {"size": head.size, "root": _base64(bytes(head.root)), "checkpoint": head.note}
        if head
        else None,
        "consistency": [_base64(part) for part in comparison.proof] if comparison else [],
    }


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _out_of_order() -> Problem:
    return Problem(
        503,
        "SERVICE_UNAVAILABLE",
        "The log cannot be compared now.",
        fix="Keep the file, and tell the privacy office of the controller.",
    )
