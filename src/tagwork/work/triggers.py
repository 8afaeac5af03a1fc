"""What the database keeps of this room's state machines (DESIGN 4), whatever program writes."""

from tagwork.kit.triggers import immutable, legal_moves, never_deleted

TRIGGERS = [
    legal_moves(
        "work_submission",
        "state",
        {"pending": ("approved", "rejected"), "rejected": ("approved",)},
        first="pending",
    ),
    immutable(
        "work_submission", "answer", "answer_sha256", "assists", "amount_micros", "fee_micros", "worker_id", "task_id"
    ),
    never_deleted("work_submission"),
    # A justified flag stays justified; an appeal can only turn the other verdict round.
    legal_moves(
        "work_flag", "state", {"open": ("justified", "unjustified"), "unjustified": ("justified",)}, first="open"
    ),
    never_deleted("work_flag"),
    never_deleted("work_assignment"),
]
