"""Questions that were put to people, for the budget of asking."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_tickets_of_changes")]

    operations = [
        migrations.CreateModel(
            name="Ask",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("visit", models.BinaryField(max_length=32)),
                ("surface", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=121)),
                ("notice", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=10)),
                ("shown_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asks",
                        to="consent.subject",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "shown_at"], name="consent_ask_of_subject"),
                    models.Index(fields=["shown_at"], name="consent_ask_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(outcome="open", ended_at__isnull=True)
                        | (
                            models.Q(outcome__in=["answered", "closed"])
                            & models.Q(ended_at__isnull=False)
                        ),
                        name="consent_ask_has_ended_or_is_open",
                    )
                ],
            },
        ),
    ]
