"""Addresses of personalization, under /v1/."""

from django.urls import path

from personalization.api.views import RecommendationsView

urlpatterns = [
    path("recommendations", RecommendationsView.as_view(), name="recommendations"),
]
