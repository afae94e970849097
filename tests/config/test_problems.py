"""Whatever goes wrong on the REST interface is a problem; elsewhere it is a page."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from rest_framework.exceptions import NotFound, Throttled, ValidationError

from config import problems
from consent.api.problems import TITLES, Problem
from consent.errors import ConsentRefused, SubjectUnknown
from keys.errors import KeyDestroyed, KeyStoreUnavailable
from tests.cast import catalogue
from tests.partners import Partner, call, check_problem, nothing_remembered, shop_app

__all__ = ["catalogue", "nothing_remembered", "shop_app"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/v1/nothing", "/access/v1/nothing", "/oauth/nothing", "/v1/"])
def test_an_address_without_anything_is_a_404_problem(path: str) -> None:
    members = check_problem(call("GET", path), 404, "NOT_FOUND")

    assert members["instance"].endswith(members["request_id"])


def test_for_browsers_it_is_a_page() -> None:
    answer = call("GET", "/nothing-here")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/consent-events", "POST"),
        ("GET", "/v1/consent-events", "POST"),
        ("POST", "/v1/purposes", "GET"),
        ("PATCH", "/v1/subjects/ps_secret/attributes", "GET, PUT"),
        ("PUT", "/access/v1/evaluation", "POST"),
    ],
)
def test_a_wrong_method_is_a_405_that_names_the_right_ones(
    shop_app: Partner, method: str, path: str, allowed: str
) -> None:
    answer = shop_app.send(method, path, {})

    check_problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert set(allowed.split(", ")) <= set(answer["Allow"].split(", "))
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Problem(418, "INVALID_TIME", "x"), 418, "INVALID_TIME"),
        (ConsentRefused("NOTICE_MISSING", "x", fix="y"), 422, "NOTICE_MISSING"),
        (SubjectUnknown(), 404, "SUBJECT_UNKNOWN"),
        (KeyDestroyed("x"), 410, "SUBJECT_ERASED"),
        (KeyStoreUnavailable("secret"), 503, "SERVICE_UNAVAILABLE"),
        (OperationalError("secret"), 503, "SERVICE_UNAVAILABLE"),
        (Http404("secret"), 404, "NOT_FOUND"),
        (NotFound(), 404, "NOT_FOUND"),
        (PermissionDenied("secret"), 403, "SCOPE_MISSING"),
        (SuspiciousOperation("secret"), 400, "INVALID_REQUEST"),
        (Throttled(), 429, "RATE_LIMITED"),
        (RuntimeError("secret"), 500, "INTERNAL_ERROR"),
    ],
)
def test_every_exception_has_its_problem(error: Exception, status: int, code: str) -> None:
    found = problems.problem_of(error)

    assert (found.status, found.code) == (status, code)
    assert "secret" not in found.detail + found.fix
    assert code in TITLES


def test_faults_of_nested_members_are_pointed_at() -> None:
    details: dict[str, Any] = {
        "a": [{}, {"b/c": ["wrong"]}],
        "non_field_errors": ["whole"],
        "list": {1: ["second"]},
    }

    found = problems.problem_of(ValidationError(details))

    assert {(fault.pointer, fault.detail) for fault in found.errors} == {
        ("/a/1/b~1c", "wrong"),
        ("", "whole"),
        ("/list/1", "second"),
    }


def test_a_fault_of_ours_says_nothing_about_it(
    shop_app: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("consent.api.views.purposes._shown", fail)
    answer = shop_app.get("/v1/purposes")

    check_problem(answer, 500, "INTERNAL_ERROR")
    assert b"secret" not in answer.content


def test_the_type_is_an_address_that_explains(shop_app: Partner) -> None:
    members = json.loads(call("GET", "/v1/nothing").content)
    page = call("GET", members["type"].removeprefix(settings.BASE_URL).partition("#")[0])

    assert page.status_code == 200
    for code in TITLES:
        assert f'id="{code}"'.encode() in page.content


def test_what_is_left_of_the_limit_is_said(shop_app: Partner, settings: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 2
    answers = [shop_app.get("/v1/purposes") for _ in range(3)]

    assert answers[0]["RateLimit-Policy"] == '"calls";q=2;w=60'
    assert answers[1]["RateLimit"].startswith('"calls";r=0;t=')
    check_problem(answers[2], 429, "RATE_LIMITED")
    assert answers[2]["Retry-After"]
