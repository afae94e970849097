"""Several brands, channels as a closed table, contracts with dates, features."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0013_keep_replay_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("code", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.JSONField(help_text="Language code to name.")),
                (
                    "electronic",
                    models.BooleanField(
                        help_text="Electronic mail in the sense of ePrivacy Art. 13, or a device."
                    ),
                ),
                (
                    "default_level",
                    models.PositiveSmallIntegerField(
                        help_text="Step of personalisation (0 to 4) where the person has set no ceiling."
                    ),
                ),
                (
                    "needs_named_yes",
                    models.BooleanField(
                        default=False,
                        help_text="Off until a Yes names it; a Yes to all channels does not.",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Feature",
            fields=[
                ("code", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                (
                    "required",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), size=None
                    ),
                ),
                (
                    "optional",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("minimum_level", models.PositiveSmallIntegerField()),
                (
                    "fallback",
                    models.CharField(
                        help_text="What it shows where it may read nothing of the person.",
                        max_length=60,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="attribute",
            name="provider",
            field=models.CharField(
                choices=[
                    ("person", "Person"),
                    ("shop", "Shop"),
                    ("partner", "Partner"),
                    ("social", "Social"),
                    ("competitor", "Competitor"),
                ],
                default="person",
                help_text="Who gives it to us; what comes from outside is a question of its own (Art. 14).",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="controller",
            name="is_main",
            field=models.BooleanField(
                default=False,
                help_text="Its purposes are named by their bare codes; exactly one is.",
            ),
        ),
        migrations.AddField(
            model_name="purpose",
            name="incentive",
            field=models.JSONField(
                blank=True, help_text="The notice of financial incentive (11 CCR 7016).", null=True
            ),
        ),
        migrations.AddField(
            model_name="purpose",
            name="minimum_people",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Only figures over at least so many people come of it.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="purpose",
            name="name",
            field=models.CharField(default="", max_length=60),
        ),
        migrations.AddField(
            model_name="purpose",
            name="source",
            field=models.CharField(
                blank=True,
                help_text="Who gives us data from outside, by name (Art. 14).",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="contract_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="recipient",
            name="contract_reference",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="recipient",
            name="contract_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="recipient",
            name="controller",
            field=models.ForeignKey(
                blank=True,
                help_text="Of a first party: the controller it is part of.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="consent.controller",
            ),
        ),
        migrations.AlterField(
            model_name="recipient",
            name="role",
            field=models.CharField(
                choices=[
                    ("first_party", "First Party"),
                    ("processor", "Processor"),
                    ("joint_controller", "Joint Controller"),
                    ("third_party", "Third Party"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunSQL((SQL / "brands.sql").read_text(), (SQL / "brands_down.sql").read_text()),
        migrations.AlterField(
            model_name="purpose",
            name="name",
            field=models.CharField(max_length=60, unique=True),
        ),
        migrations.AddConstraint(
            model_name="attribute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("provider__in", ["person", "shop", "partner", "social", "competitor"])
                ),
                name="consent_attribute_provider_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="controller",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_main", True)),
                fields=("is_main",),
                name="consent_controller_is_main_only_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="purpose",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("name", models.F("code")),
                    (
                        "name",
                        django.db.models.functions.text.Concat(
                            "controller_id",
                            models.Value(":"),
                            "code",
                            output_field=models.CharField(),
                        ),
                    ),
                    _connector="OR",
                ),
                name="consent_purpose_name_is_made_of_controller_and_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="purpose",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minimum_people__isnull", True), ("minimum_people__gte", 2), _connector="OR"
                ),
                name="consent_purpose_figures_are_over_several_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["first_party", "processor", "joint_controller", "third_party"])
                ),
                name="consent_recipient_role_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "first_party"), _negated=True),
                    ("controller__isnull", False),
                    _connector="OR",
                ),
                name="consent_recipient_first_party_has_a_controller",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contract_until__isnull", True),
                    ("contract_until__gt", models.F("contract_from")),
                    _connector="OR",
                ),
                name="consent_recipient_contract_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(("default_level__lte", 4)),
                name="consent_channel_default_level_is_a_step",
            ),
        ),
        migrations.AddField(
            model_name="feature",
            name="channel",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="consent.channel",
            ),
        ),
        migrations.AddField(
            model_name="feature",
            name="purpose",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="features",
                to="consent.purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum_level__lte", 4)),
                name="consent_feature_minimum_level_is_a_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(("required__len__gt", 0)),
                name="consent_feature_names_what_it_cannot_do_without",
            ),
        ),
    ]
