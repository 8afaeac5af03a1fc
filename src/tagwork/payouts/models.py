"""Money across the border: where workers want it, each withdrawal with its history, and what clients paid in."""

from django.db import models
from django.db.models import F, Q

from tagwork.kit.ids import new_id
from tagwork.payouts import deposit_rules, reconcile_rules, rules


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
    # "That was not me", by the link in the letter.
    disowned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "method", "network", "normalized"],
                condition=Q(state="active"),
                name="destination_active_once",
            ),
        ]
        indexes = [models.Index(fields=["method", "payee"], name="destination_payee")]


class Screening(models.Model):
    """What the operator's screening service answered about one payee, when (screening.py). Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="screenings")
    # Of a batch; None when the destination was added.
    withdrawal = models.ForeignKey("payouts.Withdrawal", null=True, on_delete=models.PROTECT, related_name="screenings")
    answer = models.CharField(max_length=10, choices=[(one, one) for one in rules.SCREENING_ANSWERS])
    reason = models.CharField(max_length=rules.SCREENING_REASON_MOST, blank=True)
    at = models.DateTimeField()


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
    batch = models.ForeignKey("payouts.Batch", null=True, on_delete=models.PROTECT, related_name="withdrawals")
    provider_batch = models.ForeignKey(
        "payouts.ProviderBatch", null=True, on_delete=models.PROTECT, related_name="withdrawals"
    )
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
            models.CheckConstraint(
                condition=Q(batch__isnull=True) | Q(provider_batch__isnull=True), name="withdrawal_one_batch"
            ),
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
    """Money a client paid in: as an operator saw it arrive (`manual`), or as a coin's node did. Append-only."""

    MANUAL = "manual"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()
    reference = models.CharField(max_length=200)
    recorded_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=255, unique=True)
    method = models.CharField(max_length=20, default=MANUAL)
    # Of a coin: how many of the smallest units, and the rate with every source's answer (rates.Quote).
    units = models.BigIntegerField(null=True)
    micros_per_coin = models.BigIntegerField(null=True)
    quote = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_micros__gt=0), name="deposit_is_positive"),
            models.CheckConstraint(
                condition=Q(method="manual", recorded_by__isnull=False, units__isnull=True)
                | ~Q(method="manual") & Q(units__gt=0, micros_per_coin__gt=0, quote__isnull=False),
                name="deposit_by_person_or_coin",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="deposit_of_organisation")]


class DepositAddress(models.Model):
    """Where one organisation pays a coin in, for ever: of the wallet that takes deposits, and of nobody else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    network = models.CharField(max_length=10)
    address = models.CharField(max_length=200)
    created_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "method", "network"], name="deposit_address_of_one"),
            models.UniqueConstraint(fields=["method", "network", "address"], name="deposit_address_once"),
        ]


class CoinReceipt(models.Model):
    """One output that pays a deposit address, from its first sighting on. Its state moves by deposit_rules.MOVES."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.ForeignKey(DepositAddress, on_delete=models.PROTECT, related_name="receipts")
    method = models.CharField(max_length=20)
    txid = models.CharField(max_length=64)
    vout = models.PositiveIntegerField()
    units = models.BigIntegerField()
    is_mined = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=[(state, state) for state in deposit_rules.MOVES], default=deposit_rules.SEEN
    )
    confirmations = models.IntegerField(default=0)
    # Why a person should look: of deposit_rules.ATTENTION_CODES, empty when all is well.
    attention = models.CharField(max_length=40, blank=True)
    seen_at = models.DateTimeField()
    deposit = models.OneToOneField(Deposit, null=True, on_delete=models.PROTECT, related_name="receipt")
    # Nobody asks the node about it any more: credited and buried deeply, or excluded as deeply.
    is_watched = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "txid", "vout"], name="coin_receipt_once"),
            models.CheckConstraint(
                condition=Q(state="credited", deposit__isnull=False) | ~Q(state="credited") & Q(deposit__isnull=True),
                name="coin_receipt_credited_has_deposit",
            ),
        ]
        indexes = [
            models.Index(fields=["method", "id"], name="coin_receipt_watched", condition=Q(is_watched=True)),
            models.Index(fields=["address", "-id"], name="coin_receipt_of_address"),
        ]


class DepositWatch(models.Model):
    """How far the watching of one coin's deposits has come. `name` is that of its lock row and of its freeze."""

    name = models.CharField(max_length=20, primary_key=True)
    # The node is asked from this block on, which lies deep: what is above it is asked for again. "": from the first.
    block = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)


class Run(models.Model):
    """One going-through of what is approved, of one method. The daily one has a `date`, one on demand has none.

    An operator's own is a row like these: the background finds it open and goes through it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    method = models.CharField(max_length=20)
    date = models.DateField(null=True)
    # A person's id, or "rule" for the daily run.
    started_by = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Why it goes on: what it waited for when it was last looked at.
    waits_for = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "date"], name="run_once_a_day"),
            # However often an operator presses.
            models.UniqueConstraint(
                fields=["method", "started_by"],
                condition=Q(date__isnull=True, ended_at__isnull=True) & ~Q(started_by=rules.RULE),
                name="run_demanded_once",
            ),
        ]


class Batch(models.Model):
    """One transaction that pays many withdrawals (docs/policies/payouts.md). Its bytes and id are written once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="batches")
    method = models.CharField(max_length=20)
    network = models.CharField(max_length=10)
    state = models.CharField(
        max_length=10, choices=[(state, state) for state in rules.BATCH_STATES], default=rules.FORMED
    )
    # rates.Quote with every source's answer, as it was when the coin amounts were locked.
    quote = models.JSONField()
    micros_per_coin = models.BigIntegerField()
    raw_transaction = models.TextField(blank=True)
    txid = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  NULL is not equal to NULL
    fee_units = models.BigIntegerField(null=True)
    # The change is the output after the last line; 0 when there is none.
    change_units = models.BigIntegerField(default=0)
    # The best block when it was signed: whoever spends its inputs otherwise comes after it.
    signed_after_block = models.CharField(max_length=64, blank=True)
    confirmations = models.IntegerField(default=0)
    # Why a person should look: a code, empty when all is well. What the last answer of the node was.
    attention = models.CharField(max_length=40, blank=True)
    formed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    # Nobody asks the node about it any more: failed, dissolved, or buried deeply enough.
    is_watched = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=rules.BATCH_STATES), name="batch_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=(rules.FORMED, rules.DISSOLVED), txid__isnull=True, raw_transaction="")
                | Q(txid__isnull=False, fee_units__isnull=False) & ~Q(raw_transaction=""),
                name="batch_signed_has_bytes",
            ),
        ]
        indexes = [models.Index(fields=["method", "id"], name="batch_watched", condition=Q(is_watched=True))]


class BatchLine(models.Model):
    """One output: `position` in the transaction, in the coin's smallest unit. Append-only."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines")
    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    address = models.CharField(max_length=200)
    script_hex = models.CharField(max_length=200)
    units = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "withdrawal"], name="batch_line_withdrawal_once"),
            models.UniqueConstraint(fields=["batch", "position"], name="batch_line_position_once"),
            models.UniqueConstraint(fields=["batch", "script_hex"], name="batch_line_script_once"),
            models.CheckConstraint(condition=Q(units__gt=0), name="batch_line_pays"),
        ]


class BatchInput(models.Model):
    """A coin that stored bytes spend: a signed batch's own, or the one that a child which helps it (`rescue`) spends.
    Live until those bytes are never sent again: no two stored transactions share a live coin."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="inputs")
    rescue = models.ForeignKey("payouts.Rescue", null=True, on_delete=models.PROTECT, related_name="inputs")
    method = models.CharField(max_length=20)
    txid = models.CharField(max_length=64)
    vout = models.PositiveIntegerField()
    units = models.BigIntegerField()
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["method", "txid", "vout"], condition=Q(is_live=True), name="batch_input_live_once"
            )
        ]


class Rescue(models.Model):
    """A child (CPFP) that spends the change of a batch, or of the rescue before it, to ourselves at a higher rate."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rescues")
    number = models.PositiveIntegerField()
    raw_transaction = models.TextField()
    txid = models.CharField(max_length=64, unique=True)
    fee_units = models.BigIntegerField()
    change_units = models.BigIntegerField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="rescue_number_once")]


class ProviderBatch(models.Model):
    """Many withdrawals handed to a payment service at once. Its id is the one the service tells repeats by.

    A table of its own: of what `Batch` keeps (quote, bytes, inputs, network fee) a service has nothing, and each of its
    items ends by itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="provider_batches")
    method = models.CharField(max_length=20)
    # rails.provider: only this account knows the id from before.
    account = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=[(state, state) for state in rules.PROVIDER_BATCH_MOVES], default=rules.SIGNED
    )
    total_cents = models.BigIntegerField()
    provider_id = models.CharField(max_length=36, null=True)  # noqa: DJ001  NULL is not equal to NULL
    # The service's own word for the whole batch. Why a person should look: a code, empty when all is well.
    status = models.CharField(max_length=36, blank=True)
    attention = models.CharField(max_length=40, blank=True)
    signed_at = models.DateTimeField()
    # Stored before each sending. In doubt: a sending may have been taken although no answer says so; a later refusal
    # does not take that back, since nobody knows what the service looks at first.
    attempted_at = models.DateTimeField(null=True)
    is_in_doubt = models.BooleanField(default=False)
    accepted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField()
    # Nobody asks the service about it any more.
    is_watched = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "provider_id"], name="provider_batch_id_once"),
            models.CheckConstraint(
                # One that was given up may turn up at the service after all.
                condition=Q(state=rules.SIGNED, provider_id__isnull=True)
                | Q(state__in=(rules.BROADCAST, rules.CONFIRMED), provider_id__isnull=False)
                | Q(state=rules.FAILED),
                name="provider_batch_accepted_has_id",
            ),
            models.CheckConstraint(condition=Q(total_cents__gt=0), name="provider_batch_pays"),
        ]
        indexes = [
            models.Index(fields=["method", "look_at"], name="provider_batch_due", condition=Q(is_watched=True)),
        ]


class ProviderItem(models.Model):
    """One payee of a provider batch: what is asked for, and what the service said last. A withdrawal has at most one,
    ever: once committed it never goes into another batch."""

    batch = models.ForeignKey(ProviderBatch, on_delete=models.PROTECT, related_name="items")
    withdrawal = models.OneToOneField(Withdrawal, on_delete=models.PROTECT, related_name="provider_item")
    receiver = models.CharField(max_length=200)
    cents = models.BigIntegerField()
    provider_item_id = models.CharField(max_length=36, blank=True)
    status = models.CharField(max_length=36, blank=True)
    transaction_id = models.CharField(max_length=36, blank=True)
    fee_micros = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cents__gt=0), name="provider_item_pays")]


class ProviderNotice(models.Model):
    """A message of the service that it verified, once. Append-only; the batch it names is looked at sooner."""

    method = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    provider_id = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["method", "event_id"], name="provider_notice_once")]


class HandList(models.Model):
    """Withdrawals that one operator committed to pay by hand together, to be downloaded. Append-only: where each of
    them stands is its own state."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    method = models.CharField(max_length=20)
    made_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class HandLine(models.Model):
    """One payment of a list, in whole cents. Append-only; a withdrawal is in one list, ever."""

    hand_list = models.ForeignKey(HandList, on_delete=models.PROTECT, related_name="lines")
    withdrawal = models.OneToOneField(Withdrawal, on_delete=models.PROTECT, related_name="hand_line")
    cents = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cents__gt=0), name="hand_line_pays")]


class NodeTip(models.Model):
    """The best block a method's node last showed, to notice a chain that went backwards."""

    method = models.CharField(max_length=20, primary_key=True)
    height = models.PositiveIntegerField()
    block = models.CharField(max_length=64)
    seen_at = models.DateTimeField()


class WalletFloat(models.Model):
    """What a method's wallet could pay when the node was last asked: a page must not wait for a node.

    `problem` is why the newest asking had no answer, in words; then the rest is older than `asked_at`.
    """

    method = models.CharField(max_length=20, primary_key=True)
    units = models.BigIntegerField(default=0)
    coins = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True)


class Freeze(models.Model):
    """Nothing of this method moves until an operator has looked. `code` is of rules.FREEZE_TEXTS."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    method = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=500)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method"], condition=Q(lifted_at__isnull=True), name="freeze_in_force_once")
        ]


class RateObservation(models.Model):
    """What the exchanges said of a coin at one moment, and what rate_rules made of it.

    Kept for a month (a batch keeps its own quote for ever): for the operators' page, for indicative amounts, and as
    the memory by which a feed that froze is noticed, where an exchange gives no time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    coin = models.CharField(max_length=20)
    at = models.DateTimeField()
    rate_micros = models.BigIntegerField(null=True)
    refused = models.CharField(max_length=30, blank=True)
    # Source > {"bid_micros", "ask_micros", "fresh_at", "mark", "used"} or {"failed"}.
    answers = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["coin", "-at"], name="rate_of_coin")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_micros__gt=0, refused="") | Q(rate_micros__isnull=True) & ~Q(refused=""),
                name="rate_or_reason",
            )
        ]


class Reconciliation(models.Model):
    """One comparison of a method's books with its node or service. Append-only: the newest is where the next begins."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    method = models.CharField(max_length=20)
    # Of the daily one; one on demand has none.
    date = models.DateField(null=True)
    at = models.DateTimeField()
    # A coin's best block then, and its wallet: what the node said, what our own list of its transactions leaves (None
    # where a spend of ours was not in the mempool: then the node's balance means nothing), and what was there before.
    height = models.PositiveIntegerField(null=True)
    block = models.CharField(max_length=64, blank=True)
    wallet_units = models.BigIntegerField(null=True)
    expected_units = models.BigIntegerField(null=True)
    opening_units = models.BigIntegerField(null=True)
    # A service's: what it says it paid, of what we committed to it and may still look up.
    paid_micros = models.BigIntegerField(null=True)
    payments = models.PositiveIntegerField()
    # The last posting that was read of what went out by this method, and what the account held.
    books_position = models.BigIntegerField()
    books_micros = models.BigIntegerField()
    differences_open = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["method", "date"], name="reconciliation_once_a_day")]
        indexes = [models.Index(fields=["method", "-at"], name="reconciliation_newest")]


class WalletMovement(models.Model):
    """A transaction of a method's wallet, as the node last showed it; what its balance is made of."""

    method = models.CharField(max_length=20)
    txid = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in reconcile_rules.KINDS])
    units = models.BigIntegerField()
    confirmations = models.IntegerField()
    is_counted = models.BooleanField()
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["method", "txid"], name="wallet_movement_once")]


class Difference(models.Model):
    """Something that the books and the outside say differently (reconcile_rules). The same one is one row while it is
    there. A wallet's is over (`gone_at`) when it fits again, or when what was explained is counted in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    method = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    subject = models.CharField(max_length=100)
    books = models.CharField(max_length=100)
    outside = models.CharField(max_length=100)
    # Keys of the journals it is about.
    journals = models.JSONField(default=list)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    explained_at = models.DateTimeField(null=True)
    explained_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["method", "code", "subject"], condition=Q(gone_at__isnull=True), name="difference_there_once"
            )
        ]


class RaisedAlarm(models.Model):
    """An alarm of the operators' pages while it lasts, so that it is told once. Over when it was away for a while."""

    key = models.CharField(max_length=200)
    code = models.CharField(max_length=20)
    # What the alarm is about, without a word of any language: console.Alarm.
    method = models.CharField(max_length=20)
    detail = models.CharField(max_length=500)
    about = models.CharField(max_length=100)
    page = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(over_at__isnull=True), name="alarm_raised_once")
        ]
