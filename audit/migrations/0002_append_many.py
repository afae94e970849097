"""Writing many events at once, and one event about many people."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """New functions and a new table: nothing that runs has to wait."""

    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SQL / "many.sql").read_text(encoding="utf-8"),
            (SQL / "many_down.sql").read_text(encoding="utf-8"),
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tag", "event_id", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tag", models.BinaryField()),
                ("event_id", models.UUIDField()),
                ("kind", models.TextField()),
            ],
            options={"db_table": "audit_mention", "managed": False},
        ),
    ]  # fmt: skip
