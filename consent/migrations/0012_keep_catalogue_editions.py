"""Every version of the catalogue, whole, so that the past can be decided again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0011_room_beside_states")]

    operations = [
        migrations.CreateModel(
            name="CatalogueEdition",
            fields=[
                ("version", models.BigIntegerField(primary_key=True, serialize=False)),
                ("digest", models.BinaryField(max_length=32)),
                ("document", models.JSONField()),
                ("valid_from", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["valid_from", "version"], name="consent_edition_by_time")
                ],
            },
        ),
    ]
