import hashlib
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.ledger.errors import InsufficientFunds as AccountTooLow
from tagwork.ledger.operations.post import post
from tagwork.payouts import journals, policy
from tagwork.payouts.errors import AddressNotPayable, BelowMinimum, InsufficientFunds, KeyReused, MethodNotOffered
from tagwork.payouts.models import Destination, Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.ask_node import ask_node
from tagwork.payouts.operations.texts import required_key, required_micros
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.payouts.rails import rails
from tagwork.people.models import Person


def request_withdrawal(worker: Person, destination_id: UUID, amount_micros: int, key: str) -> WithdrawalView:
    """Moves the amount out of the main balance and queues it for the next run; the same key gives the first answer.

    The caller has checked a fresh second factor. Fee and destination are frozen here. Restricted and suspended people
    may withdraw: an approved balance is theirs. The approval follows by itself (review_withdrawal). No transaction may
    be open: the coin's node is asked first.
    Raises Invalid, NotFound, MethodNotOffered, AddressNotPayable, BelowMinimum, InsufficientFunds, KeyReused.
    """
    ask_about(worker, destination_id, key)
    return store_request(worker, destination_id, amount_micros, key)


def ask_about(worker: Person, destination_id: UUID, key: str) -> None:
    """What a request asks of the world outside, before any transaction; of one that was made already, nothing.

    Raises AddressNotPayable.
    """
    if Withdrawal.objects.filter(worker=worker, idempotency_key=key).exists():
        return
    destination = Destination.objects.filter(id=destination_id, person=worker).first()
    if destination is not None and destination.method in policy.offered_methods():
        ask_node(destination.method, destination.normalized, destination.payee, field="destination_id")


def store_request(worker: Person, destination_id: UUID, amount_micros: int, key: str) -> WithdrawalView:
    """As request_withdrawal after `ask_about`, for a caller whose own transaction keeps the answer. Raises as it."""
    required_key(key)
    required_micros(amount_micros)
    digest = hashlib.sha256(f"{destination_id} {amount_micros}".encode()).digest()
    earlier = _recall(worker, key, digest)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _request(worker, destination_id, amount_micros, key, digest)
    except IntegrityError:
        # The same key at the same time: the other one committed first, its answer is ours.
        winner = _recall(worker, key, digest)
        if winner is None:
            raise
        return winner


def _recall(worker: Person, key: str, digest: bytes) -> WithdrawalView | None:
    earlier = Withdrawal.objects.filter(worker=worker, idempotency_key=key).first()
    if earlier is None:
        return None
    if bytes(earlier.request_hash) != digest:
        raise KeyReused("This idempotency key was used before for another withdrawal.")
    return withdrawal_view(earlier)


def _request(worker: Person, destination_id: UUID, amount_micros: int, key: str, digest: bytes) -> WithdrawalView:
    # Locked: a removal, or "that was not me", comes before it and is seen here, or after it and sees the withdrawal.
    active = Destination.objects.filter(id=destination_id, person=worker, state=Destination.State.ACTIVE)
    destination = active.select_for_update(no_key=True).first()
    if destination is None:
        raise NotFound("There is no such destination.")
    method = destination.method
    if method not in policy.offered_methods():
        raise MethodNotOffered(
            "This payout method is not offered any more; choose another destination.", field="destination_id"
        )
    # Judged anew: the network, or what we know of addresses, may have changed since it was added.
    check = rails()[method].check_destination(policy.network_of(method), destination.normalized)
    if not check.payable or destination.network != policy.network_of(method):
        raise AddressNotPayable(
            "This destination cannot be paid any more; add it again.", field="destination_id", notes=check.notes
        )
    minimum, fee = policy.minimum_micros(method), policy.fee_on(method, amount_micros)
    least_net = policy.least_net_micros(method)
    if amount_micros < minimum or amount_micros - fee < least_net:
        least = max(minimum, fee + least_net)
        raise BelowMinimum(
            gettext("The least that can be withdrawn here is %(least)s micro-dollars.") % {"least": least},
            field="amount_micros",
            minimum_micros=least,
        )
    now = clock.now()
    withdrawal = Withdrawal.objects.create(
        worker=worker,
        destination=destination,
        method=method,
        network=destination.network,
        address=destination.normalized,
        amount_micros=amount_micros,
        fee_micros=fee,
        net_micros=amount_micros - fee,
        requested_at=now,
        moved_at=now,
        idempotency_key=key,
        request_hash=digest,
    )
    amounts = step.amounts_of(withdrawal)
    try:
        post(
            key=journals.key("request", withdrawal.id),
            kind="withdraw_request",
            lines=journals.request_lines(amounts),
            subject=journals.subject(withdrawal.id),
            at=now,
        )
    except AccountTooLow as error:
        raise InsufficientFunds(
            "Your main balance is lower than this amount.", field="amount_micros", balance_micros=error.balance
        ) from error
    step.begin(withdrawal)
    return withdrawal_view(withdrawal)
