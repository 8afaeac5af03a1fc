"""Whether the books and the world outside say the same. Pure: facts in, differences out.

What is compared, and what each difference stops, is in docs/policies/payouts.md, "Every day the books meet the world".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

UNKNOWN_SPEND, PAYMENT_MISSING, PAYMENT_DIFFERS, WALLET_SHORT, WALLET_OVER = (
    "unknown_spend",
    "payment_missing",
    "payment_differs",
    "wallet_short",
    "wallet_over",
)
DEPOSIT_MISSING, DEPOSIT_DIFFERS, UNKNOWN_ARRIVAL, NOT_CREDITED = (
    "deposit_missing",
    "deposit_differs",
    "unknown_arrival",
    "not_credited",
)
BOOKS_LACK, BOOKS_DIFFER, BOOKS_EXTRA, PAID_AFTER_ALL, FEE_DIFFERS = (
    "books_lack",
    "books_differ",
    "books_extra",
    "paid_after_all",
    "fee_differs",
)
DIFFERENCE_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        UNKNOWN_SPEND: "The wallet spent coins by a transaction that is no payout of ours. Find out who made it: the "
        "wallet's keys may be in somebody else's hands.",
        DEPOSIT_MISSING: "A client's deposit was credited, and its coins are not in the wallet: another transaction "
        "has them, or the wallet is another one. Compare with an explorer; Reverse takes the credit back.",
        DEPOSIT_DIFFERS: "A client's deposit was credited with another amount of coins than arrived. Compare the "
        "transaction with an explorer.",
        UNKNOWN_ARRIVAL: "Coins arrived at an address of the wallet that no client was shown. If the house sent them "
        "itself, say so; else find out whose they are.",
        NOT_CREDITED: "Coins arrived at a client's address long ago and nobody kept them. The log of the background "
        "process says why; until it is mended, record them as a deposit by hand.",
        PAYMENT_MISSING: "The books say paid, and the other side does not know the payment. Compare with an explorer "
        "or the service's activity page.",
        PAYMENT_DIFFERS: "The payment outside is of another amount than ours. Compare it line by line before anything "
        "else is paid.",
        WALLET_SHORT: "The wallet holds less than its own payments and receipts leave. Look for a spend that the node "
        "does not list: a restored or copied wallet, or coins moved by hand.",
        WALLET_OVER: "The wallet holds more than its own payments and receipts leave. Nothing is lost; find out where "
        "it came from.",
        BOOKS_LACK: "It was paid outside, and the journal that should say so is not there.",
        BOOKS_DIFFER: "The journal says another amount than what was paid outside.",
        BOOKS_EXTRA: "A journal says that money went out, and no payment outside explains it.",
        PAID_AFTER_ALL: "The service says paid of a withdrawal that was failed or returned here. Refund nobody; if it "
        "was refunded already, somebody was paid twice.",
        # Of records made before such a change was booked by itself.
        FEE_DIFFERS: "The service took another fee than the one that was booked. Such a change is booked by itself by "
        "now.",
    }
)
# What nobody may pay on top of. The others are told, and payouts go on.
STOPPING = frozenset(DIFFERENCE_TEXTS) - {WALLET_OVER, FEE_DIFFERS, UNKNOWN_ARRIVAL, NOT_CREDITED}

# What the figures of a difference count; those of the others are words.
IN_COINS = frozenset(
    {UNKNOWN_SPEND, PAYMENT_DIFFERS, WALLET_SHORT, WALLET_OVER}
    | {DEPOSIT_MISSING, DEPOSIT_DIFFERS, UNKNOWN_ARRIVAL, NOT_CREDITED}
)
IN_MICROS = frozenset({BOOKS_LACK, BOOKS_DIFFER, BOOKS_EXTRA, FEE_DIFFERS})

# A wallet's amount that is not what it should be: once explained, the next comparison begins from it.
OF_WALLET = frozenset({WALLET_SHORT, WALLET_OVER})

# What a wallet's transaction is of ours. BEFORE: a spend from before the first reconciliation, which is not judged.
# MOVED: from the wallet of clients' deposits to the one that pays out.
PAYOUT, RESCUE, BY_HAND, RECEIPT, UNKNOWN, BEFORE = "payout", "rescue", "by_hand", "receipt", "unknown", "before"
MOVED = "moved"
KINDS = (PAYOUT, RESCUE, BY_HAND, RECEIPT, UNKNOWN, BEFORE, MOVED)


@dataclass(frozen=True, slots=True)
class WalletEntry:
    """One line of the node's list. A transaction has one for each output that is not change; every line of a spend
    repeats its whole fee (at most zero), and amounts that leave are below zero."""

    txid: str
    category: str
    units: int
    fee_units: int
    confirmations: int
    is_abandoned: bool = False


@dataclass(frozen=True, slots=True)
class WalletTransaction:
    """`sent_units` left by it, `fee_units` of it as the fee; `units` is what it changes the balance by. `is_counted` as
    the node's own balance counts it: confirmed, or a spend of ours that waits."""

    txid: str
    units: int
    sent_units: int
    confirmations: int
    is_spend: bool
    is_counted: bool
    fee_units: int = 0


def wallet_transactions(entries: Iterable[WalletEntry]) -> dict[str, WalletTransaction]:
    """By transaction id. Mined coins count from their maturity on, as in the node's balance."""
    by_txid: dict[str, list[WalletEntry]] = {}
    for entry in entries:
        by_txid.setdefault(entry.txid, []).append(entry)
    found = {}
    for txid, lines in by_txid.items():
        spends = [line for line in lines if line.category == "send"]
        fee = -spends[0].fee_units if spends else 0
        sent = fee - sum(line.units for line in spends)
        received = sum(line.units for line in lines if line.category in ("receive", "generate"))
        confirmations = lines[0].confirmations
        is_counted = confirmations > 0 or (confirmations == 0 and bool(spends))
        found[txid] = WalletTransaction(
            txid,
            received - sent,
            sent,
            confirmations,
            bool(spends),
            is_counted and not any(line.is_abandoned for line in lines),
            fee,
        )
    return found


@dataclass(frozen=True, slots=True)
class Payment:
    """A signed batch as the books know it: its lines and fee, and the journals that say it was paid, key to micros,
    once it is confirmed."""

    batch_id: str
    txid: str
    units: int
    is_confirmed: bool
    journals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """`subject` names what it is about; with `code` it is the same difference as yesterday. `journals` are the keys of
    the journals that say otherwise, or that are missing."""

    code: str
    subject: str
    books: str
    outside: str
    journals: tuple[str, ...] = ()


def judge_payments(payments: Sequence[Payment], seen: Mapping[str, WalletTransaction]) -> list[Difference]:
    """Each of ours must be in the wallet, of its amount. One that is only sent may wait to be known; follow_batch sends
    it again."""
    found = []
    for payment in payments:
        transaction = seen.get(payment.txid)
        keys = tuple(sorted(payment.journals))
        if transaction is None or transaction.confirmations < 0:
            if payment.is_confirmed:
                found.append(Difference(PAYMENT_MISSING, payment.batch_id, payment.txid, _seen(transaction), keys))
        elif transaction.sent_units != payment.units:
            found.append(
                Difference(PAYMENT_DIFFERS, payment.batch_id, str(payment.units), str(transaction.sent_units), keys)
            )
    return found


def _seen(transaction: WalletTransaction | None) -> str:
    return "not in the wallet" if transaction is None else f"excluded ({transaction.confirmations})"


def judge_spends(kinds: Mapping[str, str], seen: Mapping[str, WalletTransaction]) -> list[Difference]:
    """Every spend of the wallet must be somebody's of ours."""
    return [
        Difference(UNKNOWN_SPEND, txid, "no payout", str(seen[txid].sent_units))
        for txid, kind in sorted(kinds.items())
        if kind == UNKNOWN and txid in seen and seen[txid].is_counted
    ]


@dataclass(frozen=True, slots=True)
class Credit:
    """A client's arrival as the books know it. `subject` is its place in the chain, `seen_units` what lies there by the
    wallet: None where it knows none, or another transaction has the coins. `journal` says `micros` came in."""

    subject: str
    units: int
    seen_units: int | None
    journal: str
    micros: int


def judge_credits(credited: Sequence[Credit]) -> list[Difference]:
    """What was credited must lie in the wallet, or at least wait: a reorganisation usually brings it back."""
    found = []
    for one in credited:
        if one.seen_units is None:
            found.append(Difference(DEPOSIT_MISSING, one.subject, str(one.units), "0", (one.journal,)))
        elif one.seen_units != one.units:
            figures = str(one.units), str(one.seen_units)
            found.append(Difference(DEPOSIT_DIFFERS, one.subject, *figures, (one.journal,)))
    return found


@dataclass(frozen=True, slots=True)
class Stray:
    """An arrival that nobody was credited for: `is_clients` says that a client was shown the address."""

    subject: str
    units: int
    is_clients: bool


def judge_strays(strays: Sequence[Stray]) -> list[Difference]:
    return [
        Difference(NOT_CREDITED if one.is_clients else UNKNOWN_ARRIVAL, one.subject, "0", str(one.units))
        for one in sorted(strays, key=lambda one: one.subject)
    ]


def judge_float(expected_units: int, wallet_units: int) -> list[Difference]:
    """The subject is the amount: while it is missing it is one difference. Once explained it is part of what is
    expected, and the same amount missing once more is another one."""
    left = wallet_units - expected_units
    if not left:
        return []
    code = WALLET_SHORT if left < 0 else WALLET_OVER
    return [Difference(code, str(left), str(expected_units), str(wallet_units))]


def explained_parts(booked: Mapping[str, int], total_micros: int) -> dict[str, int]:
    """What each of the journals of one fact should say when together they must say `total_micros`: what it says, but
    the last, which has the rest."""
    parts = dict(booked)
    if parts:
        parts[next(reversed(parts))] += total_micros - sum(parts.values())
    return parts


def figure(text: str) -> int | None:
    """A figure as it is kept in a difference; None for words."""
    return int(text) if text.removeprefix("-").isdecimal() else None


def judge_books(wanted: Mapping[str, int], found: Mapping[str, int], explained: Mapping[str, int]) -> list[Difference]:
    """Journals that took money out of the house, key to micros. `wanted` must be there, for `found` there must be a
    reason: it is wanted, or `explained` otherwise with the same amount."""
    differences = []
    for key, micros in sorted(wanted.items()):
        if key not in found:
            differences.append(Difference(BOOKS_LACK, key, "0", str(micros), (key,)))
    for key, micros in sorted(found.items()):
        expected = wanted.get(key, explained.get(key))
        if expected is None:
            differences.append(Difference(BOOKS_EXTRA, key, str(micros), "0", (key,)))
        elif expected != micros:
            differences.append(Difference(BOOKS_DIFFER, key, str(micros), str(expected), (key,)))
    return differences
