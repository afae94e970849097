from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("profiles", "0001_initial"),
        ("consent", "0003_permits_and_protections"),
    ]

    operations = [
        migrations.RunSQL((SQL / "vault.sql").read_text(), (SQL / "vault_down.sql").read_text()),
    ]
