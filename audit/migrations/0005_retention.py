"""How long events are kept, and the one way in which a month of them goes."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"
FILES = ("retention.sql", "pruning.sql", "retention_defaults.sql", "officer.sql")


class Migration(migrations.Migration):
    """New tables and functions: nothing that runs has to wait."""

    dependencies = [("audit", "0004_watch_the_log")]
    operations = [
        migrations.RunSQL(
            "\n".join((SQL / name).read_text(encoding="utf-8") for name in FILES),
            (SQL / "retention_down.sql").read_text(encoding="utf-8"),
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "jurisdiction", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.TextField()),
                ("jurisdiction", models.TextField()),
                ("months", models.IntegerField()),
                ("keeper", models.TextField(null=True)),
                ("source", models.TextField()),
            ],
            options={"db_table": "audit_retention", "managed": False},
        ),
        migrations.CreateModel(
            name="Prune",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("reason", models.TextField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("rejected_by", models.UUIDField(null=True)),
                ("rejected_at", models.DateTimeField(null=True)),
                ("pruned_at", models.DateTimeField(null=True)),
                ("last_index", models.BigIntegerField(null=True)),
                ("event_id", models.UUIDField(null=True)),
                ("body", models.BinaryField(null=True)),
            ],
            options={"db_table": "audit_prune", "managed": False},
        ),
    ]  # fmt: skip
