"""GET /v1/purposes/{name}/notices/{version}: the words, what they changed, a token to show them."""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent import snapshots
from consent.api import notice_descriptions, subjects
from consent.api.authzen import CODE, show_time
from consent.api.problems import Problem
from consent.api.tokens import Caller, caller_in
from consent.notices.diffing import LanguageChange
from consent.notices.prominence import ATTESTED, PARTNERS_OWN
from consent.queries import notices
from consent.queries.notices import Version

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


class NoticeView(APIView):
    """One published version; with `surface` it is about to be shown, and a token comes along."""

    required_scopes = {"GET": ["decide", "consent:read", "consent:write"]}

    @extend_schema(**notice_descriptions.NOTICE)
    def get(self, request: Request, name: str, version: int) -> Response:
        """200 with the words, 304 where they are known, 404 where there is no such version."""
        caller, at = caller_in(request), timezone.now()
        found = notices.version(name, version)
        if found is None:
            raise Problem(
                404,
                "NOTICE_UNKNOWN",
                "No such version of this notice was ever published.",
                fix="Use a version that GET /v1/purposes names.",
            )
        language = _code(request, "language")
        if language and language not in found.wordings:
            raise Problem(
                404,
                "LANGUAGE_UNKNOWN",
                "This version does not exist in this language.",
                fix="Use one of: " + ", ".join(sorted(found.wordings)) + ".",
            )
        surface = _code(request, "surface")
        shown = _shown(found, language, at)
        if surface:
            token = _token(caller, request, found, language, surface, at)
            return Response(shown | {"snapshot": token}, headers={"Cache-Control": "no-store"})
        tag = _tag(found, language, at)
        headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
        if tag in _TAG.findall(request.headers.get("If-None-Match", "")):
            return Response(status=304, headers=headers)
        return Response(shown, headers=headers)


def _code(request: Request, name: str) -> str:
    given = request.query_params.get(name, "")
    if given and not CODE.fullmatch(given):
        raise Problem(
            400,
            "INVALID_REQUEST",
            f"{name} is not a code.",
            fix="Send letters, digits and ._:+- only.",
        )
    return str(given)


def _tag(found: Version, language: str, at: datetime) -> str:
    live = "live" if found.is_live(at) else "past"
    return f"{found.content_hash.hex()[:32]}-{language or 'all'}-{live}"


def _token(
    caller: Caller, request: Request, found: Version, language: str, surface: str, at: datetime
) -> str:
    """For the person named, else for the partner itself; raises Problem where it would bind none.

    A partner draws its own control, and attests it with the answer.
    """
    if not language or not found.is_live(at) or surface in snapshots.RENDERED:
        raise Problem(
            409,
            "NOTICE_NOT_SHOWABLE",
            "Only live words in a named language, on a surface of your own, can be shown.",
            fix="Ask for the live version with language and the surface where it is shown.",
        )
    identifier = request.query_params.get("subject", "")
    holder = (
        snapshots.person(subjects.known(caller, identifier))
        if identifier
        else snapshots.partner(caller.recipient)
    )
    component = _code(request, "component") or PARTNERS_OWN
    if component not in {*ATTESTED, PARTNERS_OWN}:
        raise Problem(
            400,
            "COMPONENT_UNKNOWN",
            "No such component was ever measured.",
            fix="Leave component out, and send how you drew both answers with the Yes.",
        )
    return notices.snapshot(
        purpose=found.purpose,
        version=found.number,
        language=language,
        surface=surface,
        component=component,
        holder=holder,
        at=at,
    )


def _shown(found: Version, language: str, at: datetime) -> dict[str, Any]:
    codes = [language] if language else sorted(found.wordings)
    return {
        "id": f"{found.purpose}@{found.number}",
        "purpose": found.purpose,
        "version": found.number,
        "live": found.is_live(at),
        "material": found.material,
        "published_at": show_time(found.published_at),
        "superseded_at": show_time(found.superseded_at) if found.superseded_at else None,
        "content_hash": found.content_hash.hex(),
        "languages": {code: digest.hex() for code, digest in sorted(found.hashes.items())},
        "texts": {
            code: {
                "title": found.wordings[code].title,
                "rows": dict(found.wordings[code].rows),
            }
            for code in codes
        },
        "changes": [_change(one) for one in found.changes if one.language in codes],
    }


def _change(one: LanguageChange) -> dict[str, Any]:
    return {
        "language": one.language,
        "kind": one.kind,
        "rows": [
            {
                "row": row.row,
                "pieces": [{"kind": piece.kind, "text": piece.text} for piece in row.pieces],
            }
            for row in one.changed_rows
        ],
    }
