"""The filtered list as a file, with the signed checkpoint beside it."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import queries as audit
from audit.queries import Filters
from console import archives, exporting
from console.actions import reading
from console.permissions import officers_only
from console.queries import log
from console.queries.words import words
from console.sentences import Names
from console.views.audit import filter_form

READ_ME = """\
Entries of the audit log, exported at {at}

events.{form}   the entries that matched, the latest first
checkpoint      the signed head of the log at that moment (C2SP tlog-checkpoint, Ed25519)
vkey            the key that its signature is checked with (C2SP signed-note)

Filters: {filters}

`body_base64` holds the bytes of an entry. SHA-256 of a zero byte and these bytes is the leaf
hash of the entry in the Merkle tree (RFC 6962), at the place named in `place`, counted from 0.
A proof of inclusion for one entry is on its page in the console, and at /v1/log/proofs/ID.
Entries without a place were written within the last second before the export.
"""


@officers_only
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """A ZIP file, sent while it is read; that it was asked for is on record before its first byte.

    `format` is csv or jsonl; the other parameters are the filters of the list.
    """
    form, names = filter_form(request.GET, words()), words()
    kind = request.GET.get("format", "csv")
    if kind not in exporting.FORMS or not form.is_valid():
        return _back(request)
    used, at = form.used(), timezone.now()
    head = audit.latest_checkpoint()
    reading.record_export(
        form=kind, filters=used, size=head.size if head else 0, by=request.user.pk, at=at
    )
    described = ", ".join(f"{name} = {used[name]}" for name in sorted(used)) or "none"
    content = _files(log.filters_of(used), names, kind, described, head.note if head else "", at)
    response = StreamingHttpResponse(archives.stream(content, at=at), "application/zip")
    name = f"log-{at:%Y%m%d-%H%M%S}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _files(
    filters: Filters, names: Names, kind: str, described: str, note: str, at: datetime
) -> Iterator[tuple[str, Iterator[bytes]]]:
    text = READ_ME.format(at=at.isoformat(timespec="seconds"), form=kind, filters=described)
    yield "README.txt", iter([text.encode()])
    yield "checkpoint", iter([note.encode()])
    yield "vkey", iter([f"{audit.verifier_key()}\n".encode()])
    yield f"events.{kind}", exporting.FORMS[kind](log.every(filters=filters), names)


def _back(request: HttpRequest) -> HttpResponse:
    kept = {name: value for name, value in request.GET.items() if name != "format"}
    return redirect(f"{reverse('console:audit')}?{urlencode(kept)}")
