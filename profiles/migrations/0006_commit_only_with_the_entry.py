"""Steps of requests and disclosures are committed only with their entry in the log."""

from django.db import migrations

TABLES = {
    "profiles_requestevent": "profiles_requestevent_has_its_entry_in_the_log",
    "profiles_disclosure": "profiles_disclosure_has_its_entry_in_the_log",
}


class Migration(migrations.Migration):
    """Two triggers: running work waits for the length of a lock only."""

    dependencies = [
        ("profiles", "0005_steps_of_joined_devices"),
        ("audit", "0004_watch_the_log"),
    ]

    operations = [
        migrations.RunSQL(
            f"SELECT audit_require_entries('{table}', '{name}')",
            f"DROP TRIGGER {name} ON {table}",
        )
        for table, name in TABLES.items()
    ]
