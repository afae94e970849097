"""No field without a privacy class, no personal data without somebody who exports and erases it."""

import pytest
from django.apps import apps

from profiles.models import Profile
from profiles.queries import privacy_map
from profiles.queries.holders import holders

# What third parties store about people, and who deletes it instead of a holder.
HELD_ELSEWHERE = {
    # Failed sign-ins of officers: config.tasks.drop_expired, after seven days.
    "axes",
}


def test_every_stored_field_is_classified() -> None:
    assert privacy_map.unclassified() == []


def test_a_field_that_nobody_classified_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for classes in ({"subject": "pseudonymous"}, {"subject": "secret", "created_at": "proof"}):
        monkeypatch.setattr(Profile.Privacy, "fields", classes)
        assert {entry.model for entry in privacy_map.unclassified()} == {"profiles.Profile"}


def test_every_app_with_personal_data_exports_and_erases_it() -> None:
    assert privacy_map.apps_with_personal_data() - privacy_map.apps_with_a_holder() == (
        HELD_ELSEWHERE
    )


def test_the_log_and_the_consents_hold_nothing_personal() -> None:
    personal = privacy_map.apps_with_personal_data()
    assert personal.isdisjoint({"audit", "consent", "keys"})


def test_the_map_knows_every_model() -> None:
    models = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert {entry.model for entry in privacy_map.entries()} == models


def test_the_key_is_destroyed_last_and_consents_just_before() -> None:
    assert [one.name for one in holders()][-2:] == ["consent", "keys"]
