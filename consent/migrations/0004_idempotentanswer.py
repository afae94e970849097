"""Answers kept for a day for callers who repeat a request."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_permits_and_protections")]

    operations = [
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                ("key", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("request", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", models.JSONField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["expires_at"], name="consent_idempotentanswer_age")
                ],
            },
        ),
    ]
