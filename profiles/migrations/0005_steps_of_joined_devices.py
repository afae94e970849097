"""Steps of an erasure that erase a device of the person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("profiles", "0004_authorised_agents")]

    operations = [
        migrations.AddField(
            model_name="requeststep",
            name="joined",
            field=models.UUIDField(
                blank=True, help_text="A device of the person that this step erases.", null=True
            ),
        ),
    ]
