"""Many consent events at once: NDJSON in, NDJSON out, in constant memory."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from audit import actions as audit
from audit import public_ids
from consent.api import bulk_descriptions as descriptions
from consent.api import exports, idempotent, imports
from consent.api.authzen import read_time
from consent.api.bulk_descriptions import NDJSON
from consent.api.imports import EventImport
from consent.api.problems import Problem, malformed
from consent.api.tokens import caller_in

SPELLINGS = {NDJSON, "application/ndjson", "application/jsonl", "application/json-seq"}
CHUNK = 65_536
# Because a caller may send all before it reads anything, results wait, on disk if they are many.
IN_MEMORY = 1_048_576


class NdjsonRenderer(BaseRenderer):
    """Lets a caller ask for NDJSON; what is streamed renders itself."""

    media_type = NDJSON
    format = "ndjson"

    def render(self, data: Any, *args: Any, **options: Any) -> bytes:
        """One value as one line."""
        return imports.encode(data)


class ConsentEventsImportView(APIView):
    """POST /v1/consent-events:import."""

    required_scopes = {"POST": ["consent:write"]}
    open_to_paused = True
    renderer_classes = (JSONRenderer, NdjsonRenderer)

    @extend_schema(**descriptions.IMPORT)
    def post(self, request: Request) -> StreamingHttpResponse:
        """200 with a line for each line, and a summary as the last."""
        idempotent.key_of(request)
        _check_type(request)
        # Because it lives as long as the answer, no block can hold it.
        results = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        for result in EventImport(caller_in(request), timezone.now).run(_body(request)):
            results.write(imports.encode(result))
        results.seek(0)
        return _streamed(_chunks(results))


class ConsentEventsExportView(APIView):
    """GET /v1/consent-events:export."""

    required_scopes = {"GET": ["consent:read"]}
    renderer_classes = (JSONRenderer, NdjsonRenderer)

    @extend_schema(**descriptions.EXPORT)
    def get(self, request: Request) -> StreamingHttpResponse:
        """200 with a line for each event, and a summary as the last."""
        caller, at = caller_in(request), timezone.now()
        after, as_of = _after(request), _as_of(request, at)
        audit.append(kind="consents.exported", at=at, facts={"recipient": caller.recipient})
        return _streamed(map(imports.encode, exports.events(caller, as_of=as_of, after=after)))


def _streamed(lines: Iterable[bytes]) -> StreamingHttpResponse:
    return StreamingHttpResponse(lines, content_type=NDJSON, headers={"Cache-Control": "no-store"})


def _check_type(request: Request) -> None:
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() in SPELLINGS:
        return
    raise Problem(
        415,
        "CONTENT_TYPE_UNSUPPORTED",
        "The content type is not application/x-ndjson.",
        fix="Send one JSON object in each line, as application/x-ndjson.",
    )


def _body(request: Request) -> Iterator[bytes]:
    """The body in pieces; of a length that is not said before, to its end."""
    plain = request._request
    if plain.META.get("CONTENT_LENGTH"):
        return iter(lambda: plain.read(CHUNK), b"")
    return _chunks(plain.META["wsgi.input"])


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(CHUNK), b"")


def _after(request: Request) -> UUID:
    given = request.query_params.get("after")
    found = public_ids.parsed(public_ids.CONSENT_EVENT, given) if given else exports.NOTHING
    if found is None:
        raise malformed("after", "after is not the id of a consent event.")
    return found


def _as_of(request: Request, at: datetime) -> datetime:
    given = request.query_params.get("as_of")
    found = read_time(given) if given else at
    if found is None:
        raise malformed("as_of", "as_of is not an RFC 3339 time with its offset.")
    return min(found, at)
