"""The list of the log: filters in the address, pages by key, and reading on record."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import actions
from audit import queries as audit
from audit.queries import Filters
from consent.actions.asking import ask
from tests.cast import question
from tests.console.conftest import Browser

pytestmark = pytest.mark.django_db
ENTRY = re.compile(r'href="/console/audit/([0-9a-f-]{36})"')


def listed(browser: Browser, **filters: str) -> list[UUID]:
    """The entries on one page of the list."""
    page = browser.get(reverse("console:audit"), filters)
    assert page.status_code == 200, page.status_code
    return [UUID(found) for found in ENTRY.findall(page.content.decode())]


def say(kind: str, at: datetime | None = None, **facts: object) -> UUID:
    return actions.append(kind=kind, at=at or timezone.now(), facts=facts)  # type: ignore[arg-type]


def test_decisions_read_as_sentences_with_outcome_and_reason(
    desk: Browser, ada: UUID, ben: UUID
) -> None:
    ask(question=question(ada), at=timezone.now())
    ask(question=question(ben), at=timezone.now())
    page = desk.get(reverse("console:audit"), {"kind": "decision"}).content.decode()
    assert "asked to use Purchases for" in page
    assert ": allowed." in page
    assert ": refused." in page
    assert "CONSENT_MISSING" in page


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kind": "decision"}, {"allowed", "refused", "elsewhere"}),
        ({"outcome": "refused"}, {"refused", "elsewhere"}),
        ({"outcome": "allowed"}, {"allowed"}),
        ({"purpose": "sale"}, {"elsewhere"}),
        ({"recipient": "northwind"}, {"elsewhere"}),
        ({"reason": "CONSENT_REFUSED"}, {"refused"}),
        ({"reason": "CONSENT_REFUSED", "recipient": "northwind"}, set()),
    ],
)
def test_each_filter_narrows(desk: Browser, filters: dict[str, str], expected: set[str]) -> None:
    made = {
        "allowed": say(
            "decision.permit", reason="CONSENT_GIVEN", purpose="recommendations", recipient="shop"
        ),
        "refused": say(
            "decision.deny", reason="CONSENT_REFUSED", purpose="recommendations", recipient="shop"
        ),
        "elsewhere": say(
            "decision.deny", reason="CONSENT_MISSING", purpose="sale", recipient="northwind"
        ),
        "other": say("subject.registered", by="tests"),
    }
    names = {entry: name for name, entry in made.items()}
    assert {names[entry] for entry in listed(desk, **filters) if entry in names} == expected


def test_days_are_those_of_the_controller_and_the_last_one_counts(
    desk: Browser, settings: object
) -> None:
    settings.CONTROLLER_TIME_ZONE = "Europe/Berlin"  # type: ignore[attr-defined]
    late = say("use", datetime(2026, 11, 20, 22, 59, tzinfo=UTC))
    after = say("use", datetime(2026, 11, 20, 23, 1, tzinfo=UTC))
    assert listed(desk, kind="use", since="2026-11-20", until="2026-11-20") == [late]
    assert listed(desk, kind="use", since="2026-11-21", until="2026-11-21") == [after]


def test_a_range_that_ends_before_it_begins_is_said_to_be_wrong(desk: Browser) -> None:
    page = desk.get(reverse("console:audit"), {"since": "2026-11-21", "until": "2026-11-20"})
    assert page.status_code == 400
    assert "This day is before the first one." in page.content.decode()


def test_an_entry_id_leads_to_the_entry(desk: Browser) -> None:
    entry = say("use")
    response = desk.get(reverse("console:audit"), {"event": str(entry)})
    assert response.headers["Location"] == reverse("console:event", args=[entry])


def test_pages_follow_one_another_without_gap_or_repetition(desk: Browser) -> None:
    made = [say("use") for _ in range(120)]
    seen: list[UUID] = []
    address = reverse("console:audit") + "?kind=use"
    while address:
        page = desk.get(address).content.decode()
        seen += [UUID(found) for found in ENTRY.findall(page)]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = reverse("console:audit") + older[1].replace("&amp;", "&") if older else ""
    assert seen == made[::-1]


def test_no_match_says_so_and_offers_the_way_out(desk: Browser) -> None:
    page = desk.get(reverse("console:audit"), {"kind": "erasure"}).content.decode()
    assert "No entries match." in page
    assert f'href="{reverse("console:audit")}"' in page


def test_each_view_is_one_entry_that_names_the_filters_and_not_their_values(
    desk: Browser,
) -> None:
    before = len(audit.events(filters=Filters(kind="console")))
    desk.get(reverse("console:audit"), {"purpose": "sale", "since": "2026-11-01"})
    reads = audit.events(filters=Filters(kind="console"))
    assert len(reads) == before + 1
    assert reads[0].facts["filters"] == ["purpose", "since"]
    assert "sale" not in str(reads[0].facts)


def test_markup_in_an_entry_stays_text(desk: Browser) -> None:
    say("use", recipient="<script>alert(1)</script>", purpose="sale")
    page = desk.get(reverse("console:audit"), {"kind": "use"}).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_time_shown_is_the_controllers(desk: Browser, settings: object) -> None:
    settings.CONTROLLER_TIME_ZONE = "Europe/Kyiv"  # type: ignore[attr-defined]
    say("use", timezone.now().replace(microsecond=0) - timedelta(seconds=1))
    assert "Europe/Kyiv" in desk.get(reverse("console:audit")).content.decode()
