"""Checkpoint: once a day the house signs what it owes, so that it cannot say something else later."""

import hashlib
import secrets
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.locks import try_lock
from tagwork.ledger.merkle import NONCE_BYTES, Leaf, leaf_node, levels
from tagwork.ledger.models import Account, Checkpoint, CheckpointLeaf, Link
from tagwork.ledger.proofs import CHECKPOINT_FORMAT, canonical, sign
from tagwork.ledger.rules import FIRST_PREVIOUS, OWED, Kind

LOCK_NAME = "ledger.checkpoint"
LOCK_SECONDS = 600
# For so long a worker can ask for the statement of a day.
LEAVES_KEPT = timedelta(days=60)
ROWS_AT_ONCE = 2_000


def make_checkpoint() -> int:
    """Today's checkpoint, if it was not made yet; returns how many were made (0 or 1).

    The balances are read by one statement, which sees one moment; they are not locked, nobody waits. Not inside a
    transaction. A house without any account has nothing to sign.
    """
    with try_lock(LOCK_NAME, LOCK_SECONDS) as fence:
        today = clock.now().date()
        if fence is None or Checkpoint.objects.filter(date=today).exists():
            return 0
        with transaction.atomic():
            fence.confirm()
            return _make()


def _make() -> int:
    rows = list(Account.objects.exclude(balance_micros=0).values_list("kind", "owner", "balance_micros"))
    # After the reading: whatever the balances hold was written before this.
    now = clock.now()
    owed = [
        Leaf(kind, owner, balance, secrets.token_bytes(NONCE_BYTES)) for kind, owner, balance in rows if kind in OWED
    ]
    if not owed:
        return 0
    # In the order of their hashes: a place in the tree says nothing of who came when.
    placed = sorted(((leaf_node(leaf), leaf) for leaf in owed), key=lambda pair: pair[0].digest)
    root = levels([node for node, _leaf in placed])[-1][0]
    totals = dict.fromkeys((kind.value for kind in Kind), 0)
    for kind, _owner, balance in rows:
        totals[kind] += balance
    before = Checkpoint.objects.order_by("-number").first()
    head = Link.objects.order_by("-position").values_list("position", "hash").first()
    position, chain_head = (head[0], bytes(head[1])) if head else (0, FIRST_PREVIOUS)
    number = before.number + 1 if before else 1
    body = canonical(
        {
            "format": CHECKPOINT_FORMAT,
            "number": number,
            "at": now.isoformat(),
            "previous": hashlib.sha256(bytes(before.body)).hexdigest() if before else None,
            "chain": {"position": position, "hash": chain_head.hex()},
            "totals_micros": totals,
            "liabilities": {
                "kinds": [kind.value for kind in OWED],
                "leaves": len(placed),
                "root": root.digest.hex(),
                "sum_micros": root.sum_micros,
            },
        }
    )
    key = Ed25519PrivateKey.from_private_bytes(settings.PROOF_SEED)
    made = Checkpoint.objects.create(
        number=number,
        date=now.date(),
        body=body,
        signature=sign(key, body),
        public_key=key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
    )
    CheckpointLeaf.objects.bulk_create(
        [
            CheckpointLeaf(
                checkpoint=made,
                place=place,
                kind=leaf.kind,
                owner=leaf.owner,
                amount_micros=leaf.amount_micros,
                nonce=leaf.nonce,
                digest=node.digest,
            )
            for place, (node, leaf) in enumerate(placed)
        ],
        batch_size=ROWS_AT_ONCE,
    )
    CheckpointLeaf.objects.filter(checkpoint__date__lt=now.date() - LEAVES_KEPT).delete()
    return 1
