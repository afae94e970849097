"""Addresses of attributes and requests, under /v1/."""

from django.urls import path

from profiles.api.agents import AgentRequestsView, AgentRequestView, PairwiseKeyView
from profiles.api.attributes import AttributesView
from profiles.api.requests import RequestsView, RequestView

urlpatterns = [
    path("data-rights-request", AgentRequestsView.as_view(), name="agent-requests"),
    path("data-rights-request/<str:request_id>", AgentRequestView.as_view(), name="agent-request"),
    path("agent/<str:agent_id>", PairwiseKeyView.as_view(), name="agent"),
    path("subjects/<str:subject>/attributes", AttributesView.as_view(), name="attributes"),
    path("requests", RequestsView.as_view(), name="partner-requests"),
    path("requests/<str:request_id>", RequestView.as_view(), name="partner-request"),
]
