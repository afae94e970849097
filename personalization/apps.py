"""What is derived from consented data: it may be deleted at any time."""

from django.apps import AppConfig


class PersonalizationConfig(AppConfig):
    """Features are declared in `features.py` and run nowhere else."""

    name = "personalization"
