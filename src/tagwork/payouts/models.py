"""Money across the border: where workers want it, each withdrawal with its history, and what clients paid in."""

from django.db import models
from django.db.models import F, Q

from tagwork.kit.ids import new_id
from tagwork.payouts import rules


class Destination(models.Model):
    """Where one person wants to be paid. Never changed: another address is another destination."""

    class State(models.TextChoices):
        ACTIVE = "active"
        REMOVED = "removed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    network = models.CharField(max_length=10, blank=True)
    # As typed, as kept, and as compared: `payee` is equal for two texts that pay the same party.
    address = models.CharField(max_length=200)
    normalized = models.CharField(max_length=200)
    payee = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField()
    usable_from = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "method", "network", "normalized"],
                condition=Q(state="active"),
                name="destination_active_once",
            ),
        ]
        indexes = [models.Index(fields=["method", "payee"], name="destination_payee")]


class Withdrawal(models.Model):
    """A worker's money on its way out. Its state moves by rules.MOVES, in the database too (triggers.py).

    Destination, amount and fee are a snapshot of the request; only state, hold reasons, batch, txid and version change.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    network = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=200)
    amount_micros = models.BigIntegerField()
    fee_micros = models.BigIntegerField()
    net_micros = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=[(state, state) for state in rules.STATES], default=rules.REQUESTED)
    hold_reasons = models.JSONField(default=list)
    requested_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    txid = models.CharField(max_length=128, blank=True)
    batch_id = models.UUIDField(null=True)
    # Counts the moves; a move is a compare-and-set on it.
    version = models.PositiveIntegerField(default=0)
    idempotency_key = models.CharField(max_length=255)
    request_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "idempotency_key"], name="withdrawal_key_once"),
            models.CheckConstraint(condition=Q(net_micros__gt=0) & Q(fee_micros__gte=0), name="withdrawal_pays"),
            models.CheckConstraint(
                condition=Q(amount_micros=F("net_micros") + F("fee_micros")), name="withdrawal_adds_up"
            ),
            models.CheckConstraint(condition=Q(state__in=rules.STATES), name="withdrawal_state_known"),
        ]
        indexes = [
            models.Index(fields=["worker", "-id"], name="withdrawal_of_worker"),
            models.Index(fields=["state", "id"], name="withdrawal_queue"),
        ]


class WithdrawalEvent(models.Model):
    """One move of a withdrawal: who, when, why, with which proof. Append-only; `version` is the one it led to."""

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="events")
    version = models.PositiveIntegerField()
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    # A person's id, or "rule" for what the program did by itself.
    actor = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["withdrawal", "version"], name="withdrawal_event_once")]


class Deposit(models.Model):
    """Money a client paid in, as an operator saw it arrive. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()
    reference = models.CharField(max_length=200)
    recorded_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=255, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_micros__gt=0), name="deposit_is_positive")]
        indexes = [models.Index(fields=["organisation", "-id"], name="deposit_of_organisation")]
