"""What a person said is committed only with its entry in the log, and so is a permit."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """A trigger and two functions: running work waits for the length of a lock only."""

    dependencies = [
        ("consent", "0021_keep_only_indexes_that_answer"),
        ("audit", "0004_watch_the_log"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "entries.sql").read_text(), (SQL / "entries_down.sql").read_text()
        ),
    ]
