"""The word and the shape of every state a page shows (DESIGN 4); the tone only helps those who see colours."""

from typing import NamedTuple


class Look(NamedTuple):
    word: str
    shape: str
    tone: str  # "", good, warn, bad, accent


LOOKS: dict[str, Look] = {
    # assignment
    "leased": Look("In your hands", "play", "accent"),
    "submitted": Look("Submitted", "send", ""),
    "skipped": Look("Skipped", "forward", ""),
    "flagged": Look("Flagged", "flag", "warn"),
    "expired": Look("Time ran out", "clock", ""),
    # flag, submission, appeal, report
    "open": Look("Open", "open", "accent"),
    "justified": Look("Justified", "check", "good"),
    "unjustified": Look("Not justified", "cross", ""),
    "pending": Look("Being checked", "clock", ""),
    "approved": Look("Approved", "check", "good"),
    "rejected": Look("Rejected", "cross", "bad"),
    "won": Look("Won", "check", "good"),
    "lost": Look("Not won", "cross", "bad"),
    "upheld": Look("Upheld", "check", "good"),
    "dismissed": Look("Dismissed", "cross", ""),
    "withdrawn": Look("Withdrawn", "dash", ""),
    "answered": Look("Answered", "check", "good"),
    "overdue": Look("Overdue", "alert", "warn"),
    # restriction
    "active": Look("In force", "alert", "warn"),
    "ended": Look("Ended", "check", ""),
    "lifted": Look("Lifted", "check", "good"),
    "warning": Look("Warning", "alert", "warn"),
    "retraining": Look("Retraining", "repeat", "warn"),
    "throttle": Look("Fewer offers", "half", "warn"),
    "pause": Look("Paused", "pause", "warn"),
    "suspension": Look("Suspended", "stop", "bad"),
    "ban": Look("Closed to paid work", "lock", "bad"),
    # project
    "draft": Look("Draft", "open", ""),
    "live": Look("Live", "play", "good"),
    "paused": Look("Paused", "pause", "warn"),
    "closing": Look("Closing", "half", ""),
    "closed": Look("Closed", "stop", ""),
    # withdrawal
    "requested": Look("Requested", "open", "accent"),
    "held": Look("Held for a look", "pause", "warn"),
    "cancelled": Look("Cancelled", "dash", ""),
    "batched": Look("In today's batch", "inbox", ""),
    "signed": Look("Signed", "key", ""),
    "broadcast": Look("Sent", "send", "accent"),
    "confirmed": Look("Confirmed", "check", "good"),
    "failed": Look("Failed", "cross", "bad"),
    "returned": Look("Came back", "repeat", "warn"),
    "refunded": Look("Back on your balance", "back", ""),
    # money, jobs, tiers, lessons and the rest
    "running": Look("Running", "half", "accent"),
    "queued": Look("Waiting", "clock", ""),
    "done": Look("Done", "check", "good"),
    "passed": Look("Passed", "check", "good"),
    "missing": Look("Missing", "alert", "warn"),
    "locked": Look("Locked", "lock", ""),
    "available": Look("Available", "play", "good"),
    "none": Look("Nothing now", "clock", ""),
    "on": Look("On", "check", "good"),
    "off": Look("Off", "dash", ""),
    "revoked": Look("Revoked", "dash", ""),
    "healthy": Look("Healthy", "check", "good"),
    "degraded": Look("Needs a look", "alert", "warn"),
    "down": Look("Down", "cross", "bad"),
    "starter": Look("Starter", "open", ""),
    "steady": Look("Steady", "half", "accent"),
    "expert": Look("Expert", "star", "good"),
}


def look_of(state: str) -> Look:
    """The look of `state`; an unknown one is shown in its own word, so that a new state is never hidden."""
    return LOOKS.get(state) or Look(state.replace("_", " ").capitalize(), "dot", "")
