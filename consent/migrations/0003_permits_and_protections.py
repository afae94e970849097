from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("consent", "0002_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "protections.sql").read_text(), (SQL / "protections_down.sql").read_text()
        ),
        migrations.RunSQL(
            (SQL / "permits.sql").read_text(), (SQL / "permits_down.sql").read_text()
        ),
    ]
