"""Partners: who is bound to what, and how quickly each applies what people say."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.permissions import officers_only
from console.queries import following
from console.views.pages import show


@officers_only
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """The scoreboard, those that owe an answer first."""
    at = timezone.now()
    return show(
        request,
        "partners",
        {"rows": following.rows(at=at), "own": following.own_late(at=at)},
    )
