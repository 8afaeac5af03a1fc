"""What the database keeps of this room, whatever program writes."""

from tagwork.kit.triggers import append_only, legal_moves, never_deleted

TRIGGERS = [
    append_only("standing_checkedanswer"),
    legal_moves("standing_restriction", "state", {"proposed": ("active", "lifted"), "active": ("ended", "lifted")}),
    never_deleted("standing_restriction"),
]
