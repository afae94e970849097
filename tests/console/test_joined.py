"""The joins of a person at an officer's desk: seen with a reason, taken apart in two steps."""

from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from audit import queries as audit
from audit.queries import Filters
from consent.actions import joining
from consent.models import SubjectLink
from consent.queries import joins, states
from keys import queries as keys
from profiles.models import Request, User
from tests.cast import given, say
from tests.console.conftest import Browser
from tests.console.test_requests import asked

pytestmark = pytest.mark.django_db
REASON = "The proof was for somebody else."


@pytest.fixture
def request_of_ada(ada: UUID) -> Request:
    return asked(ada)


@pytest.fixture
def link(ada: UUID, ben: UUID) -> SubjectLink:
    """Ada and Ben were taken for one person; Ben had said No."""
    say(ben, "refused", "recommendations")
    return joining.join(
        one=ada, other=ben, kind="duplicate", by="shop-app", at=timezone.now(), evidence="case:7"
    ).link


def look(desk: Browser, request: Request, **fields: object) -> str:
    address = reverse("console:consents", args=[request.public_id])
    return desk.post(address, {"reason": "complaint"} | fields).content.decode()


def part(desk: Browser, request: Request, link: SubjectLink, **fields: str) -> HttpResponse:
    return desk.post(reverse("console:part", args=[request.public_id, link.pk]), fields)


def status(subject_id: UUID) -> str:
    shape = states.shape_content(states.read_state(subject_id).shape or b"")
    return str(shape["purposes"]["recommendations"]["status"])


def test_a_person_without_joins_has_an_empty_list(desk: Browser, request_of_ada: Request) -> None:
    assert "Nothing is or was joined with this record." in look(desk, request_of_ada)


def test_a_join_shows_kind_time_who_and_evidence_and_no_identifier(
    desk: Browser, request_of_ada: Request, link: SubjectLink, ben: UUID
) -> None:
    page = look(desk, request_of_ada)
    row = page.partition("Joined records")[2]
    assert "Second record" in row and "case:7" in row and "Stands" in row
    assert reverse("console:part", args=[request_of_ada.public_id, link.pk]) in row
    assert str(ben) not in page and ben.hex not in page


def test_parting_shows_what_changes_before_it_is_done(
    desk: Browser, officer: User, request_of_ada: Request, link: SubjectLink, ada: UUID
) -> None:
    first = part(desk, request_of_ada, link, reason=REASON)
    changes = first.context["changes"]
    assert joins.joins_of(ada) and status(ada) == "Refused"
    assert ("Refused", "Given") in [(row.one, row.one_after) for row in changes.rows]

    with zeal_ignore():
        done = part(desk, request_of_ada, link, reason=REASON, shown=changes.digest)
    link.refresh_from_db()
    assert done.status_code == 302
    assert status(ada) == "Given"
    assert (link.ended_by, link.ended_reason) == (str(officer.pk), REASON)
    records = audit.events(filters=Filters(kind="identity.parted"))
    assert [entry.facts["by"] for entry in records] == [str(officer.pk)] * 2
    assert REASON not in str([entry.facts for entry in records])
    ended = look(desk, request_of_ada).partition("Joined records")[2]
    assert REASON in ended and "you" in ended and "Stands" not in ended


def test_the_table_is_a_look_that_both_people_find_in_their_log(
    desk: Browser, request_of_ada: Request, link: SubjectLink, ada: UUID, ben: UUID
) -> None:
    part(desk, request_of_ada, link, reason=REASON)
    for person in (ada, ben):
        tag = keys.subject_tag(person, at=timezone.now())
        found = audit.events_for_tags([tag], kind="console.person_read")
        assert [entry.facts["reason"] for entry in found] == ["accuracy_check"]


def test_the_table_of_parting_says_what_parting_then_does(
    desk: Browser, request_of_ada: Request, link: SubjectLink, ada: UUID, ben: UUID
) -> None:
    given(ada)
    say(ben, "objected")
    preview = joins.preview_parting(link, subject_id=ada, at=timezone.now())
    with zeal_ignore():
        joining.part(link=link.pk, by="tests", at=timezone.now())

    for row in preview.rows:
        shapes = [states.shape_content(states.read_state(one).shape or b"") for one in (ada, ben)]
        after = [
            shape["purposes"].get(row.purpose, {"status": "none"})["status"] for shape in shapes
        ]
        assert after == [row.one_after, row.other_after]
    assert all("direct_marketing" in shape["objections"] for shape in shapes)
    assert "objections" not in preview.marks


def test_without_a_reason_nothing_is_taken_apart(
    desk: Browser, request_of_ada: Request, link: SubjectLink, ada: UUID
) -> None:
    digest = joins.preview_parting(link, subject_id=ada, at=timezone.now()).digest
    for reason in ("", "   ", "x" * 401, "It is ada@lark.example.", "Customer 471100"):
        assert part(desk, request_of_ada, link, reason=reason, shown=digest).status_code == 422
    assert joins.joins_of(ada)


def test_what_was_said_since_the_table_is_shown_again(
    desk: Browser, request_of_ada: Request, link: SubjectLink, ada: UUID
) -> None:
    digest = part(desk, request_of_ada, link, reason=REASON).context["changes"].digest
    say(ada, "withdrawn", "recommendations")
    again = part(desk, request_of_ada, link, reason=REASON, shown=digest)
    assert again.status_code == 200 and "Read the table again" in again.content.decode()
    assert joins.joins_of(ada)


def test_only_this_persons_own_join_and_only_by_officers(
    desk: Browser, customer: Browser, request_of_ada: Request, link: SubjectLink, dan: UUID
) -> None:
    assert part(customer, request_of_ada, link, reason=REASON).status_code == 404
    assert part(desk, asked(dan), link, reason=REASON).status_code == 404
    elsewhere = reverse("console:part", args=[request_of_ada.public_id, uuid4()])
    assert desk.get(elsewhere).status_code == 404
    assert SubjectLink.objects.filter(ended_at__isnull=True).count() == 1


def test_many_joins_come_in_pages(
    desk: Browser, request_of_ada: Request, link: SubjectLink, ada: UUID, ben: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with zeal_ignore():
        for evidence in ("case:8", "case:9"):
            standing = joins.joins_of(ada)[0]
            joining.part(link=standing.pk, by="shop-app", at=timezone.now())
            joining.join(one=ada, other=ben, kind="account", by="shop-app", at=timezone.now(),
                         evidence=evidence)  # fmt: skip
    monkeypatch.setattr(joins, "PAGE", 2)
    first, second = look(desk, request_of_ada), look(desk, request_of_ada, page=2)

    assert "case:9" in first and "case:8" in first and "case:7" not in first
    assert "case:7" in second and "case:8" not in second
    assert "Older joins" in first and "Older joins" not in second
