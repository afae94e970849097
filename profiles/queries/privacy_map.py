"""The privacy map: which field of which table says what about people, and who looks after it.

Classes stand beside our own models (`class Privacy`) and, for third parties' models, in the
table that THIRD_PARTY_PRIVACY names. Erasure and export walk the holders; this map is how we
know that the holders are enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from profiles.queries.holders import holders

PERSONAL = "personal"
CLASSES = frozenset({PERSONAL, "pseudonymous", "proof", "operational"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored field; `privacy` is empty where nobody classified it."""

    app: str
    model: str
    table: str
    field: str
    privacy: str


def entries() -> list[Entry]:
    """Every stored field of every model of the project, in the order of the apps."""
    others: Mapping[str, Mapping[str, str]] = import_string(settings.THIRD_PARTY_PRIVACY)
    found = []
    for model in apps.get_models(include_auto_created=True):
        classes = _classes(model, others)
        found += [
            Entry(
                app=model._meta.app_label,
                model=model._meta.label,
                table=model._meta.db_table,
                field=field.name,
                privacy=classes.get(field.name, ""),
            )
            for field in model._meta.concrete_fields
        ]
    return found


def _classes(model: type[Model], others: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    beside = getattr(model, "Privacy", None)
    if beside is None:
        return others.get(model._meta.label, {})
    fields: Mapping[str, str] = beside.fields
    return fields


def unclassified() -> list[Entry]:
    """Fields that nobody classified, or with a class that does not exist."""
    return [entry for entry in entries() if entry.privacy not in CLASSES]


def apps_with_personal_data() -> set[str]:
    """The apps that store something about people, in the clear or under their key."""
    return {entry.app for entry in entries() if entry.privacy == PERSONAL}


def apps_with_a_holder() -> set[str]:
    """The apps that export and erase what they store."""
    return {type(one).__module__.split(".")[0] for one in holders()}
