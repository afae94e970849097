"""How the log is watched: what each part of the watch last found, by ids and counts."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from console.permissions import officers_only
from console.views.pages import show


@officers_only
@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """One page; all that it shows is what the header knows."""
    return show(request, "watch", {})
