"""The log decided again: equal as it was, and under a draft with what would change."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from hypothesis import given as law
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from zeal import zeal_ignore

from audit import bodies
from audit import queries as log
from audit.identifiers import uuid7
from consent.actions import cataloguing, replaying
from consent.actions.asking import ask
from consent.models import CatalogueEdition, Notice, Purpose, ReplayRun, Shape
from consent.queries import catalogue as catalogues
from consent.queries import replays
from consent.queries.replays import Span
from consent.questions import Mint, Question
from tests.cast import ada, ben, catalogue, cleo, dan, given, question, say

__all__ = ["ada", "ben", "catalogue", "cleo", "dan"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def span(limit: int | None = None) -> Span:
    """Yesterday to tomorrow."""
    now = timezone.now()
    return Span(now - DAY, now + DAY, limit)


def draft(**changes: Any) -> dict[str, Any]:
    """The shipped catalogue with recommendations changed."""
    document = deepcopy(cataloguing.default_document())
    next(entry for entry in document["purposes"] if entry["code"] == "recommendations").update(
        changes
    )
    return document


def verified(limit: int | None = None) -> replays.Verification:
    with zeal_ignore():
        return replays.verified(span(limit))


def replayed(document: dict[str, Any], **options: Any) -> dict[str, Any]:
    with zeal_ignore():
        return replaying.replay(
            document=document, span=span(), by="tests", at=timezone.now(), **options
        )


QUESTIONS = st.builds(
    lambda purpose, attributes, recipient, channel, places, signal, time, mint: (
        Question(
            subject_id=None, purpose=purpose, attributes=attributes, recipient=recipient,
            channel=channel, jurisdictions=places, signal=signal, feature="tests",
            time=None if time is None else timezone.now() + time,
        ),
        mint,
    ),
    st.sampled_from(["recommendations", "email_marketing", "targeted_ads", "sale", "nothing"]),
    st.sampled_from([("purchases",), ("purchases.produce", "age_band", "phone"), ("x",)]),
    st.sampled_from(["shop", "northwind", "nobody"]),
    st.sampled_from([None, "email", "sms"]),
    st.sampled_from([(), ("US-CA",), ("UK", "BR")]),
    st.booleans(),
    st.sampled_from([None, timedelta(), timedelta(days=-2), timedelta(days=2)]),
    st.sampled_from(list(Mint)),
)  # fmt: skip


def test_a_random_workload_is_recomputed_without_a_difference(
    ada: UUID, ben: UUID, cleo: UUID, dan: UUID
) -> None:
    asked = 0
    people = [ada, ben, cleo, dan, None]
    with zeal_ignore():
        given(ada, "targeted_ads")
        say(ben, "refused", "recommendations", attributes=("purchases.produce",))
        say(cleo, "opted_out")

        @hypothesis_settings(max_examples=60, database=None)
        @law(QUESTIONS, st.integers(0, 4))
        def workload(one: tuple[Question, Mint], who: int) -> None:
            nonlocal asked
            found, mint = one
            at = timezone.now()
            put = {name: getattr(found, name) for name in Question.__dataclass_fields__}
            ask(question=Question(**(put | {"subject_id": people[who]})), at=at, mint=mint)
            asked += 1

        workload()
        cataloguing.load(document=draft(retention_days=10), by="tests", at=timezone.now())
        workload()

    found = verified()

    assert asked >= 60
    assert found.decisions == asked
    assert (found.equal, found.different) == (asked, 0), found.differences
    assert found.not_reconstructible == {}


def test_a_decision_that_the_rules_never_gave_is_found(ada: UUID) -> None:
    at = timezone.now()
    ask(question=question(ada), at=at)
    honest = log.events(filters=log.Filters(kind="decision"))[0]
    forged = honest.facts | {"permitted": False, "reason": "CONSENT_MISSING"}
    append(forged, kind="decision.deny", tag=honest.tag)
    append(honest.facts | {"attributes": ["phone"]}, kind="decision.permit", tag=honest.tag)

    found = verified()

    assert (found.decisions, found.equal, found.different) == (3, 1, 2)
    assert {one.member for one in found.differences} >= {"permitted", "reason"}


def test_a_body_tampered_with_in_the_database_is_found(committed: None, ada: UUID) -> None:
    ask(question=question(ada, "phone"), at=timezone.now())
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"],
        dbname=owner["NAME"], autocommit=True,
    ) as owners:  # fmt: skip
        owners.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        owners.execute(
            "UPDATE audit_event SET body = replace(convert_from(body, 'UTF8'), "
            "'\"permitted\":false', '\"permitted\":true')::bytea WHERE kind LIKE 'decision%'"
        )

    found = verified()

    assert found.different == 1
    assert "permitted" in {one.member for one in found.differences}


def append(facts: dict[str, Any], *, kind: str, tag: bytes | None) -> None:
    """An entry that no rule stands behind."""
    at, event = timezone.now(), uuid7()
    body = bodies.encode(event, kind, at, tag, facts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_append(%s, %s, %s, %s, %s)", [event, at, kind, tag, body])


def test_what_cannot_be_recomputed_is_counted_and_not_guessed(ada: UUID) -> None:
    ask(question=question(ada), at=timezone.now())
    honest = log.events(filters=log.Filters(kind="decision"))[0].facts
    append({name: honest[name] for name in honest if name != "catalogue"},
           kind="decision.permit", tag=None)  # fmt: skip
    append(honest | {"catalogue": 999_999}, kind="decision.permit", tag=None)
    append(honest | {"shape": "00" * 16}, kind="decision.permit", tag=None)
    append({"reason": "CONSENT_VALID"}, kind="decision.permit", tag=None)

    found = verified()

    assert found.equal == 1
    assert found.different == 0
    assert found.not_reconstructible == {
        "CATALOGUE_NOT_NAMED": 1, "CATALOGUE_NOT_KEPT": 1, "SHAPE_MISSING": 1, "ENTRY_DAMAGED": 1,
    }  # fmt: skip


def test_a_draft_shows_who_and_what_would_lose(ada: UUID, ben: UUID) -> None:
    with zeal_ignore():
        for _ in range(3):
            ask(question=question(ada, feature="for_you"), at=timezone.now())
        ask(question=question(ben, feature="for_you"), at=timezone.now())
    before = counts()

    result = replayed(draft(attributes=["age_band"]))

    assert catalogues.catalogue().purposes["recommendations"].attributes != {"age_band"}
    assert result["decisions"] == 4
    assert result["decided"] >= 2
    assert result["changes"]["lose"] == 3
    assert result["changes"]["gain"] == 0
    assert result["people"]["lose"] == {
        "at_least": 1, "at_most": 1, "jurisdictions": {"EU-DE": 1},
    }  # fmt: skip
    assert {"purpose": "recommendations", "asked_by": "for_you"}.items() <= (
        result["purposes"][0].items()
    )
    assert {"before": "CONSENT_VALID", "after": "CATEGORY_NOT_COVERED", "decisions": 3} in (
        result["reasons"]
    )
    assert counts() == before


def counts() -> tuple[object, ...]:
    """What a draft must leave as it was."""
    # Because each look is one by itself, not a loop over rows.
    with zeal_ignore():
        purpose = Purpose.objects.get(code="recommendations")
    return (
        catalogues.current_version(), purpose.attributes, Notice.objects.count(),
        CatalogueEdition.objects.count(), Shape.objects.count(),
        len(log.events(filters=log.Filters(kind="catalogue"))),
    )  # fmt: skip


def test_a_draft_shows_who_would_gain_and_names_them_only_when_asked(ben: UUID, cleo: UUID) -> None:
    then = timezone.now() + timedelta(hours=1)
    old = {"jurisdiction": "*", "basis": "consent", "effective_from": "2016-01-01T00:00:00+00:00",
           "effective_until": then.isoformat()}  # fmt: skip
    new = {"jurisdiction": "*", "basis": "legitimate_interest", "conditions": ["lia_recorded"],
           "effective_from": then.isoformat()}  # fmt: skip
    document = draft(bases=[old, new])
    asked = Question(ben, "recommendations", ("age_band",), "shop")
    ask(question=asked, at=timezone.now())

    result = replayed(document, as_if_at=then)
    named = replayed(document, as_if_at=then, ids=True)

    assert result["changes"]["gain"] == 1
    assert "ids" not in result
    assert str(ben) not in json.dumps(result)
    assert named["ids"]["gain"] == [str(ben)]
    assert named["ids"]["lose"] == []


def test_a_material_notice_in_the_draft_takes_the_old_yes_away(ada: UUID) -> None:
    ask(question=question(ada), at=timezone.now())
    document = draft()
    purpose = document["purposes"][0]
    newest = deepcopy(purpose["notices"][-1])
    newest |= {"version": newest["version"] + 1, "material": True,
               "published_at": timezone.now().isoformat()}  # fmt: skip
    purpose["notices"].append(newest)

    result = replayed(document)

    assert result["changes"]["lose"] == 1
    assert result["reasons"][0]["after"].startswith("NOTICE")


def test_that_it_ran_is_the_only_thing_on_record(ada: UUID) -> None:
    ask(question=question(ada), at=timezone.now())
    before = len(log.events(limit=500))

    replayed(draft(attributes=["age_band"]))

    entries = log.events(limit=500)
    assert len(entries) == before + 1
    assert entries[0].kind == "replay.ran"
    assert entries[0].facts["lose"] == 1
    assert entries[0].tag is None


@pytest.mark.parametrize(
    "document", [{}, {"controllers": 7}, {"controllers": [{"code": "x"}], "attributes": []}]
)
def test_a_draft_that_is_no_catalogue_is_refused(catalogue: None, document: dict[str, Any]) -> None:
    before = counts()
    with pytest.raises(replaying.DraftRefused):
        replayed(document)
    assert counts() == before


def test_a_limit_takes_the_oldest(ada: UUID, ben: UUID) -> None:
    with zeal_ignore():
        ask(question=question(ben), at=timezone.now())
        ask(question=question(ada), at=timezone.now())

    assert verified(limit=1).decisions == 1


def test_over_two_months_people_are_counted_between_two_numbers(ada: UUID) -> None:
    this = datetime(2026, 11, 20, tzinfo=UTC)
    with zeal_ignore():
        for at in (this, this + 12 * DAY):
            with time_machine.travel(at, tick=False):
                ask(question=question(ada), at=at)
        result = replaying.replay(
            document=draft(attributes=["age_band"]), span=Span(this - DAY, this + 30 * DAY),
            by="tests", at=timezone.now(), ids=True,
        )  # fmt: skip

    assert (result["people"]["lose"]["at_least"], result["people"]["lose"]["at_most"]) == (1, 2)
    assert result["ids"]["lose"] == [str(ada)]


def test_the_command_prints_tables_and_json(ada: UUID, tmp_path: Path) -> None:
    ask(question=question(ada), at=timezone.now())
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(draft(attributes=["age_band"])))
    since = (timezone.now() - DAY).isoformat()

    with zeal_ignore():
        table, found, check = StringIO(), StringIO(), StringIO()
        call_command("replay", "--since", since, "--draft", str(file), stdout=table)
        call_command("replay", "--since", since, "--draft", str(file), "--json", stdout=found)
        call_command("replay", "--since", since, "--verify", stdout=check)

    assert "CATEGORY_NOT_COVERED" in table.getvalue()
    assert json.loads(found.getvalue())["changes"]["lose"] == 1
    assert check.getvalue().startswith("1 decisions: 1 equal, 0 different.")


def test_the_command_fails_where_the_log_and_the_rules_differ(ada: UUID) -> None:
    ask(question=question(ada), at=timezone.now())
    honest = log.events(filters=log.Filters(kind="decision"))[0]
    append(honest.facts | {"reason": "LEGAL_CLAIMS"}, kind="decision.permit", tag=honest.tag)

    with zeal_ignore(), pytest.raises(CommandError, match="1 decisions are not"):
        call_command("replay", "--since", "2026-01-01", "--verify", stdout=StringIO())


def test_a_run_is_taken_once_and_its_end_is_kept(ada: UUID) -> None:
    ask(question=question(ada), at=timezone.now())
    with zeal_ignore():
        run = replaying.begin(document=draft(attributes=["age_band"]), name="less.json",
                              span=span(), by="officer", at=timezone.now())  # fmt: skip
        assert replaying.carry_out(run_id=run.pk, clock=timezone.now)
        assert not replaying.carry_out(run_id=run.pk, clock=timezone.now)

    done = ReplayRun.objects.get(pk=run.pk)
    assert (done.state, done.decided) == ("done", 1)
    assert done.result["changes"]["lose"] == 1


def test_a_silent_run_is_taken_over_and_a_living_one_is_not(ada: UUID) -> None:
    with zeal_ignore():
        run = replaying.begin(document=draft(), name="d.json", span=span(), by="o",
                              at=timezone.now())  # fmt: skip
        ReplayRun.objects.filter(pk=run.pk).update(state="running", moved_at=timezone.now())
        assert not replaying.carry_out(run_id=run.pk, clock=timezone.now)
        ReplayRun.objects.filter(pk=run.pk).update(moved_at=timezone.now() - DAY)
        assert replaying.carry_out(run_id=run.pk, clock=timezone.now)


def test_memory_stays_as_it_is_whatever_the_length(ada: UUID) -> None:
    """One question a thousand times is decided once."""
    ask(question=question(ada), at=timezone.now())
    honest = log.events(filters=log.Filters(kind="decision"))[0]
    for _ in range(50):
        append(honest.facts, kind=honest.kind, tag=honest.tag)

    result = replayed(draft())

    assert result["decisions"] == 51
    # Once under the catalogue of its time, once under the draft.
    assert result["decided"] == 2
    assert result["changes"]["same"] == 51
