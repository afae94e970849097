"""Data from other companies, social networks and competitors: a question of its own, by name.

People mind most what comes from where they never gave it (GDPR Art. 14), so a purpose that
uses such data uses no other, and says who gives it to us.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

OUTSIDE: Final = frozenset({"partner", "social", "competitor"})
# What the person asks for or the law orders reads whatever there is.
_EXEMPT: Final = frozenset({"data_subject_right", "legal_claims", "legal_obligation"})


def providers(attributes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Attribute code to who provides it; groups are left out, their members count."""
    return {
        entry["code"]: entry.get("provider", "person")
        for entry in attributes
        if not entry.get("is_group")
    }


def faults(purpose: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(member, what is wrong) of a purpose in a document."""
    used = {provider for code, provider in known.items() if _covers(purpose["attributes"], code)}
    outside = used & OUTSIDE
    source = purpose.get("source", "").strip()
    if not outside or purpose["purpose_class"] in _EXEMPT:
        return
    if len(used) > 1:
        yield (
            "attributes",
            "Data from outside are a question of their own: one kind of source, nothing besides.",
        )
    if not source:
        yield "source", "Name who gives us these data."
        return
    for index, notice in enumerate(purpose["notices"]):
        if index == len(purpose["notices"]) - 1 and not _named(source, notice):
            yield (
                f"notices/{index}/texts",
                "The words of the question must name the source in every language.",
            )


def _covers(codes: Iterable[str], attribute: str) -> bool:
    return any(attribute == code or attribute.startswith(f"{code}.") for code in codes)


def _named(source: str, notice: Mapping[str, Any]) -> bool:
    return all(
        source in " ".join([text["title"], *text["rows"].values()]) for text in notice["texts"]
    )
