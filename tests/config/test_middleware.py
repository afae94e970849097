"""Every answer carries the name of its request."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import RequestIdMiddleware

echo = RequestIdMiddleware(lambda request: HttpResponse(request.id))


def test_a_well_formed_name_is_kept() -> None:
    answer = echo(RequestFactory().get("/", headers={"X-Request-ID": "abc-123_DEF.4"}))

    assert answer["X-Request-ID"] == "abc-123_DEF.4"
    assert answer.content == b"abc-123_DEF.4"


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with space", "line\nbreak", "<script>xx"]
)
def test_any_other_name_is_replaced(given: str) -> None:
    answer = echo(RequestFactory().get("/", HTTP_X_REQUEST_ID=given))

    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


def test_each_request_gets_its_own() -> None:
    names = {echo(RequestFactory().get("/"))["X-Request-ID"] for _ in range(10)}

    assert len(names) == 10
