"""The tables of the log as Django reads them; `sql/` holds their truth.

Nothing is written through these models: events enter through `audit_append`, the rest is the
sequencer's. No foreign keys leave the log: identifiers are values.
"""

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """One thing that happened; partitioned by month of `at`."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    kind = models.TextField()
    tag = models.BinaryField(null=True)
    body = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_event"

    class Privacy:
        fields: ClassVar = {
            "id": "operational",
            "at": "operational",
            "kind": "proof",
            "tag": "pseudonymous",
            "body": "proof",
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Mention(models.Model):
    """One person in an event about many: leads from a tag to the event, and proves nothing."""

    pk = models.CompositePrimaryKey("tag", "event_id")
    tag = models.BinaryField()
    event_id = models.UUIDField()
    kind = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_mention"

    class Privacy:
        fields: ClassVar = {"tag": "pseudonymous", "event_id": "proof", "kind": "proof"}

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Pending(models.Model):
    """The outbox: an event that waits for its place in the tree."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "audit_outbox"

    class Privacy:
        fields: ClassVar = {"id": "operational", "at": "operational"}

    def __str__(self) -> str:
        return str(self.id)


class Leaf(models.Model):
    """The place of one event in the tree, counted from 0."""

    index = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event_id = models.UUIDField(unique=True)

    class Meta:
        managed = False
        db_table = "audit_leaf"

    class Privacy:
        fields: ClassVar = {"index": "proof", "at": "operational", "event_id": "proof"}

    def __str__(self) -> str:
        return str(self.index)


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles)."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_tile"

    class Privacy:
        fields: ClassVar = {"level": "proof", "number": "proof", "hashes": "proof"}

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Head(models.Model):
    """One row: how far the log is sequenced."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    root = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_head"

    class Privacy:
        fields: ClassVar = {"id": "operational", "size": "proof", "root": "proof"}

    def __str__(self) -> str:
        return str(self.size)


class SignedHead(models.Model):
    """One checkpoint (C2SP tlog-checkpoint); `note` is what was signed and published."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_checkpoint"

    class Privacy:
        fields: ClassVar = {
            "size": "proof",
            "root": "proof",
            "at": "operational",
            "note": "proof",
        }

    def __str__(self) -> str:
        return str(self.size)


class Cosignature(models.Model):
    """What a witness signed on one checkpoint (C2SP tlog-cosignature); `at` is when we kept it."""

    pk = models.CompositePrimaryKey("size", "name", "key_id")
    size = models.BigIntegerField()
    name = models.TextField()
    key_id = models.BinaryField()
    signed_at = models.DateTimeField()
    at = models.DateTimeField()
    line = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_cosignature"

    class Privacy:
        fields: ClassVar = {
            "size": "proof",
            "name": "operational",
            "key_id": "operational",
            "signed_at": "proof",
            "at": "operational",
            "line": "proof",
        }

    def __str__(self) -> str:
        return f"{self.size} by {self.name}"


class Refusal(models.Model):
    """A witness that answered, and did not cosign the checkpoint of `size`."""

    pk = models.CompositePrimaryKey("name", "key_id", "at")
    name = models.TextField()
    key_id = models.BinaryField()
    at = models.DateTimeField()
    size = models.BigIntegerField()
    reason = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_refusal"

    class Privacy:
        fields: ClassVar = {
            "name": "operational",
            "key_id": "operational",
            "at": "operational",
            "size": "proof",
            "reason": "proof",
        }

    def __str__(self) -> str:
        return f"{self.reason} by {self.name}"


class Watch(models.Model):
    """What one part of the watch over the log last found, and where it goes on."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    facts = models.JSONField()

    class Privacy:
        fields: ClassVar = {"name": "operational", "at": "operational", "facts": "operational"}

    def __str__(self) -> str:
        return self.name


class RetentionRule(models.Model):
    """How long events of a kind are kept; of all that fit an event the longest counts."""

    pk = models.CompositePrimaryKey("kind", "jurisdiction")
    kind = models.TextField()
    jurisdiction = models.TextField()
    months = models.IntegerField()
    keeper = models.TextField(null=True)
    source = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_retention"

    class Privacy:
        fields: ClassVar = {
            "kind": "operational",
            "jurisdiction": "operational",
            "months": "operational",
            "keeper": "operational",
            "source": "operational",
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.jurisdiction}"


class Prune(models.Model):
    """A month that goes, or went: who proposed and approved it, and the event that says so.

    `body` are the bytes of that event; `last_index` is the last place without a body, -1 for a
    month that was empty.
    """

    id = models.UUIDField(primary_key=True)
    month = models.DateField()
    reason = models.TextField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    rejected_by = models.UUIDField(null=True)
    rejected_at = models.DateTimeField(null=True)
    pruned_at = models.DateTimeField(null=True)
    last_index = models.BigIntegerField(null=True)
    event_id = models.UUIDField(null=True)
    body = models.BinaryField(null=True)

    class Meta:
        managed = False
        db_table = "audit_prune"

    class Privacy:
        fields: ClassVar = {
            "id": "operational",
            "month": "proof",
            "reason": "proof",
            "proposed_by": "pseudonymous",
            "proposed_at": "proof",
            "approved_by": "pseudonymous",
            "approved_at": "proof",
            "rejected_by": "pseudonymous",
            "rejected_at": "proof",
            "pruned_at": "proof",
            "last_index": "proof",
            "event_id": "proof",
            "body": "proof",
        }

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
