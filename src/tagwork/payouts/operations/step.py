"""The one way a withdrawal changes its state; every operation of this folder goes through here."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import Forbidden, NotFound, WrongState
from tagwork.payouts import journals, rules
from tagwork.payouts.journals import Amounts
from tagwork.payouts.models import HandLine, Withdrawal, WithdrawalEvent
from tagwork.payouts.rails.provider import MICROS_PER_CENT
from tagwork.people.models import Person


def require_operator(person: Person) -> None:
    """Raises Forbidden."""
    if not (person.is_active and person.is_operator):
        raise Forbidden("Only an operator may do this.")


def lock(withdrawal_id: UUID) -> Withdrawal:
    """The row, locked until the caller's transaction ends (SQLite: the transaction itself is the lock).

    Taken before any balance: docs/policies/locking.md. Raises NotFound.
    """
    withdrawal = Withdrawal.objects.select_for_update().filter(id=withdrawal_id).first()
    if withdrawal is None:
        raise NotFound("There is no such withdrawal.")
    return withdrawal


def require_by_hand(withdrawal: Withdrawal) -> None:
    """What a node pays is moved by what the node shows, never by a person's word: but where another transaction has
    paid some of a batch, only a person can say whom. Raises WrongState."""
    if withdrawal.batch is not None and withdrawal.batch.attention != rules.PAID_OTHERWISE:
        raise WrongState("The node pays this withdrawal; its state follows the transaction by itself.")
    if withdrawal.provider_batch_id is not None:
        raise WrongState("A payment service pays this withdrawal; its state follows what the service says.")


def amounts_of(withdrawal: Withdrawal) -> Amounts:
    names = withdrawal.id, withdrawal.worker_id, withdrawal.method
    return Amounts(*names, withdrawal.net_micros, withdrawal.fee_micros, _rounding_micros(withdrawal))


def _rounding_micros(withdrawal: Withdrawal) -> int:
    if withdrawal.provider_batch_id is not None:
        return withdrawal.net_micros - withdrawal.provider_item.cents * MICROS_PER_CENT
    batch = withdrawal.batch
    if batch is None:
        cents = HandLine.objects.filter(withdrawal=withdrawal).values_list("cents", flat=True).first()
        return 0 if cents is None else withdrawal.net_micros - cents * MICROS_PER_CENT
    units = batch.lines.values_list("units", flat=True).get(withdrawal=withdrawal)
    return rules.rounding_micros(withdrawal.net_micros, units, batch.micros_per_coin)


def last_actor(withdrawal: Withdrawal, to_state: str) -> str | None:
    """Who last moved it to that state."""
    events = WithdrawalEvent.objects.filter(withdrawal=withdrawal, to_state=to_state)
    return events.order_by("-version").values_list("actor", flat=True).first()


def approver(withdrawal: Withdrawal) -> str | None:
    """Who last released it from being held: an operator, or rules.RULE; None when it never was. A batch that was
    dissolved gives it back approved, which says nothing of who had agreed."""
    events = WithdrawalEvent.objects.filter(withdrawal=withdrawal, to_state=rules.APPROVED, from_state=rules.HELD)
    return events.order_by("-version").values_list("actor", flat=True).first()


def begin(withdrawal: Withdrawal) -> None:
    """The first entry of the history, in the transaction that inserted the row."""
    _record(withdrawal, "", str(withdrawal.worker_id), {})


def move(
    withdrawal: Withdrawal, to_state: str, actor: str, detail: Mapping[str, Any] | None = None, **changes: Any
) -> None:
    """State, history and outbox in the caller's transaction. Raises WrongState for a move that rules.MOVES lacks."""
    if not rules.may_move(withdrawal.state, to_state):
        raise WrongState(
            gettext("The withdrawal is %(from_state)s; it cannot become %(to_state)s.")
            % {"from_state": withdrawal.state, "to_state": to_state}
        )
    _advance(withdrawal, to_state, actor, dict(detail or {}), changes)


def note(withdrawal: Withdrawal, actor: str, detail: Mapping[str, Any], **changes: Any) -> None:
    """An entry in the history that leaves it in its state, in the caller's transaction."""
    _advance(withdrawal, withdrawal.state, actor, dict(detail), changes)


def _advance(
    withdrawal: Withdrawal, to_state: str, actor: str, detail: dict[str, Any], changes: Mapping[str, Any]
) -> None:
    from_state, seen = withdrawal.state, withdrawal.version
    fields = {"state": to_state, "version": seen + 1, "moved_at": clock.now(), **changes}
    moved = Withdrawal.objects.filter(id=withdrawal.id, version=seen, state=from_state).update(**fields)
    # The row is locked: nobody else can have moved it. If this ever fails, two payouts were about to become one.
    assert moved == 1, f"withdrawal {withdrawal.id} moved under its lock"
    for name, value in fields.items():
        setattr(withdrawal, name, value)
    _record(withdrawal, from_state, actor, detail)


def _record(withdrawal: Withdrawal, from_state: str, actor: str, detail: dict[str, Any]) -> None:
    WithdrawalEvent.objects.create(
        withdrawal=withdrawal,
        version=withdrawal.version,
        from_state=from_state,
        to_state=withdrawal.state,
        actor=actor,
        detail=detail,
        at=withdrawal.moved_at,
    )
    name = journals.subject(withdrawal.id)
    if actor not in (rules.RULE, str(withdrawal.worker_id)):
        audit.record(actor, f"withdrawal.{withdrawal.state}", name, detail)
    if withdrawal.state == from_state:
        return
    outbox.publish(
        f"withdrawal.{withdrawal.state}",
        name,
        {
            "withdrawal_id": str(withdrawal.id),
            "worker_id": str(withdrawal.worker_id),
            "version": withdrawal.version,
        },
    )
