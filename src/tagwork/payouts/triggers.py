"""What the database itself refuses, whoever asks: this is where money leaves the house."""

from tagwork.kit.triggers import Clause, append_only, immutable, legal_moves, never_deleted, refuse
from tagwork.payouts import deposit_rules, rules

TRIGGERS = [
    legal_moves("payouts_withdrawal", "state", rules.MOVES, first=rules.REQUESTED),
    immutable(
        "payouts_withdrawal",
        "worker_id",
        "destination_id",
        "method",
        "network",
        "address",
        "amount_micros",
        "fee_micros",
        "net_micros",
        "idempotency_key",
        "request_hash",
    ),
    never_deleted("payouts_withdrawal"),
    # A payment service's batch is signed when it is made: nobody leaves it for another.
    refuse(
        "payouts_withdrawal",
        "provider_batch_once",
        "payouts_withdrawal: provider_batch_id is written once",
        Clause(
            "update",
            "OLD.provider_batch_id IS NOT NULL AND OLD.provider_batch_id {differs} NEW.provider_batch_id",
            ("provider_batch_id",),
        ),
    ),
    append_only("payouts_withdrawalevent"),
    append_only("payouts_deposit"),
    append_only("payouts_depositaddress"),
    legal_moves("payouts_coinreceipt", "state", deposit_rules.MOVES, first=deposit_rules.SEEN),
    immutable("payouts_coinreceipt", "address_id", "method", "txid", "vout", "units"),
    never_deleted("payouts_coinreceipt"),
    append_only("payouts_screening"),
    immutable("payouts_destination", "person_id", "method", "network", "address", "normalized", "payee"),
    never_deleted("payouts_destination"),
    legal_moves("payouts_batch", "state", rules.BATCH_MOVES, first=rules.FORMED),
    immutable("payouts_batch", "run_id", "method", "network", "micros_per_coin", "formed_at"),
    # Only these bytes are ever sent.
    refuse(
        "payouts_batch",
        "bytes_once",
        "payouts_batch: signed bytes never change",
        Clause(
            "update",
            "OLD.raw_transaction <> '' AND (OLD.raw_transaction <> NEW.raw_transaction OR OLD.txid {differs} NEW.txid)",
            ("raw_transaction", "txid"),
        ),
    ),
    never_deleted("payouts_batch"),
    append_only("payouts_batchline"),
    immutable("payouts_batchinput", "batch_id", "rescue_id", "method", "txid", "vout", "units"),
    never_deleted("payouts_batchinput"),
    append_only("payouts_rescue"),
    legal_moves("payouts_providerbatch", "state", rules.PROVIDER_BATCH_MOVES, first=rules.SIGNED),
    immutable("payouts_providerbatch", "run_id", "method", "account", "total_cents", "signed_at"),
    refuse(
        "payouts_providerbatch",
        "provider_id_once",
        "payouts_providerbatch: provider_id is written once",
        Clause(
            "update",
            "OLD.provider_id IS NOT NULL AND OLD.provider_id {differs} NEW.provider_id",
            ("provider_id",),
        ),
    ),
    never_deleted("payouts_providerbatch"),
    immutable("payouts_provideritem", "batch_id", "withdrawal_id", "receiver", "cents"),
    never_deleted("payouts_provideritem"),
    append_only("payouts_providernotice"),
    never_deleted("payouts_freeze"),
    append_only("payouts_handlist"),
    append_only("payouts_handline"),
    append_only("payouts_reconciliation"),
    never_deleted("payouts_walletmovement"),
    immutable("payouts_walletmovement", "method", "txid", "first_seen_at"),
    never_deleted("payouts_difference"),
    immutable("payouts_difference", "method", "code", "subject", "first_seen_at"),
]
