"""That the log only grew, and the tiles from which everybody makes such proofs."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import queries
from audit.api.views import LogOutOfOrder, LogView, wants_json
from audit.errors import LogDamaged, SizeUnknown
from audit.tile_paths import parse

LARGEST_DIGITS = 18
FOREVER = "public, max-age=31536000, immutable"


class OctetRenderer(BaseRenderer):
    """Bytes as they are; the view hands them over ready."""

    media_type = "application/octet-stream"
    format = "bin"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """The bytes."""
        return bytes(data)


class TileMissing(NotFound):
    """404: the tree has not come that far, or the path is no tile's."""

    default_detail = "There is no such tile in the log."
    fix = "Name a tile of the tree of the latest checkpoint (C2SP tlog-tiles)."


class ConsistencyView(LogView):
    """GET /v1/log/consistency."""

    @extend_schema(
        operation_id="read_consistency",
        tags=["Log"],
        summary="The proof that the log only grew since an earlier signed head",
        description="The text is old size, path and latest checkpoint, as a witness takes them "
        "(C2SP tlog-witness).",
        parameters=[
            OpenApiParameter(
                "old", int, required=True, description="The size of the earlier checkpoint."
            )
        ],
        responses={
            (200, "text/plain"): OpenApiResponse(OpenApiTypes.STR, "`old`, path, checkpoint."),
            (200, "application/json"): {
                "type": "object",
                "properties": {
                    "old_size": {"type": "integer"},
                    "size": {"type": "integer"},
                    "root": {"type": "string", "description": "Base64."},
                    "proof": {"type": "array", "items": {"type": "string"}},
                    "checkpoint": {"type": "string"},
                },
                "required": ["old_size", "size", "root", "proof", "checkpoint"],
            },
        },
    )
    def get(self, request: Request) -> Response:
        """200 with the path from the earlier root to the latest."""
        try:
            proof = queries.consistency_with_latest(_size(request.query_params.get("old", "")))
        except SizeUnknown as error:
            raise ValidationError({"old": [str(error)]}) from None
        except LogDamaged:
            raise LogOutOfOrder from None
        return Response(proof.json() if wants_json(request) else proof.text())


class TileView(APIView):
    """GET /v1/log/tile/{tile}."""

    required_scopes: ClassVar = LogView.required_scopes
    renderer_classes = (OctetRenderer,)

    @extend_schema(
        operation_id="read_tile",
        tags=["Log"],
        summary="A tile of the tree: up to 256 hashes",
        description="C2SP tlog-tiles below the prefix `/v1/log`. Entries are not served here: "
        "they tell what third parties do not learn.",
        parameters=[
            OpenApiParameter(
                "tile", str, OpenApiParameter.PATH, description="`0/x001/234`, `1/000.p/12`"
            )
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, tile: str) -> HttpResponse | Response:
        """200 with the joined hashes; a tile never changes."""
        place = parse(tile)
        found = queries.tile(*place) if place else None
        if found is None:
            raise TileMissing
        return Response(found, headers={"Cache-Control": FOREVER})


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LARGEST_DIGITS):
        raise ValidationError({"old": ["Give the size of an earlier checkpoint as a number."]})
    return int(text)
