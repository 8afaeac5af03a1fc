"""Holds: promise pay while it is judged, then settle or let go. open > settled | withheld | released;
withheld > settled | released."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.rows import insert_new, update_each
from tagwork.ledger.errors import KeyReused, OverHold, UnknownHold, WrongHoldState
from tagwork.ledger.models import Hold
from tagwork.ledger.operations.post import write
from tagwork.ledger.rules import (
    HOLD_MOVES,
    HOUSE,
    SETTLE,
    AccountRef,
    Entry,
    HoldState,
    Kind,
    Line,
    Settlement,
    check_detail,
    check_micros,
    check_ref,
    settle_key,
)


def open_hold(
    *,
    key: str,
    owner: str,
    source: AccountRef,
    amount_micros: int,
    fee_micros: int = 0,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Promise `owner` up to `amount_micros`, and the house up to `fee_micros`, out of `source`: one INSERT.

    The money must lie in `source` already and stays there: whoever opens slots moves their worst case into the
    escrow first (verify finds a source that holds less than is promised out of it). No balance row is read or
    touched, so that submissions to one project never wait for each other. A replay is harmless; raises KeyReused
    when the key stands for another hold, ValueError for a negative amount or a missing owner.
    """
    check_ref(source)
    check_ref(AccountRef(Kind.WORKER_MAIN, owner))
    check_micros(amount_micros)
    check_micros(fee_micros)
    check_detail(detail)
    if not key or amount_micros < 0 or fee_micros < 0:
        raise ValueError(f"a hold needs a key and no negative amount: {key!r}, {amount_micros}, {fee_micros}")
    hold = Hold(
        key=key,
        owner=owner,
        source_kind=str(source.kind),
        source_owner=source.owner,
        amount_micros=amount_micros,
        fee_micros=fee_micros,
        subject=subject,
        detail=dict(detail or {}),
        created_at=clock.now(),
    )
    if not insert_new([hold], unique="key") and _promise(Hold.objects.get(key=key)) != _promise(hold):
        raise KeyReused(key)


def settle_holds(settlements: Sequence[Settlement]) -> None:
    """Pay what was promised, or less: for each hold one journal `settle:<hold key>`, all or none of the batch.

    Pay goes to the owner's main balance, the fee to the house; what is left stays in the source, free. A settlement
    of nothing writes no journal. Each balance row is changed once in a batch. Open and withheld holds may settle (an
    appeal was won); a replay of the same amounts is harmless, of others raises KeyReused. The journal's detail is the
    hold's, with the settlement's over it. Raises UnknownHold, WrongHoldState, OverHold, InsufficientFunds.
    """
    wanted: dict[str, Settlement] = {}
    for settlement in settlements:
        check_micros(settlement.pay_micros)
        check_micros(settlement.fee_micros)
        check_detail(settlement.detail)
        first = wanted.setdefault(settlement.hold_key, settlement)
        if _payment(first) != _payment(settlement):
            raise KeyReused(settlement.hold_key)
    with transaction.atomic():
        fresh = []
        for hold in _locked(wanted):
            settlement = wanted[hold.key]
            if hold.state == HoldState.SETTLED:
                if (hold.paid_micros, hold.paid_fee_micros) != _payment(settlement):
                    raise KeyReused(hold.key)
                continue
            _check_move(hold, HoldState.SETTLED)
            if not 0 <= settlement.pay_micros <= hold.amount_micros:
                raise OverHold(hold.key)
            if not 0 <= settlement.fee_micros <= hold.fee_micros:
                raise OverHold(hold.key)
            fresh.append(hold)
        update_each(
            Hold,
            f"state = '{HoldState.SETTLED}', paid_micros = v.column2, paid_fee_micros = v.column3",
            [(hold.id, *_payment(wanted[hold.key])) for hold in fresh],
        )
        write([_entry(hold, wanted[hold.key]) for hold in fresh if sum(_payment(wanted[hold.key]))])


def withhold(hold_keys: Collection[str]) -> None:
    """Rejected: no longer pending for its owner, still reserved in its source while an appeal may come.

    A replay is harmless. Raises UnknownHold, WrongHoldState.
    """
    _move_all(hold_keys, HoldState.WITHHELD)


def release_holds(hold_keys: Collection[str]) -> None:
    """The promise ends: the money stays in the source and is free. A replay is harmless.

    Raises UnknownHold, WrongHoldState.
    """
    _move_all(hold_keys, HoldState.RELEASED)


def _move_all(hold_keys: Collection[str], state: HoldState) -> None:
    with transaction.atomic():
        moving = [hold for hold in _locked(hold_keys) if hold.state != state]
        for hold in moving:
            _check_move(hold, state)
        if moving:
            Hold.objects.filter(pk__in=[hold.pk for hold in moving]).update(state=state)


def _locked(hold_keys: Collection[str]) -> list[Hold]:
    """The holds, locked in ascending id: a verdict, an appeal and a timer may reach for the same ones."""
    keys = set(hold_keys)
    holds = list(Hold.objects.filter(key__in=keys).select_for_update(no_key=True).order_by("id"))
    if len(holds) < len(keys):
        raise UnknownHold(min(keys - {hold.key for hold in holds}))
    return holds


def _check_move(hold: Hold, state: HoldState) -> None:
    if state not in HOLD_MOVES[hold.state]:
        raise WrongHoldState(hold.key, hold.state, state)


def _promise(hold: Hold) -> tuple[object, ...]:
    return hold.owner, hold.source_kind, hold.source_owner, hold.amount_micros, hold.fee_micros, hold.subject


def _payment(settlement: Settlement) -> tuple[int, int]:
    return settlement.pay_micros, settlement.fee_micros


def _entry(hold: Hold, settlement: Settlement) -> Entry:
    pay_micros, fee_micros = _payment(settlement)
    lines: list[Line] = [
        (AccountRef(hold.source_kind, hold.source_owner), -(pay_micros + fee_micros)),
        (AccountRef(Kind.WORKER_MAIN, hold.owner), pay_micros),
        (AccountRef(Kind.PLATFORM_FEE, HOUSE), fee_micros),
    ]
    return Entry(settle_key(hold.key), SETTLE, lines, hold.subject, {**hold.detail, **settlement.detail})
