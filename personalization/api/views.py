"""GET /v1/recommendations: personal under a permit, the same for everybody without one."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import public_ids
from consent.api.descriptions import FLAG, listed, maybe, obj, text
from consent.api.serializers import Code, SubjectId
from consent.api.tokens import Caller, caller_in
from consent.queries.identifiers import find_subject
from personalization import queries
from personalization.answers import Item, Recommendations
from personalization.queries import MOST

ANSWER = obj(
    {
        "personal": FLAG,
        "items": listed(
            obj(
                {
                    "item": text(),
                    "title": text(),
                    "score": {"type": "number"},
                    "reasons": listed(obj({"code": text(), "text": text()})),
                }
            )
        ),
        "reason_code": text(),
        "decision": text(),
        "why": maybe(text(format="uri")),
    }
)


class RecommendationsQuery(serializers.Serializer):  # type: ignore[type-arg]
    """What may be asked for."""

    subject = SubjectId(help_text="`ps_...`, or a first party's own `ref:SYSTEM:ID`.")
    slot = Code(required=False, default="home", help_text="Where the items will be shown.")
    limit = serializers.IntegerField(required=False, default=10, min_value=1, max_value=MOST)
    channel = Code(required=False, default=None)


class RecommendationsView(APIView):
    """Products for one person; nothing of the person is read where the gate says No."""

    required_scopes = {"GET": ["recommendations"]}

    @extend_schema(
        operation_id="recommend",
        tags=["Personalization"],
        summary="Products for one person, or for everybody",
        description="Without consent `personal` is false and the items are the same for all.",
        parameters=[RecommendationsQuery, OpenApiParameter("subject", str, required=True)],
        responses={200: ANSWER},
    )
    def get(self, request: Request) -> Response:
        """200 with items, whoever is asked about."""
        sent = RecommendationsQuery(data=request.query_params.dict())
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        caller = caller_in(request)
        found = queries.recommend(
            subject_id=_subject(caller, data["subject"]),
            recipient=caller.recipient,
            at=timezone.now(),
            slot=data["slot"],
            limit=data["limit"],
            channel=data["channel"],
        )
        return Response(_shown(found, first_party=caller.first_party))


def _subject(caller: Caller, identifier: str) -> UUID | None:
    return find_subject(
        recipient=caller.recipient, first_party=caller.first_party, identifier=identifier
    )


def _shown(found: Recommendations, *, first_party: bool) -> dict[str, Any]:
    hidden = not found.personal and not first_party
    return {
        "personal": found.personal,
        "items": [_item(item) for item in found.items],
        # Because why there is no consent is nobody's business but the controller's.
        "reason_code": "CONSENT_MISSING" if hidden else found.reason_code,
        "decision": public_ids.shown(public_ids.DECISION, found.decision),
        "why": found.why,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "item": item.item,
        "title": item.title,
        "score": item.score,
        "reasons": [{"code": reason.code, "text": reason.text} for reason in item.reasons],
    }
