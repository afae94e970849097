"""Addresses of the log, under /v1/log/."""

from django.urls import path

from audit.api.views import CheckpointView, ProofView

urlpatterns = [
    path("checkpoint", CheckpointView.as_view(), name="checkpoint"),
    path("proofs/<str:event>", ProofView.as_view(), name="log-proof"),
]
