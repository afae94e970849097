"""The function that locks people and those joined to them, in one round trip."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("consent", "0018_why_a_join_ended")]

    operations = [
        migrations.RunSQL((SQL / "locks.sql").read_text(), (SQL / "locks_down.sql").read_text()),
    ]
