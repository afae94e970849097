"""One basis at a time, law of operators, the catalogue as each import left it."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0014_brands_channels_contracts_features"),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueSnapshot",
            fields=[
                ("version", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("by", models.CharField(max_length=200)),
                ("document", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="JurisdictionEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("effective_from", models.DateTimeField()),
                (
                    "profile",
                    models.JSONField(help_text="All members of consent.jurisdictions.Profile."),
                ),
                ("accepted_by", models.CharField(blank=True, max_length=200)),
                ("loaded_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(
            (SQL / "keep_bases.sql").read_text(), (SQL / "keep_bases_down.sql").read_text()
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "basis__in",
                        [
                            "consent",
                            "contract",
                            "explicit_consent",
                            "legal_obligation",
                            "legitimate_interest",
                            "none",
                            "public_task",
                            "recognised_li",
                            "soft_opt_in",
                            "us_notice",
                            "vital",
                        ],
                    )
                ),
                name="consent_legalbasis_basis_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="jurisdictionedition",
            constraint=models.UniqueConstraint(
                fields=("code", "effective_from"),
                name="consent_jurisdictionedition_is_one_per_start",
            ),
        ),
    ]
