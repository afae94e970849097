from django.http import HttpResponse
from django.urls import include, path


def nothing(request, **kw):
    return HttpResponse("")


portal = (
    [
        path("sign-in", nothing, name="sign-in"),
        path("language", nothing, name="language"),
        path("", nothing, name="home"),
    ],
    "portal",
)
urlpatterns = [path("console/", include("console.urls")), path("", include(portal))]
handler404 = lambda request, exception: HttpResponse("nothing here", status=404)
