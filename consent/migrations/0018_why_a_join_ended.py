"""Why an officer ended a join, in words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0017_notices_with_two_people")]

    operations = [
        migrations.AddField(
            model_name="subjectlink",
            name="ended_reason",
            field=models.CharField(
                blank=True,
                # Because processes of the version before write rows without it meanwhile.
                db_default="",
                default="",
                help_text="An officer's words, gone with either person.",
                max_length=400,
            ),
        ),
    ]
