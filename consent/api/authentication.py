"""Who calls, and whether they may: the defaults of every REST view.

A view names the scopes per method, one of which is enough: `required_scopes = {"GET": [...]}`.
A method without an entry is refused to everyone.
"""

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from consent.api.problems import Problem
from consent.api.tokens import Caller, caller_in, caller_of, require_scope
from consent.queries import catalogue as catalogues

if TYPE_CHECKING:
    # Because the views of the framework import this module by name.
    from rest_framework.views import APIView


class PartnerAuthentication(BaseAuthentication):
    """Bearer tokens (RFC 6750); raises Problem (401) with the challenge."""

    def authenticate(self, request: Request) -> tuple[Caller, str]:
        """The caller; there are no anonymous ones."""
        header = request.headers.get("Authorization", "")
        return caller_of(header, at=timezone.now()), "bearer"

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return 'Bearer realm="sayso"'


class HasScope(BasePermission):
    """The caller holds a scope that the view names, and its recipient is not paused."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """True, or Problem (403) that names what is missing."""
        wanted = getattr(view, "required_scopes", {}).get(request.method)
        if wanted is None:
            # Because a method nobody declared is answered as such, not as a lack of rights.
            return not hasattr(view, (request.method or "").lower())
        caller = caller_in(request)
        require_scope(caller, wanted)
        if not getattr(view, "open_to_paused", False):
            refuse_paused(caller)
        return True


def refuse_paused(caller: Caller) -> None:
    """Raises Problem (403) for a recipient that is paused or gone."""
    if not is_paused(caller):
        return
    raise Problem(
        403,
        "RECIPIENT_PAUSED",
        "This partner is paused and may only send what restricts.",
        fix="Ask the privacy office of the controller why; refusals and withdrawals still work.",
    )


def is_paused(caller: Caller) -> bool:
    """Whether the recipient is paused, or no longer in the catalogue."""
    recipient = catalogues.catalogue().recipients.get(caller.recipient)
    return recipient is None or recipient.paused
