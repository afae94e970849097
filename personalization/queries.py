"""What pages and partners ask of personalization."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from audit import public_ids
from personalization import explanations, features
from personalization.answers import Explained, Item, NotUsed, Reason, Recommendations
from personalization.features import Outcome
from personalization.models import DatasetLoad, Product

__all__ = [
    "Explained",
    "Item",
    "NotUsed",
    "Reason",
    "Recommendations",
    "explain",
    "load_position",
    "product_titles",
    "recommend",
]

MOST = 50


def recommend(
    *,
    subject_id: UUID | None,
    recipient: str,
    at: datetime,
    slot: str = "home",
    limit: int = 10,
    channel: str | None = None,
) -> Recommendations:
    """Up to `limit` (1 to 50) products for one person, or for everybody where the gate says No.

    Asks the gate, which logs; a personal answer also logs its use and keeps its reasons.
    """
    outcome = features.run(
        "recommendations",
        subject_id=subject_id,
        recipient=recipient,
        at=at,
        limit=min(max(limit, 1), MOST),
        slot=slot,
        channel=channel,
    )
    decision = outcome.ruling.id
    return Recommendations(
        personal=outcome.personal,
        items=outcome.items,
        decision=decision,
        reason_code=_reason_code(outcome),
        why=_why(decision) if outcome.read else None,
    )


def explain(*, subject_id: UUID, decision_id: UUID) -> Explained | None:
    """Why this person was shown what they were shown; None where nothing is kept of it.

    For the person's own page: the caller asks the gate for `account_access` where it must.
    """
    return explanations.find(subject_id=subject_id, decision=decision_id)


def product_titles(codes: Iterable[str]) -> dict[str, str]:
    """Titles of products by code; unknown codes are left out."""
    found = Product.objects.filter(code__in=set(codes))
    return dict(found.values_list("code", "title"))


def load_position(name: str) -> int:
    """How far a data set was loaded; 0 where it was never begun."""
    return DatasetLoad.objects.filter(name=name).values_list("position", flat=True).first() or 0


def _reason_code(outcome: Outcome) -> str:
    """The gate's reason; where it allowed a part and that was used, the reason of that part."""
    ruling = outcome.ruling
    answers = [ruling.attributes[leaf] for leaf in ruling.covered if leaf in ruling.attributes]
    return answers[0].reason_code if outcome.read and answers else ruling.reason_code


def _why(decision: UUID) -> str:
    return f"{settings.BASE_URL}/why/{public_ids.shown(public_ids.DECISION, decision)}"
