"""What differs between two catalogue documents, in the order in which an officer reads them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from consent.catalogue_faults import Known, main_controller, purpose_name
from consent.notices.prominence import EXCHANGE_CARD

_SECTIONS: Final = (
    "controllers", "attributes", "channels", "purposes", "recipients", "features", "jurisdictions",
)  # fmt: skip
_DEFAULTS: Final[Mapping[str, dict[str, Any]]] = {
    "attributes": {
        "dpv": "", "data_class": "ordinary", "is_group": False, "provenance": "provided",
        "provider": "person",
    },
    "controllers": {"is_main": False},
    "channels": {"needs_named_yes": False, "position": 0},
    "purposes": {
        "channels": [], "asked": True, "position": 0, "dpv": "", "retention_days": None,
        "retired_at": None, "source": "", "minimum_people": None, "incentive": None,
    },
    "recipients": {
        "transfer_mechanism": "", "contact": "", "controller": None, "contract": None,
    },
    "features": {"optional": [], "channel": None},
}  # fmt: skip
_NOTICE: Final[dict[str, Any]] = {
    "material": True, "valid_days": None, "details": {}, "dropped": {},
    "component": EXCHANGE_CARD,
}  # fmt: skip


class Difference(NamedTuple):
    """`path` leads to what differs; None stands for what is not there."""

    path: tuple[str, ...]
    old: Any
    new: Any

    def as_json(self) -> dict[str, Any]:
        """For `--json`: the path as a JSON pointer through the codes."""
        parts = (part.replace("~", "~0").replace("/", "~1") for part in self.path)
        return {"path": "/" + "/".join(parts), "old": self.old, "new": self.new}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """All differences between two documents; the order of entries is none."""
    before, after = _tree(old), _tree(new)
    return [
        found
        for section in _SECTIONS
        for found in _compared((section,), before[section], after[section])
    ]


def _compared(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Difference]:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        if old != new:
            yield Difference(path, old, new)
        return
    for name in (*old, *(name for name in new if name not in old)):
        if name in old and name in new:
            yield from _compared((*path, name), old[name], new[name])
        else:
            yield Difference((*path, name), old.get(name), new.get(name))


def _tree(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every entry under its code, members at their default filled in."""
    main = main_controller(document, Known())
    tree: dict[str, dict[str, Any]] = {}
    for section in _SECTIONS:
        tree[section] = {}
        for entry in document.get(section, ()):
            key = _key(section, entry, main)
            shown = _inner(section, dict(entry))
            tree[section][key] = shown | {
                name: value
                for name, value in _DEFAULTS.get(section, {}).items()
                if name not in shown
            }
    return tree


def _key(section: str, entry: Mapping[str, Any], main: str | None) -> str:
    if section == "purposes":
        return purpose_name(entry, main)
    if section == "jurisdictions":
        return f"{entry['code']} from {entry['effective_from']}"
    return str(entry["code"])


def _inner(section: str, entry: dict[str, Any]) -> dict[str, Any]:
    if section == "purposes":
        entry["bases"] = {
            f"{basis['jurisdiction']} from {basis['effective_from']}": {
                "conditions": [],
                "effective_until": None,
                **basis,
            }
            for basis in entry["bases"]
        }
        entry["notices"] = {
            f"version {notice['version']}": _NOTICE | notice | {"texts": _texts(notice)}
            for notice in entry["notices"]
        }
    if section == "recipients":
        entry["grants"] = {
            grant["purpose"]: {"attributes": [], "channels": []} | grant
            for grant in entry.get("grants", ())
        }
    return entry


def _texts(notice: Mapping[str, Any]) -> dict[str, Any]:
    return {text["language"]: text for text in notice["texts"]}


def in_words(found: list[Difference]) -> Iterator[str]:
    """The differences as lines: the section, the entry, then what became of it."""
    section = ""
    for difference in found:
        head, *rest = difference.path
        if head != section:
            section = head
            yield section
        yield f"  {' / '.join(rest)}: {_change(difference)}"


def _change(difference: Difference) -> str:
    old, new = difference.old, difference.new
    if isinstance(new, Mapping) and old is None:
        return "added"
    if isinstance(old, Mapping) and new is None:
        return "gone"
    if isinstance(old, list) and isinstance(new, list):
        gone = [f"- {value}" for value in old if value not in new]
        come = [f"+ {value}" for value in new if value not in old]
        return ", ".join(gone + come) or "in another order"
    return f"{_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
