"""Pages of a search: a token leads on within the same search of the same partner, no other."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core import signing

from consent.api.problems import malformed
from consent.questions import Question

LARGEST, USUAL = 1_000, 100
_signer = signing.Signer(salt="consent.search")


class Page(NamedTuple):
    """What is asked for: up to `limit` results after `last`, which is empty at the beginning."""

    last: str
    limit: int


def read(body: Mapping[str, Any], *, search: str) -> Page:
    """The page in a body; raises Problem (400)."""
    page = body.get("page")
    if page is None:
        return Page("", USUAL)
    if not isinstance(page, dict):
        raise malformed("/page", "page is not an object.")
    return Page(_last(page.get("token"), search), _limit(page.get("limit")))


def _limit(given: Any) -> int:
    if given is None:
        return USUAL
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= LARGEST:
        raise malformed("/page/limit", f"limit is a number from 1 to {LARGEST}.")
    return given


def _last(token: Any, search: str) -> str:
    if token in (None, ""):
        return ""
    try:
        of, last = _signer.unsign_object(token) if isinstance(token, str) else ("", "")
    except (signing.BadSignature, ValueError, TypeError):
        of = last = ""
    if of != search or not isinstance(last, str):
        raise malformed(
            "/page/token",
            "This is not a page of this search.",
            fix="Send next_token as it came, with everything else as it was.",
        )
    return last


def token(last: str, *, search: str) -> str:
    """Where the next page begins; empty where there is none."""
    return _signer.sign_object([search, last], compress=True) if last else ""


def name_of(kind: str, question: Question, subject: str, moment: object) -> str:
    """What a token is for: the kind of search, who asks, and all that is asked."""
    asked = (kind, subject, question, moment)
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
