"""What the background process does for this room."""

from collections.abc import Sequence
from uuid import UUID

from tagwork.kit.models import OutboxEvent
from tagwork.payouts import policy
from tagwork.payouts.operations import run_payouts
from tagwork.payouts.operations.observe_float import observe_float
from tagwork.payouts.operations.observe_rate import observe_rate
from tagwork.payouts.operations.reconcile import reconcile_due
from tagwork.payouts.operations.release_held import release_waited
from tagwork.payouts.operations.review_approved import review_approved
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.operations.run_by_provider import advance_by_provider
from tagwork.payouts.operations.watch_alarms import watch_alarms
from tagwork.payouts.operations.watch_deposits import watch_deposits
from tagwork.payouts.rails import rails


def review_requested(events: Sequence[OutboxEvent]) -> None:
    """Listens to `withdrawal.requested`; a repeated event finds the withdrawal reviewed."""
    for event in events:
        review_withdrawal(UUID(event.payload["withdrawal_id"]))


def release_new_destinations() -> int:
    """To be run every few minutes."""
    return release_waited()


def review_large() -> int:
    """To be run every minute."""
    return review_approved()


def advance_payouts() -> int:
    """To be run every few seconds."""
    return run_payouts.advance_payouts() + advance_by_provider()


def take_deposits() -> int:
    """To be run every few seconds."""
    return watch_deposits()


def refresh_rates() -> int:
    """To be run every ten minutes: what pages say a coin is about worth. Does nothing where no exchange is asked."""
    if policy.rate_sources():
        for name, rail in rails().items():
            if rail.coin is not None and name in {*policy.offered_methods(), *policy.deposit_methods()}:
                observe_rate(name, None)
    return 0


def look_at_wallets() -> int:
    """To be run every few minutes: what each coin's wallet could pay, for the operators' page and its alarm."""
    for name, rail in rails().items():
        if rail.coin is not None:
            observe_float(name)
    return 0


def compare_books() -> int:
    """To be run every few minutes: each method's books against its node or service, once a day."""
    reconcile_due()
    return 0


def raise_alarms() -> int:
    """To be run every minute."""
    return watch_alarms()
