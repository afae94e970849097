"""Who may enter: officers. To everybody else who is signed in, these pages do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def officers_only(view: View[P]) -> View[P]:
    """Sends strangers to the sign-in page and answers 404 to signed-in customers.

    What an officer sees is never kept by a browser or a proxy.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("console:sign-in"))
        if not request.user.is_officer:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
