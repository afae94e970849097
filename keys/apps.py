"""The ground floor: every secret and its destruction."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """No models: keys live in files and SQLite below KEYSTORE_DIR, never in PostgreSQL."""

    name = "keys"
