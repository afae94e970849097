from django.db import migrations


class Migration(migrations.Migration):
    """Room on each page, so that a changed state stays on it and no index is written (HOT).

    It holds for pages written from now on, rewrites nothing and blocks neither readers nor
    writers.
    """

    dependencies = [("consent", "0010_message_counts")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE consent_consentstate SET (fillfactor = 85)",
            "ALTER TABLE consent_consentstate RESET (fillfactor)",
        )
    ]
