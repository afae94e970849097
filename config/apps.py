"""Makes the Celery application known to every Django process."""

from django.apps import AppConfig

from config.celery import app


class SiteConfig(AppConfig):
    """The outermost layer: settings, URLs, Celery, problems, launcher."""

    name = "config"
    celery = app
