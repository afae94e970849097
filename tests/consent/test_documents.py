"""Renderings of one event: each is right for its own judge, and all of them agree."""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pyld import jsonld
from rdflib import Graph
from rdflib.compare import isomorphic

from consent.documents import (
    DataCategory,
    EventFacts,
    NoticeFacts,
    Party,
    PurposeFacts,
    dpv,
    events,
    kantara,
    proved,
    readable,
    records,
    states,
    tokens,
)
from consent.documents.facts import EVERYTHING
from consent.models import ConsentEvent

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
SCHEMA = json.loads(
    (Path(kantara.__file__).parent.parent / "data" / "kantara_receipt.schema.json").read_text()
)
SITE = "https://privacy.example"
CODES = st.sampled_from(["portal", "a_b", "email_marketing", "purchases.produce", "x"])
WORDS = st.text('aZ9 ї"<&[]()_-', min_size=1, max_size=12).map(lambda text: "w" + text + "w")
MOMENTS = st.integers(946_684_800, 3_786_912_000).map(lambda at: datetime.fromtimestamp(at, UTC))
FEW = settings(max_examples=20)
STATES = sorted({*ConsentEvent.State.values, *states._IRIS})


@st.composite
def parties(draw: st.DrawFn, role: str) -> Party:
    return Party(draw(CODES), draw(WORDS), role, draw(st.sampled_from(["DE", "US"])), "p@x.example")


@st.composite
def purposes(draw: st.DrawFn) -> PurposeFacts:
    code = draw(st.one_of(st.just(EVERYTHING), CODES))
    kinds = st.sampled_from(["ordinary", "sensitive", "special"])
    data = st.builds(DataCategory, CODES, WORDS, st.just(""), kinds)
    return PurposeFacts(
        code=code,
        name=draw(WORDS),
        purpose_class=draw(st.sampled_from(["personalisation", "core_service", "sale", ""])),
        dpv=draw(st.sampled_from(["", states.DPV + "DirectMarketing"])),
        controller=draw(parties("controller")),
        bases=draw(st.sampled_from([(), (("EU-DE", "consent"),), (("US", "us_notice"),)])),
        data=tuple(draw(st.lists(data, max_size=3, unique_by=lambda one: one.code))),
        recipients=tuple(draw(st.lists(parties("third_party"), max_size=2))),
        retention_days=draw(st.one_of(st.none(), st.integers(1, 4000))),
    )


@st.composite
def facts(draw: st.DrawFn, state: str | None = None) -> EventFacts:
    at = draw(MOMENTS)
    notice = NoticeFacts("a@1", "uk", draw(WORDS), (("look_at", draw(WORDS)),), "ab", "cd", at)
    return EventFacts(
        id=draw(st.uuids()),
        log_event=draw(st.uuids()),
        person="ps_" + draw(st.uuids()).hex,
        state=state or draw(st.sampled_from(STATES)),
        purposes=tuple(draw(st.lists(purposes(), min_size=1, max_size=3,
                                     unique_by=lambda one: one.code))),
        attributes=(),
        channels=tuple(draw(st.lists(CODES, max_size=2, unique=True))),
        recipient=None,
        consent_types=tuple(draw(st.lists(st.sampled_from(["expressed", "explicit"]), max_size=1))),
        notice=draw(st.one_of(st.none(), st.just(notice))),
        shown_at=draw(st.one_of(st.none(), st.just(at))),
        method=draw(CODES),
        actor=draw(st.sampled_from(["person", "guardian", "browser", "officer", "agent"])),
        evidence="",
        source=None,
        valid_from=at,
        expires_at=draw(st.one_of(st.none(), st.just(at + timedelta(days=30)))),
        recorded_at=at + timedelta(hours=1),
        jurisdictions=draw(st.sampled_from([("EU-DE",), ("US-CA",), ("EU-FR", "UK")])),
        language=draw(st.sampled_from(["en", "uk"])),
        site=SITE,
        as_of=at + timedelta(days=draw(st.integers(0, 60))),
    )  # fmt: skip


ONE = EventFacts(
    id=UUID("0193525a-1c02-7000-9c5b-3f1e2d4a6b8c"),
    log_event=UUID("0193525a-1c03-7000-9c5b-3f1e2d4a6b8c"),
    person="ps_abcdefghijklmnopqrstuvwxyz",
    state="given",
    purposes=(
        PurposeFacts(
            code="recommendations",
            name="Recommendations",
            purpose_class="personalisation",
            dpv=states.DPV + "ProvidePersonalisedRecommendations",
            controller=Party("shop", "Journey Market", "controller", "DE", "privacy@x.example"),
            bases=(("EU-DE", "consent"),),
            data=(DataCategory("purchases", "Purchases", "", "ordinary"),),
            retention_days=730,
        ),
    ),
    attributes=(),
    channels=(),
    recipient=None,
    consent_types=("expressed",),
    notice=None,
    shown_at=None,
    method="portal",
    actor="person",
    evidence="",
    source=None,
    valid_from=datetime(2026, 11, 22, 9, 14, 3, tzinfo=UTC),
    expires_at=None,
    recorded_at=datetime(2026, 11, 22, 9, 14, 4, tzinfo=UTC),
    jurisdictions=("EU-DE",),
    language="en",
    site=SITE,
    as_of=datetime(2026, 11, 23, tzinfo=UTC),
)


class Said(NamedTuple):
    """What a rendering says: who, which purposes, which state (ours and the IRI), when."""

    person: str
    purposes: frozenset[str]
    state: str
    status: str
    at: int


def of_record(found: EventFacts) -> Said:
    shown = records.render(found)
    named = frozenset(entry["purpose"] for entry in shown["purposes"])
    return Said(shown["subject"], named, shown["state"], shown["status"], at(shown["valid_from"]))


def of_kantara(found: EventFacts) -> Said:
    shown = kantara.render(found)
    named = frozenset(
        entry["purposeId"] for service in shown["services"] for entry in service["purposes"]
    )
    state, status = shown["consentState"], shown["consentStateIri"]
    return Said(shown["piiPrincipalId"], named, state, status, shown["consentTimestamp"])


def of_cloud_event(found: EventFacts) -> Said:
    shown = events.render(found)
    state = shown["type"].removeprefix("sayso.consent.").removesuffix(".v1")
    named = frozenset(shown["data"]["purposes"])
    assert shown["data"]["state"] == state
    return Said(shown["subject"], named, state, shown["data"]["status"], at(shown["time"]))


def of_token(found: EventFacts) -> Said:
    signed = tokens.signing_input(
        {"alg": "none"}, tokens.claims(found, proved.log_member(found, None))
    )
    payload = signed.split(b".")[1]
    claims = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    shown = claims["receipt"]
    named = frozenset(entry["purpose"] for entry in shown["purposes"])
    return Said(claims["sub"], named, shown["state"], shown["status"], at(shown["valid_from"]))


QUESTION = """
PREFIX dpv: <https://w3id.org/dpv#>
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?person ?purpose ?state ?status ?time WHERE {
  ?record a dpv:ConsentRecord ;
    dpv:hasDataSubject/dct:identifier ?person ;
    dpv:hasProcess/dpv:hasPurpose/dct:identifier ?purpose ;
    dpv:hasConsentStatus ?event .
  ?event <urn:sayso:terms:state> ?state ; dpv:isIndicatedAtTime ?time ; a ?status .
}
"""


def of_graph(found: EventFacts) -> Said:
    graph = read(dpv.receipt(found))
    rows = list(graph.query(QUESTION))
    types = {states.type_iri(name) for name in found.consent_types} | {states.DPV + "Consent"}
    status = {str(row.status) for row in rows} - (types - {found.status})
    persons, said, times = ({str(row[place]) for row in rows} for place in (0, 2, 4))
    assert len(persons) == len(said) == len(times) == len(status) == 1
    named = frozenset(str(row.purpose) for row in rows)
    return Said(persons.pop(), named, said.pop(), status.pop(), at(times.pop()))


def of_text(found: EventFacts) -> Said:
    lines = [line.strip() for line in readable.render(found).splitlines()]
    value = dict(line.split(": ", 1) for line in lines if ": " in line)
    words = readable._UK if found.language == "uk" else readable._EN
    state, status = value[words["said"]].removesuffix(")").split(" (")
    named = frozenset(
        line.rsplit("[", 1)[1].removesuffix("]")
        for line in lines
        if line.startswith(words["about"] + ": ")
    )
    return Said(value[words["person"]], named, state, status, at(value[words["when"]]))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def read(document: dict[str, Any]) -> Graph:
    return Graph().parse(data=json.dumps(document), format="json-ld")


@FEW
@given(facts())
def test_all_renderings_of_one_event_agree(found: EventFacts) -> None:
    said = of_record(found)

    assert said.person == found.person
    assert said.state == found.state
    for rendering in (of_kantara, of_cloud_event, of_token, of_graph, of_text):
        assert rendering(found) == said, rendering.__name__


@pytest.mark.parametrize("state", STATES)
@settings(max_examples=2)
@given(data=st.data())
def test_every_state_is_said_alike(state: str, data: st.DataObject) -> None:
    found = data.draw(facts(state))

    assert of_kantara(found) == of_cloud_event(found) == of_graph(found) == of_record(found)


def test_every_consent_status_of_dpv_is_reached() -> None:
    reached = {states.iri(state).removeprefix(states.DPV) for state in STATES}

    assert reached >= {
        "ConsentUnknown", "ConsentRequested", "ConsentRequestDeferred", "ConsentGiven",
        "RenewedConsentGiven", "ConsentRefused", "ConsentWithdrawn", "ConsentRevoked",
        "ConsentExpired", "ConsentInvalidated",
    }  # fmt: skip


@FEW
@given(facts())
def test_a_kantara_receipt_fits_the_schema_of_its_specification(found: EventFacts) -> None:
    receipt = kantara.render(found)

    Draft202012Validator(SCHEMA).validate(receipt)
    assert isinstance(receipt["consentTimestamp"], int)


@pytest.mark.parametrize(
    "change",
    [
        {"consentTimestamp": 1_700_000_000_000},
        {"consentTimestamp": "2026-11-22T09:14:03Z"},
        {"policyUrl": None},
        {"sensitive": True, "spiCat": []},
        {"services": []},
        {"version": "KI-CR-v1.0.0"},
    ],
)
def test_the_schema_tells_a_wrong_receipt(change: dict[str, Any]) -> None:
    schema = Draft202012Validator(SCHEMA)
    wrong = kantara.render(ONE) | change

    assert schema.is_valid(kantara.render(ONE))
    assert not schema.is_valid({name: value for name, value in wrong.items() if value is not None})


@FEW
@given(facts())
def test_two_readers_of_json_ld_see_the_same_graph_and_fetch_nothing(found: EventFacts) -> None:
    def fetch(url: str, options: Any) -> Any:
        raise AssertionError("a context was fetched")

    proof = proved.LogProof("c2sp.org/tlog-proof@v1\nindex 0\n\nnote\n", "AA==", None)
    carrying = proved.document(dpv.receipt(found), proved.log_member(found, proof))
    for document in (dpv.receipt(found), dpv.record(found), carrying):
        quads = jsonld.normalize(
            document,
            {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": fetch},
        )
        assert isomorphic(read(document), Graph().parse(data=quads, format="nquads"))


def test_a_record_has_what_iso_27560_calls_mandatory() -> None:
    graph = read(dpv.record(ONE))
    dpv_, dct = states.DPV, "http://purl.org/dc/terms/"

    def holds(*path: str) -> bool:
        steps = "/".join(f"<{step}>" for step in path)
        ask = f"ASK {{ ?record a <{dpv_}ConsentRecord> ; {steps} ?value }}"
        return bool(graph.query(ask).askAnswer)

    process = dpv_ + "hasProcess"
    for path in (
        (dct + "conformsTo",), (dct + "identifier",), (dct + "language",),
        (dpv_ + "hasDataSubject", dct + "identifier"), (dpv_ + "hasNotice",),
        (process, dpv_ + "hasPurpose"), (process, dpv_ + "hasPersonalData"),
        (process, dpv_ + "hasDataController", dpv_ + "hasName"),
        (process, dpv_ + "hasDataController", dpv_ + "hasIdentifier"),
        (process, dpv_ + "hasDataController", "https://schema.org/contactPoint",
         "https://schema.org/addressCountry"),
        (process, dpv_ + "hasStorageCondition", dpv_ + "hasLocation"),
        (process, dpv_ + "hasStorageCondition", dpv_ + "hasDuration"),
        (process, dpv_ + "hasJurisdiction"), (process, dpv_ + "hasRecipient", dpv_ + "hasName"),
        (process, dpv_ + "hasConsentControl", dpv_ + "isExercisedAt"),
        (dpv_ + "hasConsentStatus", dpv_ + "isIndicatedAtTime"),
        (dpv_ + "hasConsentStatus", dpv_ + "isIndicatedBy"),
        (dpv_ + "hasConsentStatus", dpv_ + "hasDuration"),
    ):  # fmt: skip
        assert holds(*path), path
    assert not holds(dpv_ + "hasNothing")


@pytest.mark.parametrize(
    ("jurisdictions", "profiles"),
    [(("EU-DE",), {"receipt", "receipt-eu-gdpr"}), (("US-CA",), {"receipt"})],
)
def test_a_receipt_names_the_profiles_it_keeps_to(
    jurisdictions: tuple[str, ...], profiles: set[str]
) -> None:
    receipt = dpv.receipt(replace(ONE, jurisdictions=jurisdictions))

    named = {entry["@id"].removeprefix(dpv.PROFILE) for entry in receipt["dct:conformsTo"]}
    assert named == profiles


@FEW
@given(facts())
def test_a_cloud_event_is_read_by_another_library(found: EventFacts) -> None:
    body = json.dumps(events.render(found)).encode()

    parsed = from_structured_event(HTTPMessage({"content-type": events.MEDIA_TYPE}, body))

    assert parsed.get_subject() == found.person
    assert parsed.get_type() == f"sayso.consent.{found.state}.v1"
    assert parsed.get_time() == found.valid_from
    assert parsed.get_data()["purposes"] == [purpose.code for purpose in found.purposes]


def test_what_ran_out_counts_as_expired_and_a_no_does_not() -> None:
    over = replace(ONE, state="given", expires_at=ONE.as_of)

    assert over.status.endswith("#ConsentExpired")
    assert replace(over, expires_at=ONE.as_of + timedelta(seconds=1)).status.endswith("Given")
    assert replace(over, state="refused").status.endswith("#ConsentRefused")
