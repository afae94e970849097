"""Tickets of changes: who must hear of one is written with it, arrivals are noted later."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("consent", "0007_joined_records")]

    operations = [
        migrations.AlterField(
            model_name="changearrival",
            name="consumer",
            field=models.CharField(max_length=80),
        ),
        migrations.AlterField(
            model_name="changearrival",
            name="arrived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="changearrival",
            index=models.Index(
                name="consent_arrival_outstanding",
                fields=["consumer", "change"],
                condition=Q(arrived_at__isnull=True),
            ),
        ),
        migrations.AddIndex(
            model_name="changearrival",
            index=models.Index(name="consent_arrival_by_time", fields=["arrived_at"]),
        ),
    ]
