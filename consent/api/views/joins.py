"""Joining and parting records of one person, for systems of the controller."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import public_ids
from consent.actions import joining
from consent.api import join_descriptions, subjects
from consent.api.authzen import show_time
from consent.api.problems import Problem, malformed
from consent.api.serializers import EVIDENCE, Code, SubjectId
from consent.api.tokens import Caller, caller_in
from consent.join_changes import Preview
from consent.models import SubjectLink
from consent.queries import joins

LAST_PAGE = 1_000


class JoinSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """With whom, and on whose word."""

    other = SubjectId()
    kind = Code(help_text="device, account, household, import or duplicate.")
    evidence = serializers.RegexField(
        EVIDENCE, required=False, help_text="A reference, never a value."
    )
    shown = serializers.RegexField(
        r"^[0-9a-f]{64}$",
        required=False,
        help_text="The digest of the table that was shown; 422 JOIN_CHANGED where it moved.",
    )


class JoinsView(APIView):
    """POST and GET /v1/subjects/{id}/joins."""

    required_scopes = {"POST": ["consent:write"], "GET": ["consent:read"]}

    @extend_schema(request=JoinSerializer, **join_descriptions.JOINS)
    def post(self, request: Request, subject: str) -> Response:
        """201 with the join and the table of what it changes; 200 for a dry run."""
        sent = JoinSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller, at = _first_party(request), timezone.now()
        data = sent.validated_data
        one = subjects.known(caller, subject)
        other = subjects.known(caller, data["other"])
        if request.query_params.get("dry_run") == "true":
            found = joins.preview(one=one, other=other, at=at)
            none = {"id": None, "kind": data["kind"], "joined_at": None}
            return Response(none | {"epoch": joins.epoch_of(one), "changes": _changes(found)})
        joined = joining.join(
            one=one,
            other=other,
            kind=data["kind"],
            evidence=data.get("evidence", ""),
            shown=data.get("shown"),
            by=caller.recipient,
            at=at,
        )
        answer: dict[str, Any] = {
            "id": public_ids.shown(public_ids.JOIN, joined.link.pk),
            "kind": joined.link.kind,
            "joined_at": show_time(joined.link.joined_at),
            "epoch": joins.epoch_of(one),
            "changes": _changes(joined.changes),
        }
        return Response(answer, status=201)

    @extend_schema(**join_descriptions.JOIN_LIST)
    def get(self, request: Request, subject: str) -> Response:
        """200 with the standing joins; with `ended=true` a page of those that ended."""
        subject_id = subjects.known(_first_party(request), subject)
        if request.query_params.get("ended") != "true":
            standing = joins.joins_of(subject_id)
            return Response({"joins": [_listed(link) for link in standing], "next": None})
        page = _page(request)
        ended, more = joins.ended_joins(subject_id, page=page)
        return Response(
            {"joins": [_listed(link) for link in ended], "next": page + 1 if more else None}
        )


class JoinView(APIView):
    """DELETE /v1/subjects/{id}/joins/{join}."""

    required_scopes = {"DELETE": ["consent:write"]}

    @extend_schema(**join_descriptions.JOIN_END)
    def delete(self, request: Request, subject: str, join: str) -> Response:
        """204 once the records are apart."""
        caller = _first_party(request)
        link = _own_join(caller, subject, join)
        joining.part(link=link, by=caller.recipient, at=timezone.now())
        return Response(status=204)


def _own_join(caller: Caller, subject: str, join: str) -> UUID:
    """The join by its id, if it is one of this person's."""
    found = public_ids.parsed(public_ids.JOIN, join)
    links = joins.joins_of(subjects.known(caller, subject))
    if found is None or all(link.pk != found for link in links):
        raise Problem(
            404,
            "JOIN_UNKNOWN",
            "This person has no such join.",
            fix="Use an id that GET /v1/subjects/{id}/joins lists.",
        )
    return found


def _listed(link: SubjectLink) -> dict[str, Any]:
    return {
        "id": public_ids.shown(public_ids.JOIN, link.pk),
        "kind": link.kind,
        "by": link.by,
        "joined_at": show_time(link.joined_at),
        "ended_at": show_time(link.ended_at) if link.ended_at else None,
        "ended_by": link.ended_by or None,
    }


def _page(request: Request) -> int:
    given = request.query_params.get("page", "1")
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= LAST_PAGE):
        raise malformed("/page", f"page is a number from 1 to {LAST_PAGE}.")
    return int(given)


def _first_party(request: Request) -> Caller:
    caller = caller_in(request)
    if not caller.first_party:
        raise Problem(
            403,
            "FIRST_PARTY_ONLY",
            "Only systems of the controller join records.",
            fix="Tell the controller which records are one person.",
        )
    return caller


def _changes(found: Preview | None) -> dict[str, Any]:
    if found is None:
        raise ValueError("A join has its table.")
    return {
        "digest": found.digest,
        "purposes": [
            {
                "purpose": row.purpose,
                "subject": row.one,
                "other": row.other,
                "subject_after": row.one_after,
                "other_after": row.other_after,
                "differs": row.differs,
                "subject_narrower": row.one_narrower,
                "other_narrower": row.other_narrower,
            }
            for row in found.rows
        ],
        "marks": list(found.marks),
        "conflict": found.conflict,
    }
