"""What the default level of a channel means: a proposal, not a ceiling."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0019_lock_people_in_one_call"),
    ]

    operations = [
        migrations.AlterField(
            model_name="channel",
            name="default_level",
            field=models.PositiveSmallIntegerField(
                help_text="Step of personalisation (0 to 4) to propose; it binds nobody who did not choose."
            ),
        ),
    ]
