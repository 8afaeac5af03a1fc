"""What the database itself refuses, whoever asks: this is where money leaves the house."""

from tagwork.kit.triggers import append_only, immutable, legal_moves, never_deleted
from tagwork.payouts import rules

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
    append_only("payouts_withdrawalevent"),
    append_only("payouts_deposit"),
    immutable("payouts_destination", "person_id", "method", "network", "address", "normalized", "payee"),
    never_deleted("payouts_destination"),
]
