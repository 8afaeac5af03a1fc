"""Refusals of this room; `code` is what the API answers."""

from tagwork.kit.errors import Refusal


class RejectionNeedsEvidence(Refusal):
    """N1: no rejection without a reason code, a clause of the guideline and a mark on the image."""

    code = "rejection_needs_evidence"


class TooManyAppeals(Refusal):
    code = "too_many_appeals"


class AppealClosed(Refusal):
    """The window is over, or the decision was appealed before."""

    code = "wrong_state"
