"""What a partner may pass on of what people say: a Yes to its own purposes, and every No."""

from consent.acts import AFFIRMATIVE, RESTRICTIVE
from consent.api.authentication import is_paused, refuse_paused
from consent.api.problems import Problem
from consent.api.tokens import Caller
from consent.queries import catalogue as catalogues


def check_may_say(caller: Caller, state: str, purpose: str | None) -> None:
    """Raises Problem (403) for what this caller may not pass on; never for what restricts."""
    if state in RESTRICTIVE:
        return
    if is_paused(caller):
        refuse_paused(caller)
    if not caller.first_party:
        _check_bound(caller, state, purpose)


def _check_bound(caller: Caller, state: str, purpose: str | None) -> None:
    """A third party passes on a Yes to its own purposes only, and lifts no restriction."""
    recipient = catalogues.catalogue().recipients.get(caller.recipient)
    if state in AFFIRMATIVE and (purpose is None or (recipient and purpose in recipient.grants)):
        return
    raise Problem(
        403,
        "PURPOSE_NOT_YOURS",
        "This partner is not bound to the purpose, so it cannot pass on a Yes to it.",
        fix="Send what restricts for any purpose, and a Yes only for purposes you are bound to.",
    )
