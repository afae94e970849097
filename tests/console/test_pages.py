"""What holds for each page: no code in it, every field has a label, nothing is kept."""

from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import actions
from profiles import rights
from tests.console.conftest import Browser
from tests.console.test_requests import asked

pytestmark = pytest.mark.django_db
PAGES = [
    "sign-in",
    "today",
    "audit",
    "event",
    "check",
    "requests",
    "request",
    "consents",
    "stop-links",
    "partners",
]
NEEDS_A_LABEL = {"input", "select", "textarea"}
VOID = {"input", "meta", "link", "br", "img", "hr"}


class Reader(HTMLParser):
    """Collects what the tests ask about; notes elements that are closed wrongly."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.unsafe: list[str] = []
        self.fields: list[str] = []
        self.labels: set[str] = set()
        self.ids: list[str] = []
        self.named_by: list[str] = []
        self.forms_by_post = self.tokens = 0
        self.open: list[str] = []
        self.broken: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"script", "style"} or "style" in found:
            self.unsafe.append(tag)
        self.unsafe += [name for name in found if name.startswith("on")]
        if tag in NEEDS_A_LABEL and found.get("type") != "hidden":
            self.fields.append(found.get("id") or "without an id")
        if tag == "label":
            self.labels.add(found.get("for") or "")
        if found.get("id"):
            self.ids.append(found["id"] or "")
        for name in ("aria-labelledby", "aria-describedby"):
            self.named_by += (found.get(name) or "").split()
        self.forms_by_post += tag == "form" and found.get("method") == "post"
        self.tokens += found.get("name") == "csrfmiddlewaretoken"

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)


def read(browser: Browser, page: str, subject_id: UUID, language: str = "en") -> Reader:
    """One of PAGES as its browser gets it."""
    headers = {"Accept-Language": language}
    request = asked(subject_id, rights.CORRECTION)
    if page == "consents":
        response = browser.post(
            reverse("console:consents", args=[request.public_id]),
            {"reason": "complaint"},
            headers=headers,
        )
    elif page == "check":
        response = browser.post(reverse("console:verify"), follow=True, headers=headers)
    else:
        entry = actions.append(kind="use", at=timezone.now(), facts={"purpose": "sale"})
        of_request = {name: [request.public_id] for name in ("request", "stop-links")}
        arguments = ({"event": [entry]} | of_request).get(page, [])
        response = browser.get(reverse(f"console:{page}", args=arguments), headers=headers)
    assert response.status_code == 200
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "no-store" in response.headers["Cache-Control"]
    text = response.content.decode()
    assert f'<html lang="{language}"' in text
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_whole_labelled_and_without_code(
    desk: Browser, ada: UUID, page: str, language: str
) -> None:
    browser = Browser() if page == "sign-in" else desk
    found = read(browser, page, ada, language)
    assert not found.unsafe
    assert not found.broken
    assert found.counts["h1"] == 1
    assert found.counts["main"] == 1
    assert set(found.fields) <= found.labels
    assert len(found.ids) == len(set(found.ids))
    assert set(found.named_by) <= set(found.ids)
    assert found.forms_by_post == found.tokens
