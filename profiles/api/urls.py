"""Addresses of attributes and requests, under /v1/."""

from django.urls import path

from profiles.api.attributes import AttributesView
from profiles.api.requests import RequestsView, RequestView

urlpatterns = [
    path("subjects/<str:subject>/attributes", AttributesView.as_view(), name="attributes"),
    path("requests", RequestsView.as_view(), name="partner-requests"),
    path("requests/<str:request_id>", RequestView.as_view(), name="partner-request"),
]
