"""The forms of a receipt, chosen by `?format=` or by the Accept header."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from consent.documents import events


class DocumentRenderer(BaseRenderer):
    """Writes JSON as UTF-8 and a text as it is."""

    charset: str | None = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of a document."""
        if isinstance(data, str):
            return data.encode()
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


class DpvRenderer(DocumentRenderer):
    """ISO/IEC TS 27560 as JSON-LD in the terms of W3C DPV."""

    media_type, format = "application/json", "json"


class JsonLdRenderer(DocumentRenderer):
    """The same for those who ask for JSON-LD."""

    media_type, format = "application/ld+json", "jsonld"


class KantaraRenderer(DocumentRenderer):
    """Kantara Consent Receipt 1.1.0; its media type is that of JSON, so it is asked by name."""

    media_type, format = "application/json", "kantara"


class RecordRenderer(DocumentRenderer):
    """The internal record."""

    media_type, format = "application/json", "record"


class JwtRenderer(DocumentRenderer):
    """The signed receipt (RFC 7519, section 10.3.1)."""

    media_type, format = "application/jwt", "jwt"


class CloudEventRenderer(DocumentRenderer):
    """CloudEvents 1.0 in structured mode."""

    media_type, format = events.MEDIA_TYPE, "cloudevent"


class ReadableRenderer(DocumentRenderer):
    """Plain text for people."""

    media_type, format = "text/plain", "text"
    charset = "utf-8"


RENDERERS = (
    DpvRenderer,
    JsonLdRenderer,
    KantaraRenderer,
    RecordRenderer,
    JwtRenderer,
    CloudEventRenderer,
    ReadableRenderer,
)
FORMATS = tuple(renderer.format for renderer in RENDERERS)
