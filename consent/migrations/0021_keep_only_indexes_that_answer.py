"""Indexes that another one covers, or that no question uses, and which every event paid for.

Dropped and made beside running work, without the locks that altering a foreign key would take.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, ForeignKey, Q

NOES = ("refused", "withdrawn", "revoked", "objected", "opted_out")
EVENT, CHANGE, ARRIVAL = "consent_consentevent", "consent_change", "consent_changearrival"
# Each index that goes: its name, its table, its column.
UNUSED = [
    ("consent_consentevent_subject_id_ec3ed291", EVENT, "subject_id"),
    ("consent_consentevent_purpose_id_f080d465", EVENT, "purpose_id"),
    ("consent_consentevent_notice_id_fabcd5ea", EVENT, "notice_id"),
    ("consent_consentevent_recipient_id_bf774ee2", EVENT, "recipient_id"),
    ("consent_consentevent_recipient_id_bf774ee2_like", EVENT, "recipient_id varchar_pattern_ops"),
    ("consent_consentevent_source_id_c9a2a567", EVENT, "source_id"),
    ("consent_consentevent_source_id_c9a2a567_like", EVENT, "source_id varchar_pattern_ops"),
    ("consent_change_subject_id_110f4dd5", CHANGE, "subject_id"),
    ("consent_changearrival_change_id_0e8631be", ARRIVAL, "change_id"),
    ("consent_ask_subject_id_3b13caf3", "consent_ask", "subject_id"),
    ("consent_messagecount_subject_id_0c4d4ce1", "consent_messagecount", "subject_id"),
]


def key(to: str, *, on_delete: Any = PROTECT, **options: Any) -> Any:
    return ForeignKey(to=to, on_delete=on_delete, db_index=False, **options)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("consent", "0020_say_what_a_default_level_is")]

    operations = [
        AddIndexConcurrently(
            "consentevent", models.Index(fields=["source"], name="consent_event_from_source")
        ),
        AddIndexConcurrently(
            "consentevent",
            models.Index(
                fields=["purpose"],
                condition=Q(state__in=NOES),
                name="consent_event_no_to_purpose",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ({column})",
                )
                for name, table, column in UNUSED
            ],
            state_operations=[
                migrations.AlterField(model, field, kind)
                for model, field, kind in [
                    (
                        "ask",
                        "subject",
                        key("consent.subject", on_delete=CASCADE, related_name="asks"),
                    ),
                    ("change", "subject", key("consent.subject")),
                    (
                        "changearrival",
                        "change",
                        key("consent.change", on_delete=CASCADE, related_name="arrivals"),
                    ),
                    ("consentevent", "notice", key("consent.notice", null=True, blank=True)),
                    ("consentevent", "purpose", key("consent.purpose", null=True, blank=True)),
                    ("consentevent", "recipient", key("consent.recipient", null=True, blank=True)),
                    (
                        "consentevent",
                        "source",
                        key("consent.recipient", null=True, blank=True, related_name="+"),
                    ),
                    (
                        "consentevent",
                        "subject",
                        key("consent.subject", related_name="consent_events"),
                    ),
                    (
                        "messagecount",
                        "subject",
                        key("consent.subject", on_delete=CASCADE, related_name="message_counts"),
                    ),
                ]
            ],
        ),
    ]
