"""What witnesses said of our checkpoints."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


def key(*names: str) -> models.CompositePrimaryKey:
    """A key over columns, as Django writes it down."""
    return models.CompositePrimaryKey(
        *names, blank=True, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """Two new tables: nothing that runs has to wait."""

    dependencies = [("audit", "0002_append_many")]
    operations = [
        migrations.RunSQL(
            (SQL / "witnesses.sql").read_text(encoding="utf-8"),
            (SQL / "witnesses_down.sql").read_text(encoding="utf-8"),
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("pk", key("size", "name", "key_id")),
                ("size", models.BigIntegerField()),
                ("name", models.TextField()),
                ("key_id", models.BinaryField()),
                ("signed_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("line", models.TextField()),
            ],
            options={"db_table": "audit_cosignature", "managed": False},
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("pk", key("name", "key_id", "at")),
                ("name", models.TextField()),
                ("key_id", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("size", models.BigIntegerField()),
                ("reason", models.TextField()),
            ],
            options={"db_table": "audit_refusal", "managed": False},
        ),
    ]
