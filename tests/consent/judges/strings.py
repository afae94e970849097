"""Consent strings as plain JSON, random ones, and the IAB's own packages to judge ours by."""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import is_dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from consent.strings.runs import spans
from consent.strings.tcf import PublisherTc, TcString
from consent.strings.tcf_canada import PublisherCanada, TcfCanada
from consent.strings.us import UsSection
from consent.strings.us.fields import Field, Layout
from consent.strings.us.tables import LAYOUTS
from consent.strings.usp import UsPrivacy

SCRIPT = Path(__file__).with_name("strings.mjs")
PACKAGES = ("@iabtechlabtcf/core@1.5.21", "@iabgpp/cmpapi@3.2.0")


class JudgeUnavailable(Exception):
    """Node or the registry of its packages is out of reach; the reason is the message."""


def install(folder: Path) -> Path:
    """The IAB's packages in `folder`; raises JudgeUnavailable."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise JudgeUnavailable("node and npm are not on this machine")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    shutil.copy(SCRIPT, folder)
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=180, check=False
    )
    if done.returncode:
        raise JudgeUnavailable(f"npm could not install the packages: {done.stderr[-300:]}")
    return folder


def ask(folder: Path, tasks: Sequence[tuple[str, Any]]) -> list[Any]:
    """What the packages answer to (`tcf.encode` ..., value), in order."""
    done = subprocess.run(
        ["node", SCRIPT.name],
        cwd=folder,
        input=json.dumps(tasks),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    answers: list[Any] = json.loads(done.stdout)
    return answers


def plain(value: Any) -> Any:
    """A string's model as JSON: sets are sorted lists, runs are [first, last], days ISO."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain({name: getattr(value, name) for name in value.__slots__})
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, range):
        return [value.start, value.stop - 1]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def tc_string(form: dict[str, Any]) -> TcString:
    """The model again, from its JSON."""
    publisher = form["publisher"]
    fields = form | {
        "created": date.fromisoformat(form["created"]),
        "last_updated": date.fromisoformat(form["last_updated"]),
        "publisher": PublisherTc(**_sets(publisher)) if publisher else None,
        "restrictions": _restrictions(form["restrictions"]),
    }
    return TcString(**_sets(fields))


def canada(form: dict[str, Any]) -> TcfCanada:
    """The model again, from its JSON."""
    publisher = form["publisher"]
    fields = form | {
        "created": date.fromisoformat(form["created"]),
        "last_updated": date.fromisoformat(form["last_updated"]),
        "publisher": PublisherCanada(**_sets(publisher)) if publisher else None,
        "restrictions": _restrictions(form["restrictions"]),
    }
    return TcfCanada(**_sets(fields))


def _restrictions(form: list[Any]) -> tuple[Any, ...]:
    return tuple(
        (purpose, kind, tuple(range(first, last + 1) for first, last in runs))
        for purpose, kind, runs in form
    )


def us_section(form: dict[str, Any]) -> UsSection:
    """The model again, from its JSON."""
    extra = form["extra"]
    return UsSection(
        **form | {"fields": _tuples(form["fields"]), "extra": extra and _tuples(extra)}
    )


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}


def _sets(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: frozenset(v) if isinstance(v, list) else v for name, v in fields.items()}


def random_tc_string(dice: random.Random, most: int = 1200) -> TcString:
    """Anything a TC string can say, small sets and large ones, dense and sparse."""
    day = date(2020, 1, 1) + timedelta(days=dice.randrange(3000))
    return TcString(
        created=day,
        last_updated=day + timedelta(days=dice.randrange(60)),
        cmp_id=dice.randrange(2, 4096),
        cmp_version=dice.randrange(1, 4096),
        vendor_list_version=dice.randrange(4096),
        policy_version=dice.randrange(64),
        consent_screen=dice.randrange(64),
        language=random_letters(dice),
        service_specific=dice.random() < 0.8,
        non_standard_texts=dice.random() < 0.5,
        special_features=some(dice, 12),
        purpose_consents=some(dice, 24),
        purpose_interests=some(dice, 24),
        purpose_one_treatment=dice.random() < 0.5,
        country=random_letters(dice),
        vendor_consents=random_vendors(dice, most),
        vendor_interests=random_vendors(dice, most),
        restrictions=tuple(
            (purpose, kind, spans(vendors))
            for purpose, kind in sorted({(dice.randrange(1, 25), dice.randrange(3)) for _ in "12"})
            if (vendors := random_vendors(dice, most=60))
        ),
        disclosed_vendors=random_vendors(dice, most),
        allowed_vendors=random_vendors(dice, most) or None,
        publisher=_random_publisher(dice),
    )


def _random_publisher(dice: random.Random) -> PublisherTc:
    count = dice.choice([0, 0, 3, 63])
    return PublisherTc(some(dice, 24), some(dice, 24), count, some(dice, count), some(dice, count))


def random_canada(dice: random.Random, most: int = 1200) -> TcfCanada:
    """Anything a Canadian string can say that the judge can be told."""
    day = date(2024, 1, 1) + timedelta(days=dice.randrange(900))
    return TcfCanada(
        created=day,
        last_updated=day,
        cmp_id=dice.randrange(4096),
        cmp_version=dice.randrange(4096),
        vendor_list_version=dice.randrange(4096),
        policy_version=dice.randrange(64),
        consent_screen=dice.randrange(64),
        language=random_letters(dice),
        non_standard_stacks=dice.random() < 0.5,
        special_features=some(dice, 12),
        purposes_express=some(dice, 24),
        purposes_implied=some(dice, 24),
        vendors_express=random_vendors(dice, most),
        vendors_implied=random_vendors(dice, most),
        publisher=PublisherCanada(),
        disclosed_vendors=random_vendors(dice, most) or frozenset({1}),
    )


def random_us(dice: random.Random, layout: Layout) -> UsSection:
    """Anything a US section can say."""
    return UsSection(
        section=layout.section,
        version=layout.version,
        fields=_random_fields(dice, layout.fields),
        gpc=dice.choice([None, False, True]) if layout.gpc else None,
        extra=_random_fields(dice, layout.extra) if layout.extra and dice.random() < 0.7 else None,
    )


def _random_fields(dice: random.Random, table: Iterable[Field]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, count, least in table:
        values = tuple(dice.randrange(least, 3) for _ in range(count or 1))
        fields[name] = values if count else values[0]
    return fields


def random_sections(dice: random.Random, most: int = 1200) -> dict[int, Any]:
    """A few sections of a GPP string, without the European one, which has its own judge."""
    sections: dict[int, Any] = {}
    for layout in dice.sample(sorted(LAYOUTS.values(), key=str), dice.randrange(6)):
        sections[layout.section] = random_us(dice, layout)
    if dice.random() < 0.3:
        sections[5] = random_canada(dice, most)
    if dice.random() < 0.3:
        sections[6] = UsPrivacy(*(dice.choice("YN-") for _ in range(3)))
    return dict(sorted(sections.items()))


def each_section(dice: random.Random) -> list[dict[int, Any]]:
    """Every version of every US section, alone."""
    return [{layout.section: random_us(dice, layout)} for layout in LAYOUTS.values()]


def model(section: str, form: Any) -> Any:
    """One section's model again, from its JSON."""
    if section == "5":
        return canada(form)
    return UsPrivacy(**form) if section == "6" else us_section(form)


def random_letters(dice: random.Random) -> str:
    return "".join(dice.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(2))


def some(dice: random.Random, count: int) -> frozenset[int]:
    return frozenset(each for each in range(1, count + 1) if dice.random() < 0.4)


def random_vendors(dice: random.Random, most: int = 1200) -> frozenset[int]:
    """None, a few far apart, long runs, or every second one: both forms of a field."""
    top = dice.choice([0, 5, 40, 46, 47, 60, most])
    kind = dice.randrange(4)
    if kind == 0:
        return frozenset(dice.sample(range(1, top + 1), min(top, 3)))
    if kind == 1 and top > 10:
        first = dice.randrange(1, top // 2)
        return frozenset(range(first, top)) | {top}
    if kind == 2:
        return frozenset(each for each in range(1, top + 1) if dice.random() < 0.5)
    return frozenset(each for each in range(1, top + 1) if dice.random() < 0.03)
