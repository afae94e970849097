"""The question to the gate, and where to find it (OpenID AuthZEN 1.0)."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.api import authzen, descriptions, evaluations, search
from consent.api.evaluation import PATH, decide, respond
from consent.api.strict_json import LONGEST_BODY
from consent.api.tokens import caller_in


class EvaluationView(APIView):
    """May I? The same answer as ahead of Django, for servers that load Django alone."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    required_scopes = {"POST": ["decide"]}

    @extend_schema(**descriptions.EVALUATION)
    def post(self, request: Request) -> HttpResponse:
        """200 with a decision, a deny included."""
        answer = respond(
            body=request._request.read(LONGEST_BODY + 1),
            content_type=request.headers.get("Content-Type", ""),
            authorization=request.headers.get("Authorization", ""),
            request_id=getattr(request._request, "id", ""),
            at=timezone.now(),
        )
        return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))


class EvaluationsView(APIView):
    """May I, many times? Different questions, or one about many people."""

    required_scopes = {"POST": ["decide"]}

    @extend_schema(**descriptions.EVALUATIONS)
    def post(self, request: Request) -> Response:
        """200 with an answer for each question, denies included."""
        caller, at = caller_in(request), timezone.now()
        batch = evaluations.read(request.data)
        if batch.items is None:
            # Because a body without a list asks as POST /access/v1/evaluation does.
            asked = authzen.read(request.data)
            return Response(authzen.write(decide(asked, caller=caller, at=at)))
        return Response({"evaluations": evaluations.answer(batch, caller=caller, at=at)})


class ConfigurationView(APIView):
    """`/.well-known/authzen-configuration`: what of AuthZEN is here, and where."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    @extend_schema(**descriptions.CONFIGURATION)
    def get(self, request: Request) -> Response:
        """200 with absolute addresses."""
        return Response(
            {
                "policy_decision_point": settings.BASE_URL,
                "access_evaluation_endpoint": settings.BASE_URL + PATH,
                "access_evaluations_endpoint": settings.BASE_URL + evaluations.PATH,
            }
            | {
                f"search_{kind}_endpoint": f"{settings.BASE_URL}{search.PATH}{kind}"
                for kind in (search.SUBJECT, search.RESOURCE, search.ACTION)
            }
        )
