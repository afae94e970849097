"""The parts of a use, and who else receives them."""

from collections.abc import Mapping, Sequence
from typing import Any

from consent.catalogue import AttributeEntry, Catalogue, PurposeEntry, in_scope
from consent.queries import names
from consent.queries.uses.cards import Scope


def scopes(
    codes: Sequence[str],
    catalogue: Catalogue,
    record: Mapping[str, Any] | None,
    covered: frozenset[str],
    called: names.Names,
    language: str,
) -> tuple[Scope, ...]:
    refused = frozenset(record.get("refused_attributes", ())) if record else frozenset()
    scopes = []
    for code in codes:
        leaves = catalogue.leaves(code)
        is_group = leaves != (code,)
        for member in (code, *leaves) if is_group else (code,):
            entry = catalogue.attributes.get(member)
            scopes.append(
                Scope(
                    code=member,
                    name=called.attribute(member, language),
                    is_group=is_group and member == code,
                    parent=code if member != code else None,
                    refused=_is_refused(entry, member, refused),
                    permitted=covered.issuperset(catalogue.leaves(member)),
                )
            )
    return tuple(scopes)


def _is_refused(entry: AttributeEntry | None, code: str, refused: frozenset[str]) -> bool:
    return code in refused or (entry is not None and in_scope(entry, refused))


def companies(entry: PurposeEntry, catalogue: Catalogue, called: names.Names) -> tuple[str, ...]:
    """The other companies that may be given something for this purpose, by name."""
    return tuple(
        called.recipient(recipient.code)
        for recipient in sorted(catalogue.recipients.values(), key=lambda found: found.code)
        if entry.name in recipient.grants and recipient.role != "first_party"
    )
