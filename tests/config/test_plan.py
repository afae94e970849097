"""Each process is told only the addresses that it needs."""

from pathlib import Path

import pytest

from config.launcher import plan
from config.launcher.options import ADDRESSES, Options

ALL = {name: f"address of {name}" for name in ADDRESSES}
ASKING = {"DATABASE_URL", "DATABASE_POLICY_URL", "BROKER_URL"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", ASKING),
        ("worker", ASKING),
        ("sequencer", {"DATABASE_URL", "DATABASE_SEQUENCER_URL"}),
        ("beat", {"BROKER_URL"}),
    ],
)
def test_who_knows_which_address(
    name: str, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ADDRESSES:
        monkeypatch.setenv(address, "inherited")
    options = Options("development", 8000, "none", Path("/nowhere"), {})
    part = next(part for part in plan.parts(options, ALL) if part.name == name)

    told = plan.environment(options, part.addresses)

    assert told.keys() & ALL.keys() == expected
    assert "inherited" not in told.values()
    assert "address of DATABASE_OWNER_URL" not in told.values()


def test_the_sequencer_signs_in_as_itself_everywhere() -> None:
    options = Options("development", 8000, "none", Path("/nowhere"), {})
    part = next(part for part in plan.parts(options, ALL) if part.name == "sequencer")

    assert set(part.addresses.values()) == {"address of DATABASE_SEQUENCER_URL"}


def test_witnesses_are_asked_only_where_a_policy_names_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = Options("development", 8000, "none", Path("/nowhere"), {})
    monkeypatch.delenv("WITNESS_POLICY_FILE", raising=False)
    assert "witnesses" not in {part.name for part in plan.parts(options, ALL)}

    monkeypatch.setenv("WITNESS_POLICY_FILE", "/etc/sayso/policy")
    part = next(part for part in plan.parts(options, ALL) if part.name == "witnesses")

    assert part.addresses == {"DATABASE_URL": ALL["DATABASE_URL"]}
