"""Replays that officers asked for, with what they found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0012_keep_catalogue_editions")]

    operations = [
        migrations.CreateModel(
            name="ReplayRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("by", models.CharField(help_text="The officer's id.", max_length=60)),
                (
                    "name",
                    models.CharField(help_text="What the officer calls the draft.", max_length=120),
                ),
                ("draft", models.JSONField()),
                ("digest", models.BinaryField(max_length=32)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("decided", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("result", models.JSONField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, max_length=60)),
                ("asked_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["-asked_at"], name="consent_replayrun_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("result__isnull", False),
                            _connector="OR",
                        ),
                        name="consent_replayrun_done_has_a_result",
                    )
                ],
            },
        ),
    ]
