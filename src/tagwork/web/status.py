"""The word and the shape of every state a page shows (DESIGN 4); the tone only helps those who see colours."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Look(NamedTuple):
    word: Any  # translated when it is shown
    shape: str
    tone: str  # "", good, warn, bad, accent


LOOKS: dict[str, Look] = {
    # assignment
    "leased": Look(_("In your hands"), "play", "accent"),
    "submitted": Look(_("Submitted"), "send", ""),
    "skipped": Look(_("Skipped"), "forward", ""),
    "flagged": Look(_("Flagged"), "flag", "warn"),
    "expired": Look(_("Time ran out"), "clock", ""),
    # flag, submission, appeal, report
    "open": Look(_("Open"), "open", "accent"),
    "justified": Look(_("Justified"), "check", "good"),
    "unjustified": Look(_("Not justified"), "cross", ""),
    "pending": Look(_("Being checked"), "clock", ""),
    "approved": Look(_("Approved"), "check", "good"),
    "rejected": Look(_("Rejected"), "cross", "bad"),
    "won": Look(_("Won"), "check", "good"),
    "lost": Look(_("Not won"), "cross", "bad"),
    "upheld": Look(_("Upheld"), "check", "good"),
    "dismissed": Look(_("Dismissed"), "cross", ""),
    "withdrawn": Look(_("Withdrawn"), "dash", ""),
    "answered": Look(_("Answered"), "check", "good"),
    "overdue": Look(_("Overdue"), "alert", "warn"),
    # restriction
    "active": Look(_("In force"), "alert", "warn"),
    "ended": Look(_("Ended"), "check", ""),
    "lifted": Look(_("Lifted"), "check", "good"),
    "warning": Look(_("Warning"), "alert", "warn"),
    "retraining": Look(_("Retraining"), "repeat", "warn"),
    "throttle": Look(_("Fewer offers"), "half", "warn"),
    "pause": Look(_("Paused"), "pause", "warn"),
    "suspension": Look(_("Suspended"), "stop", "bad"),
    "ban": Look(_("Closed to paid work"), "lock", "bad"),
    # project
    "draft": Look(_("Draft"), "open", ""),
    "live": Look(_("Live"), "play", "good"),
    "paused": Look(_("Paused"), "pause", "warn"),
    "closing": Look(_("Closing"), "half", ""),
    "closed": Look(_("Closed"), "stop", ""),
    # a client's coins on their way in
    "seen": Look(_("On its way"), "clock", "accent"),
    "credited": Look(_("Credited"), "check", "good"),
    "excluded": Look(_("Replaced"), "cross", "bad"),
    # withdrawal
    "requested": Look(_("Requested"), "open", "accent"),
    "held": Look(_("Held for a look"), "pause", "warn"),
    "cancelled": Look(_("Cancelled"), "dash", ""),
    "batched": Look(_("In today's payments"), "inbox", ""),
    "signed": Look(_("Signed"), "key", ""),
    "broadcast": Look(_("Sent"), "send", "accent"),
    "confirmed": Look(_("Confirmed"), "check", "good"),
    "failed": Look(_("Failed"), "cross", "bad"),
    "returned": Look(_("Came back"), "repeat", "warn"),
    "refunded": Look(_("Back on your balance"), "back", ""),
    # batch
    "formed": Look(_("Put together"), "inbox", ""),
    "dissolved": Look(_("Dissolved"), "dash", ""),
    # money, jobs, tiers, lessons and the rest
    "running": Look(_("Running"), "half", "accent"),
    "queued": Look(_("Waiting"), "clock", ""),
    "done": Look(_("Done"), "check", "good"),
    "passed": Look(_("Passed"), "check", "good"),
    "missing": Look(_("Missing"), "alert", "warn"),
    "locked": Look(_("Locked"), "lock", ""),
    "available": Look(_("Available"), "play", "good"),
    "none": Look(_("Nothing now"), "clock", ""),
    "on": Look(_("On"), "check", "good"),
    "off": Look(_("Off"), "dash", ""),
    "revoked": Look(_("Revoked"), "dash", ""),
    "healthy": Look(_("Healthy"), "check", "good"),
    "degraded": Look(_("Needs a look"), "alert", "warn"),
    "down": Look(_("Down"), "cross", "bad"),
    "starter": Look(_("Starter"), "open", ""),
    "steady": Look(_("Steady"), "half", "accent"),
    "expert": Look(_("Expert"), "star", "good"),
}


def look_of(state: str) -> Look:
    """The look of `state`; an unknown one is shown in its own word, so that a new state is never hidden."""
    return LOOKS.get(state) or Look(state.replace("_", " ").capitalize(), "dot", "")
