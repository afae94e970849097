"""Who, what data, which uses: the three searches of AuthZEN."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.api import descriptions, search, search_answers, search_people, search_uses
from consent.api.evaluation import STORE_PROBLEMS
from consent.api.search import Search
from consent.api.search_answers import Found
from consent.api.tokens import caller_in

logger = logging.getLogger(__name__)
Finder = Callable[..., Found]


class SubjectSearchView(APIView):
    """POST /access/v1/search/subject."""

    required_scopes = {"POST": ["decide"]}

    @extend_schema(**descriptions.SUBJECT_SEARCH)
    def post(self, request: Request) -> Response:
        """200 with a page of the people of whom the use is permitted."""
        return _answer(request, search.SUBJECT, search_people.found)


class ResourceSearchView(APIView):
    """POST /access/v1/search/resource."""

    required_scopes = {"POST": ["decide"]}

    @extend_schema(**descriptions.RESOURCE_SEARCH)
    def post(self, request: Request) -> Response:
        """200 with the attributes that may be used."""
        return _answer(request, search.RESOURCE, search_uses.resources)


class ActionSearchView(APIView):
    """POST /access/v1/search/action."""

    required_scopes = {"POST": ["decide"]}

    @extend_schema(**descriptions.ACTION_SEARCH)
    def post(self, request: Request) -> Response:
        """200 with the uses that are permitted."""
        return _answer(request, search.ACTION, search_uses.actions)


def _answer(request: Request, kind: str, finder: Finder) -> Response:
    caller, at = caller_in(request), timezone.now()
    asked = search.read(kind, request.data, caller=caller, at=at)
    found = _found(finder, asked, at)
    return Response(
        search_answers.write(asked, found, at=at), headers={"Cache-Control": "no-store"}
    )


def _found(finder: Finder, asked: Search, at: datetime) -> Found:
    try:
        return finder(asked, at=at)
    except STORE_PROBLEMS as error:
        logger.error("The gate cannot reach its store (%s); denying.", type(error).__name__)
        return Found([], "", None)
