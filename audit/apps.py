"""The log: append-only, holds no personal values, knows nobody."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Whoever acts calls `audit.actions.append` in its own transaction."""

    name = "audit"
