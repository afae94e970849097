"""The function that says whether permissions of a month must still be proved."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("consent", "0022_commit_only_with_the_entry")]

    operations = [
        migrations.RunSQL((SQL / "proofs.sql").read_text(), (SQL / "proofs_down.sql").read_text()),
    ]
