"""Answers about withdrawals and where they go."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from tagwork.api.schemas.shared import When, WithdrawalState, one_of
from tagwork.payouts.rules import STATES as WITHDRAWAL_STATES


class Destination(Schema):
    id: str
    method: str
    title: str
    network: str
    address: str
    created_at: When
    usable_from: When


class Destinations(Schema):
    items: list[Destination]
    next: str | None


class Withdrawal(Schema):
    """Amount and fee are frozen at the request; `txid` once it was broadcast; `held_because` in words.
    `unsendable_micros` of the net would not arrive: the method sends whole cents. Cancel it and ask for that much less,
    and it stays on the balance."""

    id: str
    state: WithdrawalState
    method: str
    network: str
    address: str
    destination_id: str
    amount_micros: int
    fee_micros: int
    net_micros: int
    unsendable_micros: int
    txid: str | None
    can_cancel: bool
    held_because: list[str]
    requested_at: When
    moved_at: When


class Withdrawals(Schema):
    items: list[Withdrawal]
    next: str | None


class WithdrawalStep(Schema):
    from_: Annotated[str, one_of(("", *WITHDRAWAL_STATES))] = Field(alias="from")
    to: WithdrawalState
    by: Literal["you", "operator", "rule"]
    at: When


class CoinPayment(Schema):
    """What a withdrawal became in coins: whole units of 1e-8 coin, at the rate locked with its batch."""

    units: int
    micros_per_coin: int
    rate_at: When
    confirmations: int
    confirmations_wanted: int
    explorer_url: str | None


class WithdrawalWithSteps(Withdrawal):
    steps: list[WithdrawalStep]
    coin: CoinPayment | None
