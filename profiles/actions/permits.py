"""Permits for a person's own copy: asked for in the open, renewed while the copy is made."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from consent.actions.asking import ask
from consent.queries import catalogue as catalogues
from consent.questions import Mint, Question, Ruling
from profiles import rights

PURPOSE = "rights_fulfilment"
RECIPIENT = "shop"
# Because a permit lives for ten minutes, and a page must not begin on one about to end.
RENEW_AFTER = timedelta(minutes=5)


class NotAllowed(Exception):
    """The gate denied a person's own copy; the ruling's reason code says why."""

    def __init__(self, ruling: Ruling) -> None:
        super().__init__(f"Denied: {ruling.reason_code}.")
        self.ruling = ruling


class OwnerPermit:
    """What holders are handed to read for the person's own copy.

    `attributes` are the leaf attributes this right covers, `language` the one for titles.
    `permit` is a live permit over all of them; `ruling()` one over some.
    """

    def __init__(
        self, *, subject_id: UUID, right: str, language: str, now: Callable[[], datetime]
    ) -> None:
        self.subject_id = subject_id
        self.right = right
        self.language = language
        self.now = now
        self.attributes = _attributes(right)
        self._kept: dict[tuple[str, ...], Ruling] = {}

    @property
    def permit(self) -> UUID | None:
        """The id of a live permit over all attributes."""
        return self.ruling(self.attributes).permit

    @property
    def reason_code(self) -> str:
        """Why there is a permit, or why there is none."""
        return self.ruling(self.attributes).reason_code

    def ruling(self, attributes: tuple[str, ...], *, renew: bool = False) -> Ruling:
        """A ruling with a permit over `attributes`; raises NotAllowed."""
        at = self.now()
        kept = self._kept.get(attributes)
        if kept is None or renew or at - kept.as_of > RENEW_AFTER:
            kept = self._ask(attributes, at)
            self._kept[attributes] = kept
        return kept

    def _ask(self, attributes: tuple[str, ...], at: datetime) -> Ruling:
        question = Question(
            subject_id=self.subject_id,
            purpose=PURPOSE,
            attributes=attributes,
            recipient=RECIPIENT,
            feature="export",
        )
        ruling = ask(question=question, at=at, mint=Mint.ALL)
        if ruling.permit is None:
            raise NotAllowed(ruling)
        return ruling


def _attributes(right: str) -> tuple[str, ...]:
    """The leaves a right covers: portability leaves out what was inferred (GDPR Art. 20)."""
    catalogue = catalogues.catalogue()
    purpose = catalogue.purposes[PURPOSE]
    leaves = {leaf for code in purpose.attributes for leaf in catalogue.leaves(code)}
    if right == rights.PORTABILITY:
        leaves = {leaf for leaf in leaves if catalogue.attributes[leaf].provenance != "inferred"}
    return tuple(sorted(leaves))
