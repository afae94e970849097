"""Six verbs: what each does, consequences first, nothing for anybody else."""

from uuid import UUID

import pytest

from consent.queries import states
from profiles import rights
from profiles.models import Request
from tests.portal.conftest import Browser


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the doorbell silent: PostgreSQL is the queue, and no worker runs here."""
    monkeypatch.setattr("profiles.doorbell.ring_on_commit", lambda *_: None)


def html(response) -> str:
    return response.content.decode()


def content(subject_id: UUID):
    shape = states.read_state(subject_id).shape
    assert shape is not None
    return states.shape_content(shape)


@pytest.mark.parametrize("right", rights.RIGHTS)
def test_every_right_has_a_form_and_a_link_on_every_page(at_ada: Browser, right: str) -> None:
    assert at_ada.get(f"/requests/new/{right}").status_code == 200
    assert f'href="/requests/new/{right}"' in html(at_ada.get("/uses"))


@pytest.mark.parametrize("right", ["copy", "portability"])
def test_a_copy_is_opened_and_shows_its_steps(at_ada: Browser, ada: UUID, right: str) -> None:
    page = html(at_ada.post(f"/requests/new/{right}", follow=True))
    made = Request.objects.get(subject=ada)
    assert (made.right, made.opened_by) == (right, "portal")
    assert made.public_id in page and "0 of" in page and "Latest by" in page
    assert "Take the request back" in page


def test_a_correction_needs_words_and_goes_to_a_person(at_ada: Browser, ada: UUID) -> None:
    assert at_ada.post("/requests/new/correction", {"text": " "}).status_code == 422
    assert not Request.objects.exists()
    page = html(at_ada.post("/requests/new/correction", {"text": "My <b>name</b>"}, follow=True))
    assert "My &lt;b&gt;name" in page
    assert Request.objects.get(subject=ada).state == "reviewing"


def test_consequences_stand_before_the_button_of_erasure(at_ada: Browser) -> None:
    page = html(at_ada.get("/requests/new/erasure"))
    assert page.index("What goes") < page.index("What stays, and why") < page.index("Erase my data")
    assert "24 hours to undo" in page
    assert "are you sure" not in page.lower()


def test_erasure_takes_data_out_of_use_at_once_and_can_be_undone(
    at_ada: Browser, ada: UUID
) -> None:
    page = html(at_ada.post("/requests/new/erasure", {"undo": "keep"}, follow=True))
    assert content(ada)["erasure"] == "pending"
    assert "Undo the erasure" in page
    made = Request.objects.get(subject=ada)
    page = html(at_ada.post(f"/requests/{made.public_id}/cancel", follow=True))
    assert content(ada)["erasure"] == "none"
    assert "Taken back" in page


def test_pausing_holds_at_once_and_ends_when_the_person_says(at_ada: Browser, ada: UUID) -> None:
    at_ada.post("/requests/new/restriction")
    assert content(ada)["restricted"]
    assert "All use is paused" in html(at_ada.get("/requests"))
    assert "You asked us to pause" in html(at_ada.get("/uses"))
    at_ada.post("/requests/end-pause")
    assert not content(ada)["restricted"]


def test_objecting_to_advertising_and_to_one_interest(at_ada: Browser, ada: UUID) -> None:
    at_ada.post("/requests/new/objection", {"purpose": ""})
    assert content(ada)["objections"] == ["direct_marketing"]
    at_ada.post("/requests/new/objection", {"purpose": "fraud_prevention"})
    assert "art21_1:fraud_prevention" in content(ada)["objections"]
    assert at_ada.post("/requests/new/objection", {"purpose": "tax_records"}).status_code == 422


def test_another_persons_request_does_not_exist(
    at_ada: Browser, at_ben: Browser, ada: UUID
) -> None:
    at_ada.post("/requests/new/copy")
    made = Request.objects.get(subject=ada)
    for path in ("", "/download"):
        assert at_ben.get(f"/requests/{made.public_id}{path}").status_code == 404
    assert at_ben.post(f"/requests/{made.public_id}/cancel").status_code == 404
    made.refresh_from_db()
    assert made.state == "collecting"


def test_a_copy_that_is_not_ready_cannot_be_fetched(at_ada: Browser, ada: UUID) -> None:
    at_ada.post("/requests/new/copy")
    made = Request.objects.get(subject=ada)
    assert at_ada.get(f"/requests/{made.public_id}/download").status_code == 404


def test_a_right_that_does_not_exist_has_no_form(at_ada: Browser) -> None:
    assert at_ada.get("/requests/new/free_money").status_code == 404
    assert at_ada.get("/requests/req_nonsense").status_code == 404


def test_too_long_a_text_is_refused_whole(at_ada: Browser) -> None:
    for text in ("x" * 5001, "a\x00b"):
        assert at_ada.post("/requests/new/complaint", {"text": text}).status_code == 422
    assert not Request.objects.exists()
