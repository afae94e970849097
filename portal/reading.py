"""Reading a person's own data for that person: asked at the gate, opened under its permit."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from consent.actions.asking import ask
from consent.queries import catalogue as catalogues
from consent.queries.uses import OURSELVES
from consent.questions import Mint, Question, Ruling
from profiles.queries import vault
from profiles.queries.vault import NoPermit
from profiles.values import Held


def attributes_of(purpose: str) -> tuple[str, ...]:
    """Every single attribute that a purpose covers."""
    catalogue = catalogues.catalogue()
    entry = catalogue.purposes.get(purpose)
    codes = entry.attributes if entry else frozenset()
    return tuple(sorted({leaf for code in codes for leaf in catalogue.leaves(code)}))


def permit(
    *, subject_id: UUID, purpose: str, attributes: tuple[str, ...], feature: str, at: datetime
) -> Ruling:
    """Ask for what is allowed of `attributes`; on record, whatever the answer."""
    question = Question(
        subject_id=subject_id,
        purpose=purpose,
        attributes=attributes,
        recipient=OURSELVES,
        feature=feature,
    )
    return ask(question=question, at=at, mint=Mint.PARTIAL)


def stream(
    *, subject_id: UUID, attributes: tuple[str, ...], feature: str, at: datetime
) -> Iterator[Held]:
    """The person's own values under the right of access, block by block."""
    ruling = permit(
        subject_id=subject_id,
        purpose="rights_fulfilment",
        attributes=attributes,
        feature=feature,
        at=at,
    )
    if ruling.permit is not None:
        yield from vault.stream(subject_id=subject_id, ruling=ruling)


def first_name(*, subject_id: UUID, at: datetime) -> str:
    """What to call the person; empty where we may not know or do not."""
    ruling = permit(
        subject_id=subject_id,
        purpose="account_access",
        attributes=("name",),
        feature="portal.greeting",
        at=at,
    )
    try:
        name = vault.values(subject_id=subject_id, ruling=ruling).get("name")
    except NoPermit:
        return ""
    return name.split()[0] if isinstance(name, str) and name.split() else ""
