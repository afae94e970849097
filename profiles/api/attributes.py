"""PUT and GET /v1/subjects/{id}/attributes: values in, and out only under a permit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import public_ids
from consent.actions.asking import ask
from consent.api import masking, subjects
from consent.api.authzen import show_time, why_link
from consent.api.problems import Problem
from consent.api.tokens import Caller, caller_in
from consent.catalogue import in_scope
from consent.errors import ConsentRefused, SubjectErased
from consent.queries import catalogue as catalogues
from consent.queries import people
from consent.queries.identifiers import find_subject
from consent.questions import Mint, Question, Ruling
from profiles.actions import vault as vault_actions
from profiles.actions.disclosing import disclose
from profiles.api import descriptions
from profiles.api.serializers import AttributesQuery, AttributesSerializer
from profiles.models.vault import TIMELESS
from profiles.queries import vault
from profiles.values import Held


class AttributesView(APIView):
    """Attribute values of one person."""

    required_scopes = {"PUT": ["consent:write"], "GET": ["consent:read"]}

    @extend_schema(**descriptions.WRITE_ATTRIBUTES)
    def put(self, request: Request, subject: str) -> Response:
        """200 with what was stored and when; all of it or nothing."""
        sent = AttributesSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller = caller_in(request)
        data, at = sent.validated_data, timezone.now()
        _check_declared(caller, data["attributes"])
        with transaction.atomic():
            subject_id = subjects.known_or_new(
                caller,
                subject,
                jurisdictions=subjects.jurisdictions_of(data),
                birth_date=data.get("birth_date"),
                at=at,
            )
            _write(caller, subject_id, data, at)
        return Response(
            {
                "subject": subjects.shown(caller, subject_id),
                "attributes": sorted(data["attributes"]),
                "source": data["source"],
                "recorded_at": show_time(at),
            }
        )

    @extend_schema(**descriptions.READ_ATTRIBUTES)
    def get(self, request: Request, subject: str) -> Response:
        """200 with the values that a permit covers and the reason for each that it does not."""
        sent = AttributesQuery(data=request.query_params.dict())
        sent.is_valid(raise_exception=True)
        caller = caller_in(request)
        at = timezone.now()
        question = _question(caller, subject, sent.validated_data)
        ruling = ask(question=question, at=at, mint=Mint.PARTIAL)
        if ruling.reason_code == "DECISION_UNAVAILABLE":
            raise _unavailable()
        held = _read(caller, question, ruling, at)
        return Response(_shown(subject, caller, question, ruling, held))


def _check_declared(caller: Caller, values: Mapping[str, Any]) -> None:
    """Each value is one attribute, no group, of a purpose; of its own for a third party."""
    catalogue = catalogues.catalogue()
    codes = set(catalogue.purposes)
    if not caller.first_party:
        recipient = catalogue.recipients.get(caller.recipient)
        codes &= set(recipient.grants) if recipient else set()
    declared = frozenset(
        attribute for code in codes for attribute in catalogue.purposes[code].attributes
    )
    for code in values:
        entry = catalogue.attributes.get(code)
        if entry is None or entry.is_group or not in_scope(entry, declared):
            raise ConsentRefused(
                "CATEGORY_NOT_COVERED",
                "An attribute is covered by no purpose, so it may not be stored.",
                fix="Send single attributes that a purpose of GET /v1/purposes declares.",
                pointer="/attributes",
            )


def _write(caller: Caller, subject_id: UUID, data: dict[str, Any], at: datetime) -> None:
    # Because an erased person's key is gone, and the caller should hear why.
    if people.is_erased(subject_id):
        raise SubjectErased
    vault_actions.write(
        subject_id=subject_id,
        values=data["attributes"],
        source=f"{caller.recipient}:{data['source']}"[:60],
        by=caller.recipient,
        at=at,
    )


def _question(caller: Caller, identifier: str, data: dict[str, Any]) -> Question:
    return Question(
        subject_id=find_subject(
            recipient=caller.recipient, first_party=caller.first_party, identifier=identifier
        ),
        purpose=data["purpose"],
        attributes=data["attributes"],
        recipient=caller.recipient,
        channel=data["channel"],
    )


def _unavailable() -> Problem:
    return Problem(
        503,
        "SERVICE_UNAVAILABLE",
        "The gate cannot reach its store, so nothing was read.",
        fix="Send the request again later.",
        retry="after:5",
        headers={"Retry-After": "5"},
    )


def _read(caller: Caller, question: Question, ruling: Ruling, at: datetime) -> Sequence[Held]:
    """What the permit covers, after it was put on record who receives it."""
    if ruling.permit is None or question.subject_id is None:
        return ()
    held = vault.read(subject_id=question.subject_id, ruling=ruling)
    if held:
        disclose(
            subject_id=question.subject_id,
            recipient=caller.recipient,
            purpose=question.purpose,
            attributes=sorted({block.attribute for block in held}),
            ruling=ruling,
            at=at,
        )
    return held


def _shown(
    identifier: str, caller: Caller, question: Question, ruling: Ruling, held: Sequence[Held]
) -> dict[str, Any]:
    seen = ruling
    if not caller.first_party:
        catalogue = catalogues.last_loaded()
        seen = masking.mask(ruling, question=question, catalogue=catalogue)
    refused = {
        code: {"reason_code": answer.reason_code}
        for code, answer in seen.attributes.items()
        if not answer.permit
    }
    values = _values(held)
    return {
        "subject": subjects.name_for(caller, question.subject_id, identifier),
        "purpose": question.purpose,
        "decision": public_ids.shown(public_ids.DECISION, ruling.id),
        "reason_code": seen.reason_code,
        "attributes": values,
        "not_held": sorted(set(ruling.covered if ruling.permit else ()) - set(values)),
        "refused": refused,
        "as_of": show_time(ruling.as_of),
        "why": why_link(ruling),
        "event": public_ids.shown(public_ids.EVENT, ruling.event) if ruling.event else None,
    }


def _values(held: Sequence[Held]) -> dict[str, Any]:
    """By attribute: a single value, or the records of each month."""
    values: dict[str, Any] = {}
    for block in held:
        about = {"source": block.source, "recorded_at": show_time(block.recorded_at)}
        if block.month == TIMELESS:
            values[block.attribute] = {"value": block.value} | about
        else:
            months = values.setdefault(block.attribute, {"months": []})["months"]
            month = block.month.isoformat()[:7]
            months.append({"month": month, "records": block.value} | about)
    return values
