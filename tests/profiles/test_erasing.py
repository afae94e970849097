"""Erasing: the person is gone from every table and file, readable or under any key that exists."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from audit import queries as log
from consent.actions.asking import ask
from consent.actions.subjects import Newcomer, register
from consent.errors import SubjectErased
from consent.queries import catalogue as catalogues
from consent.queries import identifiers, standings
from consent.questions import Mint
from keys import queries as keys
from keys.errors import KeyDestroyed
from keys.holding import Holder
from keys.store import store
from profiles import folder
from profiles.actions import accounts, erasing, exporting, requests, steps, vault
from profiles.errors import ExportGone, RequestUnknown
from profiles.models import (
    Disclosure,
    ExportFile,
    Profile,
    RecipientNotice,
    Request,
    SignInCode,
    User,
)
from profiles.queries import requests as queries
from profiles.queries.holders import holder, holders
from tests.cast import question
from tests.profiles.acts import alone, opened, worked

pytestmark = pytest.mark.django_db

CANARY = "kanarienvogel"
EMAIL = f"{CANARY}@birds.example"


def disclose(subject_id: UUID, recipient: str = "northwind") -> None:
    Disclosure.objects.create(
        subject_id=subject_id,
        recipient_id=recipient,
        purpose="targeted_ads",
        attributes=["age_band"],
        at=timezone.now(),
        permit=uuid4(),
        log_event=uuid4(),
    )


def erased(subject_id: UUID) -> Request:
    return worked(opened(subject_id, "erasure", undo=False))


def test_every_holder_says_so_before_it_is_complete(ada: UUID) -> None:
    request = erased(ada)
    shown = queries.progress(request)
    assert shown.state == "complete"
    assert [step.holder for step in shown.steps] == [
        "recipients",
        *(one.name for one in holders()),
    ]
    assert shown.done == shown.total
    assert shown.steps[-1].holder == "keys"
    with pytest.raises(KeyDestroyed):
        keys.data_key(ada)
    assert standings.standing_of(ada).erased


def test_the_key_goes_last(ada: UUID) -> None:
    request = opened(ada, "erasure", undo=False)
    seen = []
    while claim := steps.claim(request_id=request.pk, at=timezone.now()):
        keys.data_key(ada)
        seen.append(claim.step.holder)
        alone(erasing.run)(claim, at=timezone.now())
    assert seen[-1] == "keys"


def test_the_certificate_says_what_went_and_what_stays_under_which_law(ada: UUID) -> None:
    disclose(ada)
    request = erased(ada)
    certificate = request.certificate
    assert certificate is not None
    went = {one["holder"]: one["erased"] for one in certificate["holders"]}
    assert went["vault"] == 4
    assert went["keys"] == 1
    kept = [one for entry in certificate["holders"] for one in entry["kept"]]
    assert kept
    assert all(one["what"] and one["why"] for one in kept)
    assert any(one["until"] for one in kept)
    assert certificate["recipients"] == ["northwind"]
    entry = next(one for one in log.events(limit=5) if one.kind == "request.complete")
    assert entry.facts["certificate"] == erasing.certificate_hash(certificate)
    assert entry.facts["erased"] == went


def test_companies_that_received_something_are_noted_to_be_told(ada: UUID) -> None:
    disclose(ada)
    disclose(ada)
    disclose(ada, "shop-app")
    request = erased(ada)
    noted = RecipientNotice.objects.filter(request=request)
    assert sorted(one.recipient_id for one in noted) == ["northwind", "shop-app"]
    assert all(one.told_at is None for one in noted)


def test_account_sessions_codes_and_copies_go(ada: UUID) -> None:
    now = timezone.now()
    user = accounts.create_customer(subject_id=ada, email=EMAIL, language="en", at=now)
    accounts.request_code(email=EMAIL, at=now)
    copy = worked(opened(ada, "copy"))
    mine, others = SessionStore(), SessionStore()
    mine[SESSION_KEY], others[SESSION_KEY] = str(user.pk), str(uuid4())
    for session in (mine, others):
        alone(session.create)()
        alone(session.save)()
    erased(ada)
    assert not User.objects.filter(subject_id=ada).exists()
    assert not Profile.objects.filter(subject_id=ada).exists()
    assert not SignInCode.objects.exists()
    assert [one.session_key for one in Session.objects.all()] == [others.session_key]
    assert not ExportFile.objects.exists()
    assert not list(folder.files_of(copy.pk))
    with pytest.raises(RequestUnknown):
        exporting.open_export(request_id=copy.pk, by="portal", at=now)


def test_a_copy_somebody_kept_opens_no_more(ada: UUID, tmp_path: Path) -> None:
    copy = worked(opened(ada, "copy"))
    path = folder.folder() / folder.copy_name(copy.pk)
    kept = path.read_bytes()
    row = ExportFile.objects.get(pk=copy.pk)
    erased(ada)
    path.write_bytes(kept)
    row.save(force_insert=True)
    with pytest.raises(ExportGone):
        exporting.open_export(request_id=copy.pk, by="portal", at=timezone.now())
    path.unlink()


def test_a_copy_in_the_making_is_stopped(ada: UUID) -> None:
    copy = opened(ada, "copy")
    steps.claim(request_id=copy.pk, at=timezone.now())
    complaint = opened(ada, "complaint", text="Please look into it.")
    erased(ada)
    copy.refresh_from_db()
    complaint.refresh_from_db()
    assert (copy.state, copy.reason_code) == ("cancelled", erasing.ENDED_WITH_THE_PERSON)
    assert complaint.state == "reviewing"
    assert complaint.note is None


def test_no_import_brings_the_person_back(catalogue: None) -> None:
    newcomer = Newcomer(jurisdictions=("EU-DE",), references=(("crm", "4711"),))
    subject_id = register(newcomer=newcomer, by="tests", at=timezone.now()).pk
    erased(subject_id)
    found = identifiers.find_subject(
        recipient="shop-app", first_party=True, identifier="ref:crm:4711"
    )
    assert found == subject_id
    with pytest.raises(SubjectErased):
        opened(subject_id, "copy")
    with pytest.raises(KeyDestroyed):
        vault.put(
            blocks=[vault.Block(subject_id, "age_band", "35-44")], source="t", at=timezone.now()
        )


def test_doing_each_step_twice_changes_nothing(ada: UUID) -> None:
    erased(ada)
    for one in holders():
        again = alone(one.erase)(ada, at=timezone.now())
        assert again.erased == (1 if one.name == "keys" else 0), one.name


def test_the_consequences_are_known_before(ada: UUID) -> None:
    disclose(ada)
    found = queries.consequences(ada, language="en", at=timezone.now())
    lost = {loss.what: loss.count for loss in found.lost}
    assert lost["Purchases"] == 1
    assert lost["Name"] == 1
    assert found.recipients == ("Northwind Advertising",)
    assert any("GDPR Art. 7(1)" in kept.why for kept in found.kept)
    assert (found.undo_hours, found.on_hold) == (24, False)
    in_ukrainian = queries.consequences(ada, language="uk", at=timezone.now())
    assert "Покупки" in {loss.what for loss in in_ukrainian.lost}


def test_a_crash_between_the_key_and_the_end_is_finished_later(
    ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = opened(ada, "erasure", undo=False)

    def crash(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr("profiles.actions.erasing._complete", crash)
        worked(request)
    with pytest.raises(KeyDestroyed):
        keys.data_key(ada)
    request.steps.update(not_before=None)
    assert worked(request).state == "complete"


# The proof


def planted(subject_id: UUID) -> None:
    """A canary in every attribute, the account, the requests, a copy and the log."""
    now = timezone.now()
    leaves = [
        entry.code for entry in catalogues.catalogue().attributes.values() if not entry.is_group
    ]
    values = {code: f"{CANARY} {code}" for code in leaves if not code.startswith("purchases.")}
    vault.write(subject_id=subject_id, values=values | {"email": EMAIL}, source="t", by="t", at=now)
    months = [
        vault.Block(subject_id, code, [[f"{CANARY}-1", 3, 1, 199, "b"]], date(2026, 5, 1))
        for code in leaves
        if code.startswith("purchases.")
    ]
    vault.put(blocks=months, source="t", at=now)
    accounts.create_customer(subject_id=subject_id, email=EMAIL, language="en", at=now)
    accounts.request_code(email=EMAIL, at=now)
    opened(subject_id, "complaint", text=f"I am {CANARY}.")
    worked(opened(subject_id, "copy"))
    ask(question=question(subject_id), at=now, mint=Mint.ALL)


def dumped() -> Iterator[tuple[str, bytes]]:
    """Every row of every table, as the owner of the database would dump them."""
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"],
        password=owner["PASSWORD"], dbname=owner["NAME"],
    ) as connection:  # fmt: skip
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r'"
        ).fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
                yield table, b"".join(bytes(chunk) for chunk in copy)


def filed() -> Iterator[tuple[str, bytes]]:
    """Every file of this installation."""
    for path in Path(settings.VAR_DIR).rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()


def traces(sources: Iterator[tuple[str, bytes]]) -> list[str]:
    plain = CANARY.encode()
    needles = [plain, plain.upper(), plain.hex().encode(), plain.title()]
    return [name for name, content in sources if any(one in content for one in needles)]


def boxes_of(subject_id: UUID) -> list[tuple[bytes, str, date, int]]:
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"],
        password=owner["PASSWORD"], dbname=owner["NAME"],
    ) as connection:  # fmt: skip
        return connection.execute(
            "SELECT box, attribute, month, version FROM profiles_vaultblock WHERE subject = %s",
            [subject_id],
        ).fetchall()


def every_key() -> Iterator[bytes]:
    """Every key that the key store can still give, by any way in."""
    opened_store = store()
    with sqlite3.connect(opened_store.directory / "wrapped.sqlite3") as connection:
        people = connection.execute("SELECT subject FROM data_key").fetchall()
    for (subject,) in people:
        yield opened_store.held(UUID(bytes=subject)).data_key
    for path in (opened_store.directory / "named").iterdir():
        yield opened_store.named_key(path.name)
    yield bytes.fromhex((opened_store.directory.parent / "kek").read_text().strip())


def opens(key: bytes, box: bytes, aad: bytes) -> bool:
    try:
        AESGCM(key).decrypt(box[1:13], box[13:], aad)
    except InvalidTag:
        return False
    return True


def test_nothing_of_the_person_is_left_readable_or_under_any_key(
    committed: None, ada: UUID, ben: UUID
) -> None:
    alone(planted)(ben)
    blocks = boxes_of(ben)
    assert len(blocks) >= 20
    place = blocks[0]
    aad = b"|".join(
        [ben.bytes, place[1].encode(), place[2].isoformat().encode(), str(place[3]).encode()]
    )
    # Because a search that finds nothing proves nothing until it was seen to find.
    assert opens(keys.data_key(ben), bytes(place[0]), aad)
    assert any(opens(key, bytes(place[0]), aad) for key in every_key())

    request = erased(ben)
    assert request.state == "complete"

    assert traces(dumped()) == []
    assert traces(filed()) == []
    assert boxes_of(ben) == []
    remaining = list(every_key())
    assert remaining
    for box, attribute, month, version in blocks:
        bound = b"|".join(
            [ben.bytes, attribute.encode(), month.isoformat().encode(), str(version).encode()]
        )
        assert not any(opens(key, bytes(box), bound) for key in remaining)
    assert keys.data_key(ada)


def test_the_search_would_find_what_was_left(committed: None, ben: UUID) -> None:
    request = opened(ben, "complaint")
    Request.objects.filter(pk=request.pk).update(prepared_by=CANARY)
    assert traces(dumped()) == ["profiles_request"]


def test_after_erasure_no_row_links_requests_to_the_tags_of_the_log(ada: UUID) -> None:
    tag = keys.subject_tag(ada, at=timezone.now())
    assert log.events_for_tags([tag])
    request = erased(ada)
    noted = {event.log_event for event in queries.history(request)}
    assert not any(event.id in noted for event in log.events_for_tags([tag], limit=500))
    assert tag.hex() not in json.dumps(request.certificate)


def test_holders_are_found_by_name() -> None:
    found: Holder = holder("keys")
    assert found.name == "keys"
    with pytest.raises(LookupError):
        holder("attic")


def test_an_officer_cannot_end_a_started_erasure_with_a_refusal(ada: UUID) -> None:
    request = opened(ada, "erasure", undo=False)
    with pytest.raises(requests.NotPossibleNow):
        requests.prepare_refusal(
            request_id=request.pk,
            reason_code="LEGAL_CLAIMS",
            text="No.",
            route="The authority.",
            by="officer",
            at=timezone.now(),
        )
