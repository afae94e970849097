"""The floor of REST: a Django view without middleware and one SELECT by primary key."""

import os
import threading

import psycopg
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY="floor",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=[],
        INSTALLED_APPS=[],
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )

SELECT = "SELECT epoch, shape, until FROM consent_consentstate WHERE subject_id = %s"
_local = threading.local()


def floor(request: HttpRequest) -> JsonResponse:
    """Read one row by primary key and answer it as JSON."""
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    subject = request.GET["subject"]
    row = _local.connection.execute(SELECT, (subject,), prepare=True).fetchone()
    return JsonResponse({"epoch": row[0], "shape": bytes(row[1]).hex(), "until": str(row[2])})


urlpatterns = [path("floor", floor)]
application = get_wsgi_application()
