"""What the watch over the log last found, and rows that are committed only with their entry."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """New functions and a new table: nothing that runs has to wait."""

    dependencies = [("audit", "0003_keep_cosignatures")]
    operations = [
        migrations.RunSQL(
            (SQL / "entries.sql").read_text(encoding="utf-8"),
            (SQL / "entries_down.sql").read_text(encoding="utf-8"),
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("facts", models.JSONField()),
            ],
        ),
    ]
