"""Opening one's choices by a mailed link: a press opens them, a mail scanner's GET does not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.queries import stop_links
from portal import people
from portal.forms import AddressForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One button; behind it the uses of the person, for half an hour."""
    link = stop_links.find(token, at=people.now(), kinds=("manage",))
    if link is None:
        return render(request, "portal/stop_unknown.html", {"form": AddressForm()}, status=404)
    if request.method == "POST":
        people.open_by_link(request, link.subject_id)
        return redirect("portal:uses")
    response = render(request, "portal/manage.html")
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
