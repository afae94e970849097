"""Importing and exporting over REST: line by line, again and again, and no No is lost."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from zeal import zeal_context

from audit import queries as log
from consent.actions import subjects
from consent.actions.asking import decide
from consent.api import ndjson
from consent.models import ConsentEvent, ConsentState, Notice, Subject
from consent.queries.identifiers import find_subject
from tests.cast import bring_in, question, say
from tests.partners import Partner, check_problem, partner_of

pytestmark = pytest.mark.django_db

IMPORT, EXPORT = "/v1/consent-events:import", "/v1/consent-events:export"
SAID = "2026-03-01T09:00:00Z"


def line(subject: str, **changes: Any) -> dict[str, Any]:
    """A Yes of long ago."""
    fields = {
        "subject": subject, "state": "given", "purpose": "recommendations",
        "notice": "recommendations@2", "language": "en", "valid_from": SAID,
    }  # fmt: skip
    return {name: value for name, value in (fields | changes).items() if value is not None}


def results(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/x-ndjson"
    with zeal_context():
        return [json.loads(found) for found in b"".join(answer.streaming_content).splitlines()]


def send(partner: Partner, *lines: dict[str, Any] | bytes) -> list[dict[str, Any]]:
    body = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    headers = {"Content-Type": "application/x-ndjson"}
    return results(partner.send("POST", IMPORT, body, **headers))


def permitted(person: UUID) -> bool:
    with zeal_context():
        return decide(question=question(person), at=timezone.now()).permitted


def test_a_past_yes_is_recorded_and_counts(shop_app: Partner, ben: UUID) -> None:
    recorded, summary = send(shop_app, line(shop_app.id_of(ben)))
    assert recorded["line"] == 1
    assert recorded["status"] == "recorded"
    assert summary == {
        "summary": {"complete": True, "lines": 1, "recorded": 1, "repeated": 0, "refused": 0}
    }
    event = ConsentEvent.objects.get(subject_id=ben)
    assert event.valid_from == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert (event.source_id, event.method) == ("shop-app", "import")
    assert permitted(ben)
    (entry,) = log.events(filters=log.Filters(kind="consents.imported"))
    assert entry.facts == {"recipient": "shop-app", "recorded": 1, "repeated": 0, "refused": 0}


def test_what_is_sent_again_is_recognised(shop_app: Partner, ben: UUID) -> None:
    one = line(shop_app.id_of(ben))
    named = line(shop_app.id_of(ben), id="crm-7", state="refused", notice=None)
    first = send(shop_app, one, one, named)
    again = send(shop_app, named, one, named | {"language": "uk"})
    assert [r["status"] for r in first[:-1]] == ["recorded", "repeated", "recorded"]
    assert [r["status"] for r in again[:-1]] == ["repeated"] * 3
    assert {r["id"] for r in again[:-1]} == {r["id"] for r in first[:-1]}
    assert ConsentEvent.objects.filter(subject_id=ben).count() == 2


def test_broken_lines_are_named_and_the_others_go_through(shop_app: Partner, ben: UUID) -> None:
    person = shop_app.id_of(ben)
    gone = bring_in("EU-DE")
    with zeal_context():
        subjects.mark_erased(subject_id=gone, at=timezone.now())
    broken: list[tuple[dict[str, Any] | bytes, str, str]] = [
        (b"{not json", "INVALID_REQUEST", ""),
        (b"[1]", "INVALID_REQUEST", ""),
        (b'{"a": 1, "a": 2}', "INVALID_REQUEST", ""),
        (b'"' + b"x" * ndjson.LONGEST_LINE + b'"', "INVALID_REQUEST", ""),
        (line(person, valid_from=None), "INVALID_REQUEST", "/valid_from"),
        (line(person, valid_from="yesterday"), "INVALID_REQUEST", "/valid_from"),
        (line(person, valid_from="2100-01-01T00:00:00Z"), "INVALID_TIME", "/valid_from"),
        (line(person, valid_from="1900-01-01T00:00:00Z"), "INVALID_TIME", "/valid_from"),
        (line(person, shown_at="2026-04-01T00:00:00Z"), "INVALID_TIME", "/shown_at"),
        (line(person, expires_at="2026-02-01T00:00:00Z"), "INVALID_TIME", "/expires_at"),
        (line(person, state="adored"), "STATE_UNKNOWN", "/state"),
        (line(person, purpose="horoscopes"), "PURPOSE_UNKNOWN", "/purpose"),
        (line(person, purpose=None), "PURPOSE_MISSING", "/purpose"),
        (line(person, notice="recommendations@1"), "NOTICE_NOT_LIVE", "/notice"),
        (line(person, notice="recommendations@9"), "NOTICE_UNKNOWN", "/notice"),
        (line(person, notice="sale@1"), "NOTICE_UNKNOWN", "/notice"),
        (line(person, notice=None), "NOTICE_MISSING", "/notice"),
        (line(person, language="xx"), "LANGUAGE_NOT_SHOWN", "/language"),
        (line(person, attributes=["phone"]), "CATEGORY_NOT_COVERED", "/attributes/0"),
        (line(person, evidence="she said so on the phone"), "INVALID_REQUEST", "/evidence"),
        (line(person, actor="stranger"), "INVALID_REQUEST", "/actor"),
        (line("ps_nobody"), "SUBJECT_UNKNOWN", "/subject"),
        (line("ref:no id"), "SUBJECT_UNKNOWN", "/subject"),
        (line(shop_app.id_of(gone)), "SUBJECT_ERASED", "/subject"),
    ]
    found = send(shop_app, *(sent for sent, _, _ in broken), b"", line(person))
    *refused, recorded, summary = found
    assert [(r["status"], r["code"], r["pointer"]) for r in refused] == [
        ("refused", code, pointer) for _, code, pointer in broken
    ]
    assert [r["line"] for r in refused] == list(range(1, len(broken) + 1))
    assert all(r["fix"] and r["detail"] for r in refused)
    assert (recorded["status"], recorded["line"]) == ("recorded", len(broken) + 2)
    assert summary["summary"]["refused"] == len(broken)
    assert ConsentEvent.objects.filter(subject_id=ben).count() == 1


def test_the_same_words_are_judged_by_the_moment_of_each_line(shop_app: Partner, ben: UUID) -> None:
    """Version 1 was live until version 2 came: what is remembered of one line binds no other."""
    first, second = Notice.objects.filter(purpose__name="recommendations").order_by("version")
    assert first.superseded_at == second.published_at and first.superseded_at is not None
    hour = timedelta(hours=1)
    moments = [first.superseded_at + hour * step for step in (-2, 2, -1, 1)]
    lines = [
        line(shop_app.id_of(ben), notice="recommendations@1", valid_from=moment.isoformat())
        for moment in moments
    ]

    *found, _ = send(shop_app, *lines)
    assert [row.get("code", row["status"]) for row in found] == [
        "recorded", "NOTICE_NOT_LIVE", "recorded", "NOTICE_NOT_LIVE",
    ]  # fmt: skip


def test_no_no_said_here_is_lifted(shop_app: Partner, ada: UUID) -> None:
    say(ada, "withdrawn", "recommendations")
    after, before = timezone.now().isoformat(), SAID
    stands, history, _ = send(
        shop_app,
        line(shop_app.id_of(ada), valid_from=after),
        line(shop_app.id_of(ada), valid_from=before),
    )
    assert (stands["status"], stands["code"]) == ("refused", "NO_STANDS")
    assert history["status"] == "recorded"
    assert not permitted(ada)


def test_the_order_of_lines_and_the_bounds_of_batches_do_not_matter(
    shop_app: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    yes, no = {"valid_from": SAID}, {"state": "withdrawn", "valid_from": "2026-03-02T09:00:00Z"}
    again = {"valid_from": "2026-03-03T09:00:00Z"}
    monkeypatch.setattr("consent.api.imports.BATCH", 1)
    for acts, expected in (
        ([yes, no], False), ([no, yes], False), ([again, no, yes], True), ([yes, no, again], True),
    ):  # fmt: skip
        person = bring_in("EU-DE")
        found = send(shop_app, *(line(shop_app.id_of(person), **act) for act in acts))
        assert all(result["status"] == "recorded" for result in found[:-1])
        assert permitted(person) == expected


def test_a_new_reference_makes_a_person_and_an_erased_one_does_not(shop_app: Partner) -> None:
    new = line("ref:crm:4711", jurisdiction="EU-DE", birth_date="1980-05-05")
    also = line("ref:crm:4711", purpose="email_marketing", notice="email_marketing@1")
    assert [r["status"] for r in send(shop_app, new, also)[:-1]] == ["recorded"] * 2
    person = find_subject(recipient="shop-app", first_party=True, identifier="ref:crm:4711")
    assert person is not None
    assert Subject.objects.get(pk=person).jurisdictions == ["EU-DE"]
    assert ConsentState.objects.get(subject_id=person).epoch == 1
    assert permitted(person)


def test_a_third_party_brings_in_a_yes_to_its_own_purposes_only(
    northwind: Partner, ada: UUID
) -> None:
    person = northwind.id_of(ada)
    own = line(person, purpose="targeted_ads", notice="targeted_ads@1")
    found = send(northwind, line(person), own, line("ref:crm:1"), line(person, state="withdrawn"))
    assert [r.get("code", r["status"]) for r in found[:-1]] == [
        "PURPOSE_NOT_YOURS", "recorded", "PURPOSE_NOT_YOURS", "recorded",
    ]  # fmt: skip


def test_a_body_of_another_kind_or_without_a_token_is_refused(shop_app: Partner) -> None:
    check_problem(shop_app.post(IMPORT, {}), 415, "CONTENT_TYPE_UNSUPPORTED")
    headers = {"Content-Type": "application/x-ndjson"}
    check_problem(shop_app.send("POST", IMPORT, b"", token="x", **headers), 401, "TOKEN_INVALID")
    reader = partner_of("shop-app", "consent:read")
    check_problem(reader.send("POST", IMPORT, b"", **headers), 403, "SCOPE_MISSING")


def test_what_is_exported_can_be_imported_and_is_recognised(
    shop_app: Partner, ada: UUID, cleo: UUID
) -> None:
    say(cleo, "opted_out", None)
    *events, summary = results(shop_app.get(EXPORT, Accept="application/x-ndjson"))
    assert summary["summary"]["events"] == len(events) == 2
    assert {event["subject"] for event in events} == {shop_app.id_of(ada), shop_app.id_of(cleo)}
    again = send(shop_app, *events)
    assert [r["status"] for r in again[:-1]] == ["repeated"] * 2


def test_an_export_is_resumed_after_the_last_id(
    shop_app: Partner, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(ada, "withdrawn", "recommendations")
    say(ada, "refused", "sale")
    monkeypatch.setattr("consent.api.exports.AT_ONCE", 2)
    whole = results(shop_app.get(EXPORT))
    as_of = whole[-1]["summary"]["as_of"]
    say(ada, "refused", "targeted_ads")
    rest = results(shop_app.get(f"{EXPORT}?after={whole[0]['id']}&as_of={as_of}"))
    assert rest[:-1] == whole[1:-1]
    check_problem(shop_app.get(f"{EXPORT}?after=x"), 400, "INVALID_REQUEST")
    check_problem(shop_app.get(f"{EXPORT}?as_of=x"), 400, "INVALID_REQUEST")


def test_a_third_party_exports_what_it_passed_on(northwind: Partner, ada: UUID) -> None:
    say(ada, "refused", "targeted_ads")
    send(northwind, line(northwind.id_of(ada), state="withdrawn", notice=None))
    *events, _ = results(northwind.get(EXPORT))
    assert [(e["subject"], e["source"]) for e in events] == [(northwind.id_of(ada), "northwind")]


def test_lines_are_split_in_constant_memory() -> None:
    chunks = iter([b"a\nb", b"b\n", b"x" * 70_000, b"x\ncc\n\nd"])
    assert list(ndjson.lines(chunks)) == [b"a", b"bb", ndjson.TOO_LONG, b"cc", b"", b"d"]


def test_the_command_says_what_was_refused(shop_app: Partner, ben: UUID, tmp_path: Path) -> None:
    file, out = tmp_path / "said.ndjson", StringIO()
    person = shop_app.id_of(ben)
    file.write_text(json.dumps(line(person)) + "\n" + json.dumps(line(person, state="x")) + "\n")
    with pytest.raises(CommandError, match="1 lines were refused"), zeal_context():
        call_command("import_consents", file, recipient="shop-app", workers=1, stdout=out)
    refused, summary = map(json.loads, out.getvalue().splitlines())
    assert (refused["line"], refused["code"]) == (2, "STATE_UNKNOWN")
    assert summary["summary"]["recorded"] == 1
    with pytest.raises(CommandError, match="no such recipient"):
        call_command("import_consents", file, recipient="nobody", stdout=out)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_consents", tmp_path / "none", workers=1, stdout=out)
