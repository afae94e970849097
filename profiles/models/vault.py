"""The vault: every value of a person, encrypted under that person's own key.

The application's role may not SELECT this table. `profiles_vault_read` returns the rows
that a live permit covers, and nothing else does (see `profiles/sql/vault.sql`).
"""

from datetime import date

from django.db import models

TIMELESS = date(1970, 1, 1)


class VaultBlock(models.Model):
    """One value, or one month of records, of one attribute of one person.

    `box` is AES-256-GCM under the person's data key, its AAD binding person, attribute,
    month and schema version. `part` counts blocks of the same month.
    """

    pk = models.CompositePrimaryKey("subject", "attribute", "month", "part")
    subject = models.UUIDField()
    attribute = models.CharField(max_length=100)
    month = models.DateField(default=TIMELESS)
    part = models.PositiveIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=1)
    box = models.BinaryField()
    source = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Privacy:
        fields = {
            "subject": "pseudonymous",
            "attribute": "pseudonymous",
            "month": "personal",
            "part": "operational",
            "version": "operational",
            "box": "personal",
            "source": "personal",
            "recorded_at": "personal",
        }

    def __str__(self) -> str:
        return f"{self.attribute} of {self.subject}"
