"""What the background process does for this room."""

from collections.abc import Sequence
from uuid import UUID

from tagwork.kit.models import OutboxEvent
from tagwork.payouts.operations import run_payouts
from tagwork.payouts.operations.release_held import release_waited
from tagwork.payouts.operations.review_withdrawal import review_withdrawal


def review_requested(events: Sequence[OutboxEvent]) -> None:
    """Listens to `withdrawal.requested`; a repeated event finds the withdrawal reviewed."""
    for event in events:
        review_withdrawal(UUID(event.payload["withdrawal_id"]))


def release_new_destinations() -> int:
    """To be run every few minutes."""
    return release_waited()


def advance_payouts() -> int:
    """To be run every few seconds."""
    return run_payouts.advance_payouts()
