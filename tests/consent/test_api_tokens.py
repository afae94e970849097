"""POST /oauth/token and what its tokens are good for."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import OctKey

from consent.api import tokens
from consent.models import Recipient
from keys import queries as keys
from tests.partners import (
    EVALUATION,
    SECRET,
    Partner,
    ask_token,
    call,
    check_problem,
    database_down,
    enrol,
    question,
    with_scope,
)

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def test_a_client_gets_a_token_for_all_its_scopes(shop_app: Partner) -> None:
    answer = ask_token(shop_app)

    body = answer.json()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert body["token_type"] == "Bearer"
    assert 0 < body["expires_in"] <= 600
    assert set(body["scope"].split()) == set(settings.OAUTH2_PROVIDER["SCOPES"])


def test_the_token_says_who_and_until_when(shop_app: Partner) -> None:
    token = ask_token(shop_app, scope="decide").json()["access_token"]
    opened = jwt.decode(token, OctKey.import_key(keys.named_key("access-token")))
    claims = opened.claims
    assert claims["client_id"] == claims["sub"] == shop_app.client_id
    assert (claims["recipient"], claims["first_party"]) == ("shop-app", True)
    assert claims["scope"] == "decide"
    assert claims["exp"] - claims["iat"] <= 600
    assert claims["iss"] == settings.BASE_URL and claims["jti"]


def test_the_secret_may_come_in_the_body(shop_app: Partner) -> None:
    enrol(shop_app)
    form = {
        "grant_type": "client_credentials",
        "client_id": shop_app.client_id,
        "client_secret": SECRET,
    }
    body = "&".join(f"{name}={value}" for name, value in form.items())

    answer = call("POST", "/oauth/token", body, content_type=FORM)

    assert answer.status_code == 200


def test_a_wrong_secret_is_refused(shop_app: Partner) -> None:
    answer = ask_token(shop_app, secret="wrong")

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert "WWW-Authenticate" in answer


def test_a_scope_that_the_client_lacks_is_refused(northwind: Partner) -> None:
    answer = ask_token(northwind, scope="decide+everything")

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b'{"grant_type": "client_credentials"}', "invalid_request"),
        (FORM, b"", "invalid_request"),
        (FORM, b"grant_type=password&username=a&password=b", "unsupported_grant_type"),
        (FORM, b"grant_type=authorization_code&code=a", "unsupported_grant_type"),
        (FORM, b"grant_type=client_credentials&client_id=a%00b&client_secret=c", "invalid_client"),
        (FORM, b"grant_type=client_credentials", "invalid_client"),
    ],
)
def test_what_is_no_token_request_is_refused_as_rfc_6749_says(
    content_type: str, body: bytes, error: str
) -> None:
    answer = call("POST", "/oauth/token", body, content_type=content_type)

    assert answer.status_code in {400, 401}
    assert answer.json()["error"] == error


def test_a_database_that_is_down_is_said_as_rfc_6749_says(
    committed: None, shop_app: Partner
) -> None:
    with database_down():
        answer = call(
            "POST", "/oauth/token", "grant_type=client_credentials&client_id=a", content_type=FORM
        )

    assert answer.status_code == 503
    assert answer.json()["error"] == "temporarily_unavailable"
    assert answer["Retry-After"]


def test_nonsense_instead_of_credentials_is_refused(shop_app: Partner) -> None:
    for credentials in ("", "!!!", base64.b64encode(b"\xff\xfe").decode(), "YWJj"):
        answer = call(
            "POST",
            "/oauth/token",
            "grant_type=client_credentials",
            content_type=FORM,
            headers={"Authorization": f"Basic {credentials}"},
        )
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"


def test_no_token_is_a_401_that_says_where_to_get_one(shop_app: Partner) -> None:
    for path in (EVALUATION, "/v1/consent-events"):
        answer = shop_app.send("POST", path, {}, token="", Authorization="")
        members = check_problem(answer, 401, "TOKEN_MISSING")
        assert "/oauth/token" in members["fix"]
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", [EVALUATION, "/v1/purposes"])
def test_a_foreign_or_altered_token_is_a_401(shop_app: Partner, path: str) -> None:
    method = "POST" if path == EVALUATION else "GET"
    head, claims, signature = shop_app.token.split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
    foreign = jwt.encode(
        {"alg": "HS256", "typ": "at+jwt"},
        {"client_id": "x", "recipient": "shop", "first_party": True, "scope": "decide"},
        OctKey.import_key(b"k" * 32),
    )
    for token in (
        "nonsense",
        f"{head}.{claims}.{signature[:-4]}AAAA",
        f"{unsigned}.{claims}.",
        foreign,
    ):
        answer = shop_app.send(method, path, None, token=token)
        check_problem(answer, 401, "TOKEN_INVALID")
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_a_signature_for_something_else_is_no_access_token(shop_app: Partner) -> None:
    claims = jwt.decode(shop_app.token, OctKey.import_key(keys.named_key("access-token"))).claims
    other = jwt.encode(
        {"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(keys.named_key("access-token"))
    )

    check_problem(shop_app.send("GET", "/v1/purposes", token=other), 401, "TOKEN_INVALID")


def test_an_expired_token_is_a_401_though_it_was_verified_before(shop_app: Partner) -> None:
    assert shop_app.get("/v1/purposes").status_code == 200

    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=601), tick=False):
        check_problem(shop_app.get("/v1/purposes"), 401, "TOKEN_EXPIRED")
        asked = shop_app.post(EVALUATION, question("ps_x"))
        check_problem(asked, 401, "TOKEN_EXPIRED")


def test_the_wrong_scope_is_a_403_that_names_the_right_one(shop_app: Partner) -> None:
    reader = with_scope(shop_app, "log:read")

    for method, path, scope in (
        ("POST", EVALUATION, "decide"),
        ("POST", "/v1/consent-events", "consent:write"),
        ("GET", "/v1/subjects/ps_x/consents", "consent:read"),
        ("PUT", "/v1/subjects/ps_x/attributes", "consent:write"),
        ("GET", "/v1/recommendations", "recommendations"),
        ("POST", "/v1/requests", "requests"),
    ):
        answer = reader.send(method, path, {})
        members = check_problem(answer, 403, "SCOPE_MISSING")
        assert members["missing_scopes"] == [scope]
        assert f'scope="{scope}"' in answer["WWW-Authenticate"]


def test_a_paused_partner_gets_nothing_more(northwind: Partner) -> None:
    Recipient.objects.filter(pk="northwind").update(paused_at=datetime.now(UTC))

    check_problem(northwind.get("/v1/purposes"), 403, "RECIPIENT_PAUSED")
    answer = northwind.post(EVALUATION, question("ps_x", "targeted_ads"))
    assert answer.json()["decision"] is False


def test_verified_tokens_are_bounded(shop_app: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_KEPT", 3)
    for _ in range(10):
        assert with_scope(shop_app, "decide").get("/v1/purposes").status_code == 200

    assert len(tokens._verified) <= 3
