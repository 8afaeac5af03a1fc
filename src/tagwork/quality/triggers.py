"""What the database keeps of this room, whatever program writes."""

from tagwork.kit.triggers import append_only, legal_moves, never_deleted

TRIGGERS = [
    append_only("quality_verdict"),
    append_only("quality_flagdecision"),
    append_only("quality_correction"),
    legal_moves("quality_appeal", "state", {"open": ("won", "lost", "withdrawn")}, first="open"),
    never_deleted("quality_appeal"),
    legal_moves("quality_dispute", "state", {"open": ("upheld", "dismissed")}, first="open"),
    never_deleted("quality_dispute"),
]
