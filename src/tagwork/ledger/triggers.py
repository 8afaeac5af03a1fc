"""What the database refuses, whoever asks it."""

from tagwork.kit.triggers import Clause, append_only, immutable, legal_moves, never_deleted, refuse
from tagwork.ledger.rules import HOLD_MOVES, HoldState

TRIGGERS = [
    immutable("ledger_account", "kind", "owner"),
    never_deleted("ledger_account"),
    append_only("ledger_journal"),
    append_only("ledger_posting"),
    refuse(
        "ledger_posting",
        "before_seal",
        "a sealed journal takes no further posting",
        Clause("insert", "EXISTS (SELECT 1 FROM ledger_seal WHERE journal_id = NEW.journal_id)"),
    ),
    append_only("ledger_seal"),
    refuse(
        "ledger_seal",
        "balanced",
        "a journal needs two postings that sum to zero",
        Clause(
            "insert",
            "(SELECT COUNT(*) < 2 OR SUM(amount_micros) <> 0 FROM ledger_posting WHERE journal_id = NEW.journal_id)",
        ),
    ),
    append_only("ledger_link"),
    append_only("ledger_checkpoint"),
    immutable("ledger_checkpointleaf", "place", "kind", "owner", "amount_micros", "nonce", "digest"),
    legal_moves("ledger_hold", "state", HOLD_MOVES, first=HoldState.OPEN),
    immutable(
        "ledger_hold",
        "id",
        "key",
        "owner",
        "source_kind",
        "source_owner",
        "amount_micros",
        "fee_micros",
        "subject",
        "detail",
        "created_at",
    ),
    refuse(
        "ledger_hold",
        "ended",
        "a settled or released hold has ended",
        Clause("update", f"OLD.state IN ('{HoldState.SETTLED}', '{HoldState.RELEASED}')"),
    ),
    never_deleted("ledger_hold"),
]
