"""Tables without one business word."""

from django.db import models

from tagwork.kit.ids import new_id


class OutboxEvent(models.Model):
    """Something low tells something high, written in the transaction of the fact itself.

    `aggregate` is the thing the event is about; events of one aggregate are handled in the order of `id`.
    A consumer claims undone rows and never remembers "id > cursor": ids become visible out of order.
    """

    topic = models.CharField(max_length=60)
    aggregate = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="outbox_undone", condition=models.Q(done_at__isnull=True)),
            models.Index(fields=["aggregate", "id"], name="outbox_order", condition=models.Q(done_at__isnull=True)),
        ]


class IdempotencyKey(models.Model):
    """The stored answer of a request that must have its effect once."""

    account = models.CharField(max_length=40)
    operation = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "operation", "key"], name="idempotency_key_once")]


class LockRow(models.Model):
    """One at a time, across processes and machines, also through PgBouncer (a session lock would not survive it)."""

    name = models.CharField(max_length=80, primary_key=True)
    holder = models.CharField(max_length=80, blank=True)
    fence = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)


class SettingVersion(models.Model):
    """Append-only: the value in force is the newest row of a name."""

    name = models.CharField(max_length=80)
    value = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["name", "-id"], name="setting_newest")]


class SettingProposal(models.Model):
    """A value that one person wants and another one must agree to. Open until somebody decides; one open for a name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    value = models.JSONField()
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=40)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    is_accepted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(decided_at__isnull=True), name="setting_proposed_once"
            )
        ]


class AuditEntry(models.Model):
    """What a moderator or an operator did, to what, and why. Append-only (kit/triggers.py)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.CharField(max_length=40)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-created_at"], name="audit_subject"),
            models.Index(fields=["actor", "-created_at"], name="audit_actor"),
        ]
