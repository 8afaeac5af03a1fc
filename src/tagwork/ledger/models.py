"""The tables of the books. Nobody outside this room imports them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tagwork.kit.ids import new_id
from tagwork.ledger.rules import MAY_BE_NEGATIVE, RESERVING, HoldState


class Account(models.Model):
    """What one owner holds for one purpose, in micro-dollars. Changed by postings only, in their transaction."""

    kind = models.CharField(max_length=24)
    owner = models.CharField(max_length=80)
    balance_micros = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind"], name="ledger_account_once"),
            models.CheckConstraint(
                condition=Q(balance_micros__gte=0) | Q(kind__in=[kind.value for kind in sorted(MAY_BE_NEGATIVE)]),
                name="ledger_account_not_negative",
            ),
        ]


class Journal(models.Model):
    """One fact about money: all its postings, or none. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    reverses = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        # As constraints and not unique=True: on PostgreSQL that would add a second index for LIKE.
        constraints = [
            models.UniqueConstraint(fields=["key"], name="ledger_journal_key_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="ledger_journal_reversed_once"
            ),
        ]


class Posting(models.Model):
    """A journal's effect on one account. Append-only.

    Ids of one account ascend in the order of their transactions: each is drawn under the account's row lock.
    """

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="postings")
    amount_micros = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["account", "id"], name="ledger_posting_of_account")]
        constraints = [models.CheckConstraint(condition=~Q(amount_micros=0), name="ledger_posting_moves")]


class Seal(models.Model):
    """Closes a journal: the trigger lets it in only over two or more postings that sum to zero. Append-only.

    A deferred trigger on the postings would be PostgreSQL's alone; the last insert of a journal is on both.
    """

    journal = models.OneToOneField(Journal, models.PROTECT, primary_key=True, related_name="seal")


class Unlinked(models.Model):
    """Sealed journals that wait for the chain. A queue of its own: finding them by absence would scan the books."""

    journal = models.OneToOneField(Journal, models.PROTECT, primary_key=True, related_name="+")


class Link(models.Model):
    """A journal's place in the hash chain. Append-only."""

    position = models.BigIntegerField(primary_key=True)
    journal = models.OneToOneField(Journal, models.PROTECT, related_name="link")
    # Unique: two sealers cannot both continue from one link, whatever happens to their lock.
    previous_hash = models.BinaryField(max_length=32, unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(position__gte=1), name="ledger_link_from_one")]


class Hold(models.Model):
    """Pay that was promised while it is judged. The money lies in the source; no balance is touched to promise it.

    The source is named, not referenced: a foreign key would lock the client's account row at every submission.
    """

    class State(models.TextChoices):
        OPEN = HoldState.OPEN, _("pending")
        WITHHELD = HoldState.WITHHELD, _("withheld")
        SETTLED = HoldState.SETTLED, _("paid")
        RELEASED = HoldState.RELEASED, _("released")

    key = models.CharField(max_length=120)
    owner = models.CharField(max_length=80)
    source_kind = models.CharField(max_length=24)
    source_owner = models.CharField(max_length=80)
    amount_micros = models.BigIntegerField()
    fee_micros = models.BigIntegerField()
    subject = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    paid_micros = models.BigIntegerField(null=True)
    paid_fee_micros = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "state", "id"], name="ledger_hold_of_owner"),
            models.Index(
                fields=["source_owner", "source_kind"],
                name="ledger_hold_reserving",
                condition=Q(state__in=[state.value for state in RESERVING]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="ledger_hold_key_once"),
            models.CheckConstraint(condition=Q(amount_micros__gte=0, fee_micros__gte=0), name="ledger_hold_promises"),
            models.CheckConstraint(
                condition=Q(state=HoldState.SETTLED.value, paid_micros__isnull=False, paid_fee_micros__isnull=False)
                | (~Q(state=HoldState.SETTLED.value) & Q(paid_micros__isnull=True, paid_fee_micros__isnull=True)),
                name="ledger_hold_paid_when_settled",
            ),
            models.CheckConstraint(
                condition=Q(paid_micros__isnull=True)
                | Q(
                    paid_micros__gte=0,
                    paid_micros__lte=F("amount_micros"),
                    paid_fee_micros__gte=0,
                    paid_fee_micros__lte=F("fee_micros"),
                ),
                name="ledger_hold_paid_within_promise",
            ),
        ]


class Checkpoint(models.Model):
    """What the house signed on one day: the chain's head and the root of all it owes (proofs.py). Append-only."""

    number = models.BigIntegerField(primary_key=True)
    date = models.DateField(unique=True)
    # The canonical JSON itself, byte for byte: what was signed is what is kept.
    body = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    public_key = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="ledger_checkpoint_from_one")]


class CheckpointLeaf(models.Model):
    """One account's place in a checkpoint's tree; the nonce makes its hash say nothing to anybody but its owner.

    Kept for some weeks: a statement can be asked for that long, and shown for ever.
    """

    checkpoint = models.ForeignKey(Checkpoint, models.CASCADE, related_name="leaves")
    # Not "position": PostgreSQL quotes that word, and the trigger would never be found again.
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    owner = models.CharField(max_length=80)
    amount_micros = models.BigIntegerField()
    nonce = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "place"], name="ledger_leaf_place_once"),
            models.UniqueConstraint(fields=["checkpoint", "owner", "kind"], name="ledger_leaf_once"),
        ]
