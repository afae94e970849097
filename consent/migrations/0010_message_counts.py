"""Messages permitted per person, channel and day, so that caps can be kept."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0009_asks")]

    operations = [
        migrations.CreateModel(
            name="MessageCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField()),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_counts",
                        to="consent.subject",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="consent_messagecount_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "channel", "day"),
                        name="consent_messagecount_is_one_per_channel_and_day",
                    )
                ],
            },
        ),
    ]
