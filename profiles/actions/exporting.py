"""Making a person's copy (GDPR Art. 15, 20): collected holder by holder, packed, encrypted.

Each holder's sections go to sealed part files; the last step packs them into one ZIP. Every
file is sealed under the person's own key, so that an erasure makes it unreadable for good.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation

from keys import queries as keys
from keys.errors import KeyDestroyed, KeyUnknown
from keys.holding import Section
from profiles import doorbell, folder, rights, wording
from profiles.actions import moving, steps
from profiles.actions.permits import OwnerPermit
from profiles.actions.steps import Claim, LeaseLost
from profiles.errors import ExportGone, RequestUnknown
from profiles.models import ExportFile, Request, RequestStep
from profiles.packing import Part, pack
from profiles.queries.holders import holder, holders
from profiles.sealed_files import SealedWriter, read_lines, read_sealed, write_lines

COLLECT = "collect"
PACK = "pack"
PACKER = "copy"


def begin(request: Request, *, by: str, at: datetime) -> None:
    """Plan the steps of a locked request and ring for a worker."""
    asked = [one.name for one in holders() if _is_asked(one, request.right)]
    plan = [(name, COLLECT) for name in asked] + [(PACKER, PACK)]
    RequestStep.objects.bulk_create(
        RequestStep(request=request, position=position, holder=name, action=action)
        for position, (name, action) in enumerate(plan)
    )
    moving.move(request, rights.COLLECTING, by=by, at=at)
    doorbell.ring_on_commit(request.pk)


def _is_asked(one: object, right: str) -> bool:
    return right == rights.COPY or bool(getattr(one, "portable", False))


def collect(claim: Claim, *, now: Callable[[], datetime]) -> None:
    """Ask one holder for its sections and seal each into a part file; safe to repeat."""
    request = claim.request
    permit = OwnerPermit(
        subject_id=request.subject_id, right=request.right, language=request.language, now=now
    )
    key = keys.data_key(request.subject_id)
    made = []
    with translation.override(request.language):
        sections = holder(claim.step.holder).export(request.subject_id, permit=permit)
        for number, section in enumerate(sections):
            name = folder.part_name(request.pk, claim.step.position, number)
            made.append(_write_part(name, section, key))
    rows = sum(part["rows"] for part in made)
    with transaction.atomic():
        _still_wanted(request.pk)
        steps.finish(claim, rows=rows, result={"sections": made}, at=now())


def _write_part(name: str, section: Section, key: bytes) -> dict[str, Any]:
    columns: dict[str, None] = {}
    count = 0
    with SealedWriter(folder.folder() / name, key=key) as writer:
        for row in write_lines(writer, map(dict, section.rows)):
            columns.update(dict.fromkeys(row))
            count += 1
    return {"title": str(section.title), "columns": list(columns), "rows": count, "file": name}


def pack_copy(claim: Claim, *, now: Callable[[], datetime]) -> None:
    """Pack the collected parts into one sealed ZIP and complete the request."""
    request = claim.request
    at = now()
    key = keys.data_key(request.subject_id)
    parts = [_part(made, key) for made in _collected(request)]
    name = folder.copy_name(request.pk)
    with SealedWriter(folder.folder() / name, key=key) as writer:
        with translation.override(request.language):
            words = wording.of_copy(request.right, request.language, at)
        pack(writer, words=words, parts=parts, request=request.public_id, made_at=at)
    with transaction.atomic():
        locked = _still_wanted(request.pk)
        steps.finish(claim, rows=sum(part.count for part in parts), result={}, at=now())
        ExportFile.objects.create(
            request=locked,
            name=name,
            size=writer.size,
            made_at=at,
            expires_at=at + timedelta(days=settings.EXPORT_DAYS),
        )
        moving.move(locked, rights.COMPLETE, by="worker", at=at, facts={"sections": len(parts)})
        transaction.on_commit(partial(folder.remove, request.pk, "*.part*"), robust=True)


def _part(made: dict[str, Any], key: bytes) -> Part:
    path = folder.folder() / made["file"]
    return Part(
        title=made["title"],
        columns=made["columns"],
        count=made["rows"],
        rows=partial(read_lines, path, key=key),
    )


def _collected(request: Request) -> list[dict[str, Any]]:
    done = request.steps.filter(action=COLLECT).order_by("position")
    return [made for step in done for made in step.result["sections"]]


def _still_wanted(request_id: UUID) -> Request:
    """The locked request; raises LeaseLost, files removed, where it was taken back meanwhile."""
    request = moving.lock(request_id)
    if request.state != rights.COLLECTING:
        folder.remove(request_id)
        raise LeaseLost
    return request


def open_export(*, request_id: UUID, by: str, at: datetime) -> Iterator[bytes]:
    """The ZIP, decrypted chunk by chunk while it is sent; the download is counted and logged.

    Raises RequestUnknown where there is no finished copy, ExportGone after it expired.
    """
    with transaction.atomic():
        export = (
            ExportFile.objects.select_for_update(of=("self",))
            .select_related("request")
            .filter(pk=request_id)
            .first()
        )
        if export is None:
            raise RequestUnknown
        chunks = _open(export, at)
        ExportFile.objects.filter(pk=request_id).update(
            downloads=F("downloads") + 1, last_download_at=at
        )
        moving.note(export.request, kind="request.downloaded", by=by, at=at)
    return chunks


def _open(export: ExportFile, at: datetime) -> Iterator[bytes]:
    if at >= export.expires_at:
        raise ExportGone
    path = folder.folder() / export.name
    try:
        key = keys.data_key(export.request.subject_id)
        chunks = read_sealed(path, key=key)
        first = list(islice(chunks, 1))
    except (KeyDestroyed, KeyUnknown, FileNotFoundError) as error:
        raise ExportGone from error
    return _chained(first, chunks)


def _chained(first: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from first
    yield from rest


def drop_expired(*, at: datetime) -> int:
    """Delete copies past their days, and files whose request ended without one."""
    expired = ExportFile.objects.filter(expires_at__lte=at).values_list("pk", flat=True)
    dropped = 0
    for request_id in list(expired):
        with transaction.atomic():
            request = moving.lock(request_id)
            dropped += ExportFile.objects.filter(pk=request_id).delete()[0]
            moving.note(request, kind="request.copy_expired", by="worker", at=at)
        folder.remove(request_id)
    for request_id in folder.owners() - _with_files():
        dropped += folder.remove(request_id)
    return dropped


def _with_files() -> set[UUID]:
    finished = ExportFile.objects.values_list("pk", flat=True)
    working = Request.objects.filter(right__in=rights.EXPORTED, state__in=rights.OPEN)
    return {*finished, *working.values_list("pk", flat=True)}
