"""The page of the log says who outside has seen it, and up to where."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Cosignature, Refusal, SignedHead
from tests.audit.witness import Cosigner
from tests.console.conftest import Browser

pytestmark = pytest.mark.django_db
ONE, TWO = Cosigner("w.example/1", b"1" * 32), Cosigner("w.example/2", b"2" * 32)


def page(desk: Browser) -> str:
    return desk.get(reverse("console:audit")).content.decode()


@pytest.fixture
def policy(tmp_path: Path, settings: Any) -> Path:
    """Two witnesses, either of whom is enough."""
    file = tmp_path / "policy"
    file.write_text(f"witness A {ONE.key}\nwitness B {TWO.key}\ngroup G any A B\nquorum G\n")
    settings.WITNESS_POLICY_FILE = str(file)
    return file


def test_none_is_said(desk: Browser) -> None:
    assert "No witness outside watches this log" in page(desk)


def test_a_witness_each_with_its_size_and_its_refusal(
    desk: Browser, sequence: Callable[[], None], policy: Path
) -> None:
    assert "Not enough witnesses have seen the log yet." in page(desk)
    sequence()
    head = SignedHead.objects.latest("size")
    now = timezone.now()
    text = head.note.partition("\n\n")[0] + "\n"
    Cosignature.objects.create(
        size=head.size, name=ONE.key.name, key_id=ONE.key.id, signed_at=now, at=now,
        line=ONE.line(text, 1_700_000_000),
    )  # fmt: skip
    shown = page(desk)
    assert f"Enough witnesses have seen the log up to #{head.size}." in shown
    assert f"Saw the log up to #{head.size}," in shown and "Has not signed yet." in shown
    assert "It refuses" not in shown

    Refusal.objects.create(
        name=ONE.key.name, key_id=ONE.key.id, size=head.size, reason="inconsistent",
        at=now + timedelta(seconds=1),
    )  # fmt: skip
    assert f"It refuses the log of size {head.size}" in page(desk)


def test_a_faulty_policy_is_said(desk: Browser, policy: Path) -> None:
    policy.write_text("quorum nobody\n")
    assert "Line 1: nobody is not defined on a line above." in page(desk)


def test_a_check_names_the_witness_that_contradicts(
    desk: Browser, sequence: Callable[[], None], policy: Path
) -> None:
    page(desk)
    sequence()
    size, now = SignedHead.objects.latest("size").size, timezone.now()
    other = ONE.line("localhost/sayso\n1\n" + "A" * 43 + "=\n", 1_700_000_000)
    Cosignature.objects.create(
        size=size, name=ONE.key.name, key_id=ONE.key.id, signed_at=now, at=now, line=other
    )
    shown = desk.post(reverse("console:verify"), follow=True).content.decode()
    assert f"w.example/1 cosigned another checkpoint of size {size}" in shown
