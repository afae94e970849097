"""POST /v1/stop-links: links that people can stop or manage their choices with."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import public_ids
from consent import one_click
from consent.actions.idempotency import Outcome
from consent.actions.stop_links import Scope, issue
from consent.api import idempotent, stop_link_descriptions, subjects
from consent.api.authzen import show_time
from consent.api.problems import Problem
from consent.api.serializers import Code, SubjectId
from consent.api.tokens import caller_in
from consent.models import StopLink
from consent.queries import stop_links


class StopLinkSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """For whom, and what the link stops."""

    subject = SubjectId()
    kind = serializers.ChoiceField(
        StopLink.Kind.values,
        required=False,
        default=StopLink.Kind.STOP,
        help_text="`stop` (24 months) only stops; `manage` (30 days) opens the choices.",
    )
    purpose = Code(required=False, help_text="Without it: all advertising.")
    channel = Code(required=False, help_text="Narrows a stop to one channel of the purpose.")


class StopLinksView(APIView):
    """Handing out links."""

    required_scopes = {"POST": ["consent:write"]}

    @extend_schema(request=StopLinkSerializer, **stop_link_descriptions.STOP_LINKS)
    def post(self, request: Request) -> Response:
        """201 with the address, and for a stop link the two headers of the mail."""
        sent = StopLinkSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        caller, data, at = caller_in(request), sent.validated_data, timezone.now()
        if not caller.first_party:
            raise Problem(
                403,
                "FIRST_PARTY_ONLY",
                "Only systems of the controller hand out stop links.",
                fix="Ask the controller for a link, or record what the person said as an event.",
            )
        subject_id = subjects.known(caller, data["subject"])
        scope = Scope(data.get("purpose"), data.get("channel", ""))

        def do() -> Outcome:
            link = issue(
                subject_id=subject_id, kind=data["kind"], scope=scope, by=caller.recipient, at=at
            )
            # Because an answer kept for repetition must not hold the secret.
            return Outcome(201, {"link": link.pk.hex})

        outcome = idempotent.answer_once(request, at=at, do=do)
        answer = {"subject": subjects.shown(caller, subject_id)} | _shown(outcome.answer["link"])
        return Response(answer, status=outcome.status, headers=idempotent.headers(outcome))


def _shown(digits: str) -> dict[str, Any]:
    link = stop_links.find_by_id(UUID(hex=digits))
    if link is None:
        raise Problem(410, "NOT_FOUND", "This link has ended.", fix="Ask for a new one.")
    url = one_click.address(settings.BASE_URL, stop_links.token_of(link.pk))
    is_stop = link.kind == StopLink.Kind.STOP
    return {
        "id": public_ids.shown(public_ids.STOP_LINK, link.pk),
        "kind": link.kind,
        "purpose": link.purpose.name if link.purpose else None,
        "channel": link.channel or None,
        "url": url if is_stop else url.replace(one_click.PATH, one_click.MANAGE_PATH, 1),
        "expires_at": show_time(link.expires_at),
        "headers": one_click.mail_headers(url) if is_stop else None,
    }
