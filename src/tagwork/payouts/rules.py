"""What may happen to a withdrawal, and what a person must look at first. Pure."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from tagwork.core.money import UNITS_PER_COIN
from tagwork.payouts.rails.provider import NOT_PAID, PAID

Row = TypeVar("Row")

REQUESTED, APPROVED, HELD, CANCELLED = "requested", "approved", "held", "cancelled"
BATCHED, SIGNED, BROADCAST, CONFIRMED = "batched", "signed", "broadcast", "confirmed"
FAILED, RETURNED, REFUNDED = "failed", "returned", "refunded"

# Signed is the point of no return: from there only forward, or failed on proof. The database keeps the same table.
MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        REQUESTED: frozenset({APPROVED, HELD, CANCELLED}),
        HELD: frozenset({APPROVED, CANCELLED}),
        APPROVED: frozenset({BATCHED, HELD, CANCELLED}),
        BATCHED: frozenset({SIGNED, APPROVED}),
        SIGNED: frozenset({BROADCAST, FAILED}),
        BROADCAST: frozenset({CONFIRMED, FAILED}),
        CONFIRMED: frozenset({RETURNED}),
        FAILED: frozenset({REFUNDED}),
        RETURNED: frozenset({REFUNDED}),
        CANCELLED: frozenset(),
        REFUNDED: frozenset(),
    }
)
STATES = tuple(MOVES)
# A batch is one transaction (docs/policies/payouts.md). Confirmed and broadcast alternate when the chain reorganises.
FORMED, DISSOLVED = "formed", "dissolved"
BATCH_MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        FORMED: frozenset({SIGNED, DISSOLVED}),
        SIGNED: frozenset({BROADCAST, FAILED}),
        BROADCAST: frozenset({CONFIRMED, FAILED}),
        CONFIRMED: frozenset({BROADCAST}),
        FAILED: frozenset(),
        DISSOLVED: frozenset(),
    }
)
BATCH_STATES = tuple(BATCH_MOVES)
# A payment service's batch: committed with the id it will be asked under, accepted, and settled when every item is.
# It fails only as a whole, before it was accepted; afterwards each item goes its own way.
PROVIDER_BATCH_MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        SIGNED: frozenset({BROADCAST, FAILED}),
        BROADCAST: frozenset({CONFIRMED}),
        CONFIRMED: frozenset(),
        FAILED: frozenset(),
    }
)
# The worker may take it back until it is in a batch.
CANCELLABLE = frozenset(state for state, following in MOVES.items() if CANCELLED in following)
# The money has left the main balance and has neither arrived nor come back.
UNDER_WAY = frozenset(MOVES) - {CONFIRMED, CANCELLED, REFUNDED}

SHARED_DESTINATION, LARGE_AMOUNT, VELOCITY, NEW_DESTINATION = (
    "shared_destination",
    "large_amount",
    "velocity",
    "new_destination",
)
BY_OPERATOR = "by_operator"
NODE_DISAGREES, TOO_SMALL = "node_disagrees", "too_small"
SCREENING_REVIEW, SCREENING_BLOCK = "screening_review", "screening_block"
# What the operator's screening service may answer of a payee.
CLEAR, REVIEW, BLOCK = "clear", "review", "block"
SCREENING_ANSWERS = (CLEAR, REVIEW, BLOCK)
SCREENING_REASON_MOST = 200
# Who moved it, when the program did by itself.
RULE = "rule"
HOLD_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        SHARED_DESTINATION: "Another account uses the same destination; a person looks at it first.",
        LARGE_AMOUNT: "Two people approve an amount of this size.",
        VELOCITY: "Much was withdrawn within a day; a person looks at it first.",
        NEW_DESTINATION: "The destination was added a short while ago; it waits in case somebody else added it.",
        BY_OPERATOR: "An operator is looking at it.",
        NODE_DISAGREES: "The coin's network does not accept this address; a person looks at it first.",
        SCREENING_REVIEW: "A check that every payment goes through has no clear answer; a person looks at it.",
        SCREENING_BLOCK: "A check that every payment goes through has stopped it; a person looks at it. You can ask on "
        "the Reports page.",
        TOO_SMALL: "At today's rate the amount is too small for the coin's network.",
    }
)

UNKNOWN_CODE, REFUSED_LOGIN, OTHER_CHAIN, CHAIN_WENT_BACK, CONTRADICTION, OTHER_WALLET, COINS_TAKEN = (
    "unknown_code",
    "refused_login",
    "other_chain",
    "chain_went_back",
    "contradiction",
    "other_wallet",
    "coins_taken",
)
PROVIDER_LOGIN, PROVIDER_REFUSED, PROVIDER_CONTRADICTION = (
    "provider_login",
    "provider_refused",
    "provider_contradiction",
)
RECONCILIATION = "reconciliation"
UNEXPECTED = "unexpected"
FREEZE_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        UNKNOWN_CODE: "The node answered with an error that means nothing here. Look at its version and its log.",
        REFUSED_LOGIN: "The node refused our name or password. Compare its settings with ours.",
        OTHER_CHAIN: "The node is of another network than payouts.network under Rules says. Put right whichever is "
        "wrong, then lift the freeze.",
        CHAIN_WENT_BACK: "The node lost blocks it had shown before. Find out whether it was wiped or follows a fork.",
        CONTRADICTION: "The node's answers do not fit together. Compare the batch with another node or an explorer.",
        OTHER_WALLET: "The wallet does not know an address that clients were shown. Load the wallet that made it, or "
        "restore its backup: what is paid to its addresses is seen there alone.",
        COINS_TAKEN: "A transaction that is no payout of ours spent the coins of one, which has failed for it. The "
        "wallet's keys may be in somebody else's hands: find out who made it, and move the coins to a new wallet, "
        "before the freeze is lifted.",
        UNEXPECTED: "The payout process met something that no rule names, and stopped this method alone. Its log has "
        "the whole trace, and a repair may need a developer; nothing is lost meanwhile.",
        PROVIDER_LOGIN: "The payment service refused our credentials. Compare them with its developer page.",
        PROVIDER_REFUSED: "The payment service refused a batch; none of it was sent. Put right what it names: the same "
        "batch is sent again when the freeze is lifted.",
        PROVIDER_CONTRADICTION: "The payment service's answers do not fit what was sent. Compare the batch with its "
        "own activity page before anything else.",
        RECONCILIATION: "The books and the outside say different things. The page of the daily comparison names them, "
        "journal by journal: explain each there before the freeze is lifted.",
    }
)


# Why a batch was dissolved before it was signed, or what the node last said of a signed one. `not_taken_` has the
# code behind it by which the node did not take the bytes.
QUOTE_TOO_OLD, CANNOT_FUND = "quote_too_old", "cannot_fund"
WALLET_LOCKED, WRONG_PASSPHRASE = "wallet_locked", "wrong_passphrase"
# What a run waits for before there is a batch.
NO_RATE, TOO_FEW_COINS = "no_rate", "too_few_coins"
# Only a person ends these: payouts pause, and the alarm does not wait.
LOCKED_OUT = frozenset({WALLET_LOCKED, WRONG_PASSPHRASE})
WRONG_TRANSACTION = (
    "malformed",
    "outputs_differ",
    "extra_output",
    "unknown_input",
    "input_taken",
    "fee_beyond_cap",
    "txid_differs",
    "change_not_ours",
    "node_would_refuse",
)
# Another transaction has a batch's coins and pays its people: only a person can say who of them has been paid.
PAID_OTHERWISE = "paid_otherwise"
# It was confirmed, and its block is not in the chain any more.
REORGANISED = "reorganised"
ATTENTION_CODES = (
    QUOTE_TOO_OLD,
    CANNOT_FUND,
    WALLET_LOCKED,
    WRONG_PASSPHRASE,
    *WRONG_TRANSACTION,
    "not_taken_-25",
    "not_taken_-26",
    "wallet_does_not_know_it",
    "conflict_seen",
    "conflict_proved",
    PAID_OTHERWISE,
    REORGANISED,
)

# The service has the batch, and a day later still does not list everybody in it.
ITEMS_MISSING = "items_missing"
# What the last look at a payment service's batch came to.
PROVIDER_ATTENTION_CODES = (
    ITEMS_MISSING,
    "insufficient_funds",
    "refused",
    "too_old_to_send",
    "other_account",
    "not_found",
    "earlier_not_found",
    "not_proved",
    "given_up",
    "unknown_to_service",
)
# A batch that must not be sent twice, and that the service does not know after so many hours, needs a person.
UNKNOWN_HOURS = 24
# After this many days a sending that was not answered is over, and a person may give the batch up: one that began just
# before the last moment is included.
LATE_DAYS = 26


def may_move(old: str, new: str) -> bool:
    return new in MOVES[old]


# What an operator may say of a payment by hand, and the steps that it takes from each state.
SENT, ARRIVED, FAILED_BY_HAND = "sent", "arrived", "failed"
_STEPS_BY_HAND: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        (SIGNED, SENT): (BROADCAST,),
        (BROADCAST, SENT): (),
        (CONFIRMED, SENT): (),
        (SIGNED, ARRIVED): (BROADCAST, CONFIRMED),
        (BROADCAST, ARRIVED): (CONFIRMED,),
        (CONFIRMED, ARRIVED): (),
        (SIGNED, FAILED_BY_HAND): (FAILED,),
        (BROADCAST, FAILED_BY_HAND): (FAILED,),
        (FAILED, FAILED_BY_HAND): (),
        (REFUNDED, FAILED_BY_HAND): (),
    }
)


def steps_by_hand(state: str, txid: str, outcome: str, reference: str) -> tuple[str, ...] | None:
    """The states that a line of a list still goes through; none when it was said before. None when it cannot be: from
    this state, or under another reference than the one that was recorded."""
    steps = _STEPS_BY_HAND.get((state, outcome))
    is_other = bool(txid) and outcome != FAILED_BY_HAND and txid != reference
    return None if is_other else steps


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What the review of one withdrawal looks at; `day_micros` includes this withdrawal."""

    amount_micros: int
    day_micros: int
    is_shared_destination: bool
    usable_from: datetime
    # The screening had no clear answer when the destination was added.
    is_unclear: bool = False


@dataclass(frozen=True, slots=True)
class ReviewLimits:
    second_operator_from_micros: int
    day_micros: int


def hold_reasons(facts: ReviewFacts, limits: ReviewLimits, now: datetime) -> list[str]:
    """Why a person, or only time, must come before the approval; empty when it is automatic."""
    reasons = []
    if facts.is_shared_destination:
        reasons.append(SHARED_DESTINATION)
    if needs_second_operator(facts.amount_micros, limits.second_operator_from_micros):
        reasons.append(LARGE_AMOUNT)
    if facts.is_unclear:
        reasons.append(SCREENING_REVIEW)
    if facts.day_micros > limits.day_micros:
        reasons.append(VELOCITY)
    if now < facts.usable_from:
        reasons.append(NEW_DESTINATION)
    return reasons


def needs_second_operator(amount_micros: int, from_micros: int) -> bool:
    return amount_micros >= from_micros


def next_run_at(now: datetime, hour_utc: int) -> datetime:
    """The next daily run at that hour; `now` is in UTC. At the very hour it is tomorrow's: today's has begun."""
    today = now.replace(hour=hour_utc, minute=0, second=0, microsecond=0)
    return today if now < today else today + timedelta(days=1)


def units_for(net_micros: int, micros_per_coin: int) -> int:
    """The coin amount, in its smallest unit, that `net_micros` buy: rounded down, never more than owed."""
    return net_micros * UNITS_PER_COIN // micros_per_coin


def micros_of(units: int, micros_per_coin: int) -> int:
    """What `units` are worth, rounded up to a whole micro-dollar."""
    return -(-units * micros_per_coin // UNITS_PER_COIN)


def rounding_micros(net_micros: int, units: int, micros_per_coin: int) -> int:
    """What rounding down left of a withdrawal: whole micro-dollars, less than one unit's worth."""
    left = net_micros - micros_of(units, micros_per_coin)
    assert 0 <= left * UNITS_PER_COIN < micros_per_coin, "a payout would differ from its quote"
    return left


@dataclass(frozen=True, slots=True)
class Candidate:
    """An approved withdrawal, as the choice for a batch sees it."""

    withdrawal_id: UUID
    net_micros: int
    address: str
    script_hex: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What goes into the next batch, with the coin amounts; what is too small for the network; whether more is left
    than the wallet can pay now."""

    chosen: tuple[tuple[Candidate, int], ...]
    too_small: tuple[Candidate, ...]
    is_float_short: bool


def oldest_of_each(rows: Sequence[Row], payee_of: Callable[[Row], Hashable], most: int) -> list[Row]:
    """The first `most` rows, one for each payee: a batch pays a payee once, and whoever asks many times keeps nobody
    else from being seen."""
    first: dict[Hashable, Row] = {}
    for row in rows:
        first.setdefault(payee_of(row), row)
    return list(first.values())[:most]


def select_for_batch(
    candidates: Sequence[Candidate], micros_per_coin: int, float_units: int, least_units: int, most: int
) -> Selection:
    """Oldest first within the float; one output for a script, so that each output is one withdrawal's.

    Nobody is overtaken: the first that the float cannot pay ends the batch, or large ones would wait for ever.
    """
    chosen: list[tuple[Candidate, int]] = []
    too_small: list[Candidate] = []
    scripts: set[str] = set()
    left = float_units
    for candidate in candidates:
        units = units_for(candidate.net_micros, micros_per_coin)
        if units < least_units:
            too_small.append(candidate)
            continue
        if candidate.script_hex in scripts:
            continue
        if units > left:
            return Selection(tuple(chosen), tuple(too_small), True)
        if len(chosen) == most:
            break
        scripts.add(candidate.script_hex)
        chosen.append((candidate, units))
        left -= units
    return Selection(tuple(chosen), tuple(too_small), False)


# A run whose batch could not be signed makes the next one after so long, then after twice as long, and so on.
RETRY_SECONDS, LONGEST_RETRY_SECONDS = 120, 3_600


def retry_after(dissolved: int) -> timedelta:
    """How long a run waits after it had to dissolve so many batches, at least one."""
    doublings = min(dissolved - 1, 10)
    return timedelta(seconds=min(RETRY_SECONDS << doublings, LONGEST_RETRY_SECONDS))


# The wallet should always be able to pay this many days of what is usually asked for.
FLOAT_DAYS = 2


def float_days(float_micros: int, waiting_micros: int, daily_micros: int) -> int | None:
    """How many whole days of usual requests the wallet still pays, after what waits already; None where nobody asks
    for anything. Negative when not even what waits can be paid."""
    left = float_micros - waiting_micros
    if left < 0:
        return -1
    return left // daily_micros if daily_micros else None


def is_float_short(float_micros: int, waiting_micros: int, daily_micros: int) -> bool:
    days = float_days(float_micros, waiting_micros, daily_micros)
    return days is not None and days < FLOAT_DAYS


def is_clear_by_now(now: datetime, signed_at: datetime, attempted_at: datetime | None, repeats_safely: bool) -> bool:
    """Whether nothing of a batch can be on its way to the service any more. One that may be sent again counts from its
    signing, after which it is sent for SEND_DAYS; one that is sent only once from that sending, and is clear much
    sooner."""
    if repeats_safely:
        return now - signed_at >= timedelta(days=LATE_DAYS)
    return now - (attempted_at or signed_at) >= timedelta(hours=UNKNOWN_HOURS)


def may_give_up(state: str, is_in_doubt: bool, is_clear: bool) -> bool:
    """Whether a person with proof may say that the service never took the batch; `is_clear` by is_clear_by_now."""
    return state == SIGNED and (not is_in_doubt or is_clear)


# How long a batch of a payment service may be sent with its id: PayPal forgets ids after 30 days and would pay again.
SEND_DAYS = 25


def following_state(state: str, meaning: str) -> str | None:
    """Where a payment service's word (rails.provider) leads a withdrawal; None where it changes nothing.

    Not paid before it was confirmed is failed, after it is returned: the difference is what the books must undo.
    """
    if meaning == PAID:
        return CONFIRMED if state == BROADCAST else None
    if meaning == NOT_PAID:
        return {BROADCAST: FAILED, CONFIRMED: RETURNED}.get(state)
    return None


def is_paid_after_all(state: str, meaning: str) -> bool:
    """The service says paid where it had said that it never will be: a person must look before anybody is refunded."""
    return meaning == PAID and state in (FAILED, RETURNED, REFUNDED)


def states_its_fee(was_confirmed: bool, state: str, meaning: str) -> bool:
    """Whether a word of the service on a payee says what it took for them. It does of one that was paid, also when
    that comes back. Before, its fee is an estimate; a later word that it still waits is an older answer; and on what
    was paid after all a person decides."""
    return was_confirmed and meaning in (PAID, NOT_PAID) and not is_paid_after_all(state, meaning)


def last_weekly(now: datetime, weekday: int, hour_utc: int) -> datetime:
    """The newest moment, not after `now` (UTC), at that hour of that ISO weekday (1 is Monday)."""
    at = now.replace(hour=hour_utc, minute=0, second=0, microsecond=0) - timedelta(
        days=(now.isoweekday() - weekday) % 7
    )
    return at if at <= now else at - timedelta(days=7)
