"""Addresses of the log, under /v1/log/."""

from django.urls import path

from audit.api.growth import ConsistencyView, TileView
from audit.api.views import CheckpointView, ProofView

urlpatterns = [
    path("checkpoint", CheckpointView.as_view(), name="checkpoint"),
    path("consistency", ConsistencyView.as_view(), name="log-consistency"),
    path("proofs/<str:event>", ProofView.as_view(), name="log-proof"),
    path("tile/<path:tile>", TileView.as_view(), name="log-tile"),
]
