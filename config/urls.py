"""Every address of the service."""

from django.urls import include, path

from config import health, schema

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("consent.api.urls")),
    path("v1/", include("profiles.api.urls")),
    path("v1/", include("personalization.api.urls")),
    path("v1/log/", include("audit.api.urls")),
    path("v1/openapi.json", schema.OpenApiView.as_view(), name="openapi"),
    path("docs", schema.documentation, name="docs"),
    path("console/", include("console.urls")),
    path("", include("portal.urls")),
]

handler400 = "config.problems.bad_request"
handler403 = "config.problems.permission_denied"
handler404 = "config.problems.page_not_found"
handler500 = "config.problems.server_error"
