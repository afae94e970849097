"""A number that tells a database from the past, and what the restore gate did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """New tables: nothing that runs has to wait."""

    dependencies = [("profiles", "0006_commit_only_with_the_entry")]

    operations = [
        migrations.CreateModel(
            name="HighWater",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="profiles_highwater_is_one_row"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Restoration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("known_until", models.DateTimeField(null=True)),
                ("lost", models.BigIntegerField()),
                ("people_erased", models.BigIntegerField()),
                ("keys_destroyed", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(
            "INSERT INTO profiles_highwater (id, number) VALUES (1, 0)", migrations.RunSQL.noop
        ),
    ]
