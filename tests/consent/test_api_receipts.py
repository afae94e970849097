"""GET /v1/consent-events/{id}/receipt and /.well-known/jwks.json."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.http import HttpResponse
from joserfc import jws
from joserfc.jwk import KeySet
from jsonschema import Draft202012Validator
from rdflib import Graph
from zeal import zeal_context

from audit import publishing
from audit import queries as log
from audit.checkpoints import open_checkpoint
from audit.public_ids import CONSENT_EVENT, shown
from audit.sequencer import Sequencer
from consent.models import ConsentEvent
from consent.strings import gpp, tcf
from tests.cast import given, say
from tests.consent.test_documents import QUESTION, SCHEMA
from tests.partners import Partner, call, check_problem

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib"),
]


def latest(subject_id: UUID) -> ConsentEvent:
    """What was said last."""
    # Because each look is one by itself, not a loop over rows.
    with zeal_context():
        return ConsentEvent.objects.filter(subject=subject_id).latest("recorded_at", "id")


def receipt(partner: Partner, event: UUID, form: str = "", **headers: str) -> HttpResponse:
    """The receipt of an event in one form."""
    query = f"?format={form}" if form else ""
    path = f"/v1/consent-events/{shown(CONSENT_EVENT, event)}/receipt{query}"
    return partner.get(path, **headers)


def test_the_default_is_iso_27560_and_answers_a_question_about_the_event(
    shop_app: Partner, ada: UUID
) -> None:
    event = latest(ada)

    answer = receipt(shop_app, event.pk)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    rows = list(Graph().parse(data=answer.content, format="json-ld").query(QUESTION))
    assert {str(row.status).rpartition("#")[2] for row in rows} == {
        "ConsentGiven", "ExpressedConsent",
    }  # fmt: skip
    row = rows[0]
    assert str(row.person) == shop_app.id_of(ada)
    assert (str(row.purpose), str(row.state)) == ("recommendations", "given")
    assert row.time.toPython() == event.valid_from


@pytest.mark.parametrize(
    ("form", "accept", "content_type"),
    [
        ("kantara", "", "application/json"),
        ("record", "", "application/json"),
        ("jwt", "application/jwt", "application/jwt"),
        ("cloudevent", "application/cloudevents+json", "application/cloudevents+json"),
        ("text", "text/plain", "text/plain; charset=utf-8"),
        ("jsonld", "application/ld+json", "application/ld+json"),
    ],
)
def test_each_form_is_asked_for_by_name_or_by_media_type(
    shop_app: Partner, ada: UUID, form: str, accept: str, content_type: str
) -> None:
    event = latest(ada).pk

    by_name = receipt(shop_app, event, form)

    assert (by_name.status_code, by_name["Content-Type"]) == (200, content_type)
    assert by_name["Cache-Control"] == "private, no-store"
    if accept:
        by_type = receipt(shop_app, event, Accept=accept)
        assert (by_type.status_code, by_type["Content-Type"]) == (200, content_type)


def test_a_form_nobody_has_is_refused(shop_app: Partner, ada: UUID) -> None:
    event = latest(ada).pk

    check_problem(receipt(shop_app, event, Accept="application/xml"), 406, "NOT_ACCEPTABLE")
    check_problem(receipt(shop_app, event, "pdf"), 404, "NOT_FOUND")


def test_a_kantara_receipt_of_a_real_event_fits_its_schema(shop_app: Partner, ada: UUID) -> None:
    document = receipt(shop_app, latest(ada).pk, "kantara").json()

    Draft202012Validator(SCHEMA).validate(document)
    assert document["piiPrincipalId"] == shop_app.id_of(ada)
    assert document["services"][0]["purposes"][0]["piiCategory"] == [
        "Age band", "Who lives in the household", "Purchases",
    ]  # fmt: skip


def test_the_text_shows_the_words_in_the_language_that_is_asked_for(
    shop_app: Partner, ada: UUID
) -> None:
    path = f"/v1/consent-events/{shown(CONSENT_EVENT, latest(ada).pk)}/receipt"

    text = shop_app.get(f"{path}?format=text&language=uk").content.decode()

    assert text.startswith("Квитанція\n")
    assert "[recommendations]" in text


def keys() -> dict[str, Any]:
    """The published keys."""
    answer = call("GET", "/.well-known/jwks.json")
    assert answer.status_code == 200
    return dict(json.loads(answer.content))


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_with_cryptography(token: str, jwk: dict[str, str]) -> None:
    """Check a compact JWS without any JOSE library; raises InvalidSignature."""
    message, _, encoded = token.rpartition(".")
    signature = unpacked(encoded)
    if jwk["kty"] == "OKP":
        Ed25519PublicKey.from_public_bytes(unpacked(jwk["x"])).verify(signature, message.encode())
        return
    x, y = (int.from_bytes(unpacked(jwk[name]), "big") for name in "xy")
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    public.verify(encode_dss_signature(r, s), message.encode(), ec.ECDSA(SHA256()))


@pytest.mark.parametrize("algorithm", ["ES256", "Ed25519"])
def test_a_signed_receipt_is_checked_by_others(
    shop_app: Partner, ada: UUID, settings: Any, algorithm: str
) -> None:
    settings.RECEIPT_ALGORITHM = algorithm
    token = receipt(shop_app, latest(ada).pk, "jwt").content.decode()
    published = keys()

    opened = jws.deserialize_compact(token, KeySet.import_key_set(published), [algorithm])

    claims = json.loads(opened.payload)
    header = opened.headers()
    assert header["typ"] == "consent-receipt+jwt"
    assert header["alg"] == algorithm
    assert claims["sub"] == claims["receipt"]["subject"] == shop_app.id_of(ada)
    assert claims["receipt"]["state"] == "given"
    jwk = next(key for key in published["keys"] if key["kid"] == header["kid"])
    check_with_cryptography(token, jwk)
    head, payload, signature = token.split(".")
    forged = payload[:-2] + ("AA" if payload[-2:] != "AA" else "BB")
    with pytest.raises(InvalidSignature):
        check_with_cryptography(f"{head}.{forged}.{signature}", jwk)


def test_the_published_keys_are_public_and_named_by_their_thumbprint() -> None:
    published = keys()

    assert [key["alg"] for key in published["keys"]] == ["ES256", "Ed25519"]
    for key in KeySet.import_key_set(published).keys:
        assert not key.is_private
        assert key.thumbprint() == key.kid


def test_a_young_receipt_says_where_its_proof_will_be(shop_app: Partner, ada: UUID) -> None:
    token = receipt(shop_app, latest(ada).pk, "jwt").content.decode()

    found = json.loads(unpacked(token.split(".")[1]))["log"]

    assert "proof" not in found
    assert found["proof_url"].endswith(f"/v1/log/proofs/{found['event']}")


def test_a_sealed_receipt_carries_its_proof_and_checks_alone(
    committed: None, shop_app: Partner, ada: UUID, tmp_path: Any
) -> None:
    worker = Sequencer(signer=publishing.signer(), directory=tmp_path / "log")
    while worker.step(at=latest(ada).recorded_at):
        pass
    worker.close()
    event = latest(ada)

    token = receipt(shop_app, event.pk, "jwt").content.decode()

    found = json.loads(unpacked(token.split(".")[1]))["log"]
    proof = log.proof(event.log_event)
    assert found["proof"] == proof.text()
    assert open_checkpoint(proof.note, log.verifier_key()).root == proof.root
    assert proof.holds()
    body = json.loads(base64.b64decode(found["body"]))
    assert body["kind"] == "consent.given"
    assert body["facts"]["consent_event"] == str(event.pk)


def test_a_third_party_sees_its_own_purposes_from_the_first_yes_on(
    northwind: Partner, ada: UUID
) -> None:
    say(ada, "refused", "targeted_ads")
    before = latest(ada).pk
    given(ada, "targeted_ads")
    yes = latest(ada).pk
    say(ada, "withdrawn", "targeted_ads")
    after = latest(ada).pk
    given(ada, "email_marketing")
    foreign = latest(ada).pk
    say(ada, "restricted")
    whole = latest(ada).pk

    assert receipt(northwind, yes).status_code == 200
    assert receipt(northwind, after).status_code == 200
    for hidden in (before, foreign, whole):
        check_problem(receipt(northwind, hidden), 404, "RECEIPT_UNKNOWN")


def test_a_third_party_learns_neither_where_someone_lives_nor_another_name(
    northwind: Partner, shop_app: Partner, cleo: UUID
) -> None:
    given(cleo, "targeted_ads")
    event = latest(cleo).pk
    for form in ("record", "kantara", "json", "cloudevent", "text", "jwt"):
        seen = receipt(northwind, event, form).content.decode()
        if form == "jwt":
            seen = unpacked(seen.split(".")[1]).decode()
        assert "US-CA" not in seen
        assert str(cleo) not in seen and cleo.hex not in seen
        assert shop_app.id_of(cleo) not in seen
        assert northwind.id_of(cleo) in seen
    assert "US-CA" in receipt(shop_app, event, "record").content.decode()


def test_what_a_third_party_passed_on_itself_is_its_own(northwind: Partner, ben: UUID) -> None:
    body = {"subject": northwind.id_of(ben), "state": "opted_out"}
    event = northwind.post("/v1/consent-events", body).json()["receipt"]["id"]

    answer = northwind.get(f"/v1/consent-events/{event}/receipt?format=record")

    assert answer.json()["purposes"][0]["purpose"] == "*"


@pytest.mark.parametrize("event", ["rcp_" + "0" * 32, "rcp_x", "7"])
def test_a_receipt_of_nothing_is_404(shop_app: Partner, event: str) -> None:
    answer = shop_app.get(f"/v1/consent-events/{event}/receipt")

    check_problem(answer, 404, "RECEIPT_UNKNOWN")


def test_reading_a_receipt_is_on_record_under_the_persons_mark(
    shop_app: Partner, ada: UUID
) -> None:
    receipt(shop_app, latest(ada).pk, "kantara")

    entry = log.events(filters=log.Filters(kind="receipt.read"))[0]
    assert entry.facts["recipient"] == "shop-app"
    assert entry.facts["form"] == "kantara"
    assert entry.tag is not None


def test_the_strings_of_advertising_say_what_the_receipt_says(shop_app: Partner, ben: UUID) -> None:
    """Purposes 5, 6 and 11 of the TCF rest on recommendations (consent/data/exchange.json)."""
    path = f"/v1/subjects/{shop_app.id_of(ben)}/strings"
    mine = {5, 6, 11}
    for state, said in (("given", True), ("withdrawn", False), ("given", True)):
        if said:
            given(ben)
        else:
            say(ben, state, "recommendations")
        record = receipt(shop_app, latest(ben).pk, "record").json()
        strings = shop_app.get(path).json()
        european = tcf.decode(strings["tcf"])
        within = gpp.decode(strings["gpp"]).sections[gpp.TCF_EU]

        assert (record["state"], record["purposes"][0]["purpose"]) == (state, "recommendations")
        assert (european.purpose_consents & mine == mine) is said
        assert (european.purpose_consents & mine == set()) is not said
        assert within == european
        assert european.last_updated.isoformat() == record["valid_from"][:10]
        granted = strings["consent_mode"]["update"]["personalization_storage"] == "granted"
        assert granted is said
