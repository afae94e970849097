"""Addresses of the consent interface."""

from django.urls import path

from consent.api.oauth import TokenView
from consent.api.views.asks import CloseAskView, NextAskView
from consent.api.views.browser_signals import SignalsView
from consent.api.views.bulk import ConsentEventsExportView, ConsentEventsImportView
from consent.api.views.changes import (
    AcknowledgementsView,
    ChangesView,
    PropagationView,
    SnapshotView,
)
from consent.api.views.consents import ConsentEventsView, ConsentsView
from consent.api.views.evaluation import ConfigurationView, EvaluationsView, EvaluationView
from consent.api.views.history import HistoryView
from consent.api.views.joins import JoinsView, JoinView
from consent.api.views.kept import LogChecksView
from consent.api.views.notices import NoticeView
from consent.api.views.purposes import PurposesView
from consent.api.views.receipts import KeysView, ReceiptView
from consent.api.views.search import ActionSearchView, ResourceSearchView, SubjectSearchView
from consent.api.views.stop_links import StopLinksView
from consent.api.views.strings import StringsView

urlpatterns = [
    path("oauth/token", TokenView.as_view(), name="token"),
    path(".well-known/authzen-configuration", ConfigurationView.as_view(), name="authzen"),
    path("access/v1/evaluation", EvaluationView.as_view(), name="evaluation"),
    path("access/v1/evaluations", EvaluationsView.as_view(), name="evaluations"),
    path("access/v1/search/subject", SubjectSearchView.as_view(), name="search-subject"),
    path("access/v1/search/resource", ResourceSearchView.as_view(), name="search-resource"),
    path("access/v1/search/action", ActionSearchView.as_view(), name="search-action"),
    path(".well-known/jwks.json", KeysView.as_view(), name="jwks"),
    path("v1/consent-events", ConsentEventsView.as_view(), name="consent-events"),
    path("v1/consent-events:import", ConsentEventsImportView.as_view(), name="import"),
    path("v1/consent-events:export", ConsentEventsExportView.as_view(), name="export"),
    path("v1/consent-events/<str:event>/receipt", ReceiptView.as_view(), name="receipt"),
    path("v1/subjects/<str:subject>/consents", ConsentsView.as_view(), name="consents"),
    path("v1/subjects/<str:subject>/joins", JoinsView.as_view(), name="joins"),
    path("v1/subjects/<str:subject>/joins/<str:join>", JoinView.as_view(), name="join"),
    path("v1/stop-links", StopLinksView.as_view(), name="stop-links"),
    path("v1/subjects/<str:subject>/strings", StringsView.as_view(), name="strings"),
    path("v1/signals", SignalsView.as_view(), name="signals"),
    path("v1/asks/next", NextAskView.as_view(), name="next-ask"),
    path("v1/asks/<str:ask>:close", CloseAskView.as_view(), name="close-ask"),
    path("v1/changes", ChangesView.as_view(), name="changes"),
    path("v1/changes/snapshot", SnapshotView.as_view(), name="changes-snapshot"),
    path("v1/acknowledgements", AcknowledgementsView.as_view(), name="acknowledgements"),
    path("v1/propagation/<str:ticket>", PropagationView.as_view(), name="propagation"),
    path("v1/subjects/<str:subject>/consents/history", HistoryView.as_view(), name="history"),
    path("v1/log/checks", LogChecksView.as_view(), name="log-checks"),
    path("v1/purposes", PurposesView.as_view(), name="purposes"),
    path(
        "v1/purposes/<str:name>/notices/<int:version>", NoticeView.as_view(), name="purpose-notice"
    ),
]
