"""Refusals of this room; `code` is what the API answers."""

from tagwork.kit.errors import Refusal


class TutorialRequired(Refusal):
    code = "tutorial_required"


class ProfileIncomplete(Refusal):
    code = "profile_incomplete"


class OptInRequired(Refusal):
    code = "opt_in_required"


class Restricted(Refusal):
    code = "restricted"


class Throttled(Refusal):
    """`extra["retry_after_seconds"]` says when to come back."""

    code = "throttled"


class GuidelineUnread(Refusal):
    code = "guideline_unread"


class LeaseLimit(Refusal):
    code = "lease_limit"


class LeaseOver(Refusal):
    code = "lease_over"


class AlreadySubmitted(Refusal):
    code = "already_submitted"


class DraftStale(Refusal):
    """`extra["draft"]` is the newer draft."""

    code = "draft_stale"


class InvalidAnswer(Refusal):
    """`extra["errors"]` names each annotation and field."""

    code = "invalid_annotations"


class AssistOff(Refusal):
    """The project has no help on the server."""

    code = "assist_off"
