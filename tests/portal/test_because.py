"""A card says which of contradicting statements holds, and the gate does what the card says."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone
from zeal import zeal_context

from consent.actions import joining
from consent.queries import uses
from tests.cast import bring_in, given, say
from tests.portal.conftest import Browser

HISTORIES: dict[str, list[tuple[str, str | None, dict[str, object]]]] = {
    "nothing": [],
    "signal after a Yes": [("given", "targeted_ads", {}), ("signal_on", None, {})],
    "one step after the signal": [("signal_on", None, {}), ("given", "targeted_ads", {})],
    "two steps after the signal": [
        ("signal_on", None, {}),
        ("given", "targeted_ads", {"consent_types": ("expressed", "two_step")}),
    ],
    "opt-out, then a withdrawal elsewhere": [
        ("opted_out", None, {}), ("given", "email_marketing", {}),
        ("withdrawn", "email_marketing", {}),
    ],
    "objection after three Yes": [
        ("given", "email_marketing", {}), ("given", "sale", {}), ("given", "recommendations", {}),
        ("objected", None, {}),
    ],
    "objection to one use, then a Yes to it": [
        ("objected", "recommendations", {}), ("given", "recommendations", {}),
    ],
    "a guardian's No": [
        ("refused", "recommendations", {"actor": "guardian"}), ("given", "recommendations", {}),
    ],
    "void": [("given", "recommendations", {}), ("invalidated", "recommendations", {})],
}  # fmt: skip


@pytest.mark.parametrize("place", ["EU-DE", "US-CA", "US-VA"])
@pytest.mark.parametrize("history", HISTORIES)
def test_the_reason_and_the_gate_agree_on_what_is_stored(
    catalogue: None, place: str, history: str
) -> None:
    person = bring_in(place)
    start = timezone.now() - timedelta(hours=1)
    for minute, (state, purpose, scope) in enumerate(HISTORIES[history]):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            if state == "given":
                given(person, purpose or "", **scope)
            else:
                say(person, state, purpose, **scope)
    found = uses.standing(subject_id=person, language="en", at=timezone.now())
    asked = ("recommendations", "email_marketing", "targeted_ads", "sale")
    for use in map(found.use, asked):
        assert use is not None and use.because is not None
        assert use.because.permits == use.active, (use.code, use.reason, use.because)


def history_of(person: UUID) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        given(person, "targeted_ads")
    say(person, "signal_on")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Stopped by your browser’s signal on", "your Yes of", "was earlier.")),
     ("uk", ("Зупинено сигналом вашого браузера", "ваше «Так» від", "було раніше."))],
)  # fmt: skip
def test_the_card_says_what_stopped_it(at_cleo: Browser, cleo: UUID, language: str, words) -> None:
    history_of(cleo)
    page = at_cleo.get("/uses", headers={"Accept-Language": language}).content.decode()
    card = page.split('id="targeted_ads"')[1].split("</article>")[0]
    note = card.split("data-because>")[1].split("</p>")[0]
    assert all(word in note for word in words), note


def test_a_use_nobody_decided_names_the_signal_in_its_tag(at_cleo: Browser, cleo: UUID) -> None:
    say(cleo, "signal_on")
    page = at_cleo.get("/uses").content.decode()
    assert "Stopped by your browser’s signal" in page.split('id="sale"')[1].split("</article>")[0]


def test_a_us_opt_out_changes_no_consent_under_the_gdpr(ada: UUID) -> None:
    given(ada, "email_marketing")
    given(ada, "targeted_ads")

    def records() -> dict[str, tuple[str, bool]]:
        found = uses.standing(subject_id=ada, language="en", at=timezone.now())
        return {use.code: (use.status, use.active) for use in found.uses}

    before = records()
    say(ada, "opted_out", actor="agent")
    after = records()
    assert {code: status for code, (status, _) in after.items()} == {
        code: status for code, (status, _) in before.items()
    }
    changed = {code for code in after if after[code] != before[code]}
    assert changed == {"targeted_ads"}


def test_the_page_of_a_use_says_it_in_the_small_print(at_cleo: Browser, cleo: UUID) -> None:
    history_of(cleo)
    page = at_cleo.get("/uses/targeted_ads").content.decode()
    assert "was earlier." in page.split('id="law"')[1]


def test_what_stops_a_joined_record_is_named_on_the_other(at_cleo: Browser, cleo: UUID) -> None:
    device = bring_in("UNKNOWN")
    say(device, "signal_on")
    with zeal_context():
        joining.join(one=cleo, other=device, kind="device", by="tests", at=timezone.now())
    found = uses.standing(subject_id=cleo, language="en", at=timezone.now()).use("sale")
    assert found is not None and not found.active
    assert found.because is not None and found.because.why == "signal"
    # A Yes of the other record is no answer of this one.
    given(device, "recommendations")
    mine = uses.standing(subject_id=cleo, language="en", at=timezone.now()).use("recommendations")
    assert mine is not None and mine.because is not None and mine.because.why == "nothing_said"
