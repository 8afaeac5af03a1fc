"""Differences between books and world, decided on facts alone; every figure is worked out by hand."""

from tagwork.payouts import reconcile_rules
from tagwork.payouts.reconcile_rules import (
    BOOKS_DIFFER,
    BOOKS_EXTRA,
    BOOKS_LACK,
    DIFFERENCE_TEXTS,
    PAYMENT_DIFFERS,
    PAYMENT_MISSING,
    STOPPING,
    UNKNOWN_SPEND,
    WALLET_OVER,
    WALLET_SHORT,
    Payment,
    WalletEntry,
    judge_books,
    judge_float,
    judge_payments,
    judge_spends,
    wallet_transactions,
)


def codes(found: list[reconcile_rules.Difference]) -> list[tuple[str, str]]:
    return [(one.code, one.subject) for one in found]


def test_a_spend_of_two_outputs_has_its_fee_once() -> None:
    # Litecoin Core repeats the fee of the whole transaction in every entry of it.
    seen = wallet_transactions([WalletEntry("a", "send", -700, -30, 1), WalletEntry("a", "send", -300, -30, 1)])["a"]
    assert (seen.units, seen.sent_units, seen.is_spend, seen.is_counted) == (-1_030, 1_030, True, True)


def test_coins_count_as_the_node_s_balance_counts_them() -> None:
    entries = [
        WalletEntry("received", "receive", 500, 0, 1),
        WalletEntry("waits", "receive", 500, 0, 0),
        WalletEntry("ours waits", "send", -100, -2, 0),
        WalletEntry("excluded", "send", -100, -2, -3),
        WalletEntry("given up", "send", -100, -2, 0, is_abandoned=True),
        WalletEntry("mined", "generate", 50, 0, 101),
        WalletEntry("young", "immature", 50, 0, 100),
        WalletEntry("to ourselves", "send", -40, -2, 1),
        WalletEntry("to ourselves", "receive", 40, 0, 1),
    ]
    seen = wallet_transactions(entries)
    counted = {txid: one.units for txid, one in seen.items() if one.is_counted and one.units}
    assert counted == {"received": 500, "ours waits": -102, "mined": 50, "to ourselves": -2}


def test_a_confirmed_payment_must_be_in_the_wallet_with_its_amount() -> None:
    seen = wallet_transactions(
        [
            WalletEntry("a", "send", -1_000, -30, 7),
            WalletEntry("b", "send", -999, -30, 7),
            WalletEntry("d", "send", -5, -1, -2),
        ]
    )
    payments = [
        Payment("A", "a", 1_030, True),
        Payment("B", "b", 1_030, True),
        Payment("C", "c", 1_030, True, {"k": 1}),
        Payment("D", "d", 6, True),
        Payment("E", "e", 1_030, False),  # only signed: it is sent again by itself
    ]
    found = judge_payments(payments, seen)
    assert codes(found) == [(PAYMENT_DIFFERS, "B"), (PAYMENT_MISSING, "C"), (PAYMENT_MISSING, "D")]
    assert found[1].journals == ("k",)


def test_a_spend_that_is_nobody_s_is_named() -> None:
    seen = wallet_transactions([WalletEntry("x", "send", -50, -1, 1), WalletEntry("y", "send", -50, -1, -1)])
    kinds = {"x": reconcile_rules.UNKNOWN, "y": reconcile_rules.UNKNOWN, "z": reconcile_rules.PAYOUT}
    assert codes(judge_spends(kinds, seen)) == [(UNKNOWN_SPEND, "x")]


def test_a_short_wallet_stops_and_a_full_one_does_not() -> None:
    assert judge_float(500, 500) == []
    assert codes(judge_float(500, 499)) == [(WALLET_SHORT, "-1")]
    assert codes(judge_float(500, 502)) == [(WALLET_OVER, "2")]
    assert reconcile_rules.WALLET_SHORT in reconcile_rules.STOPPING
    assert reconcile_rules.WALLET_OVER not in reconcile_rules.STOPPING


def test_every_journal_has_a_payment_and_every_payment_its_journal() -> None:
    found = judge_books({"a": 10, "b": 20}, {"a": 10, "c": 5, "d": 7, "e": 9}, {"c": 5, "d": 8})
    assert codes(found) == [(BOOKS_LACK, "b"), (BOOKS_DIFFER, "d"), (BOOKS_EXTRA, "e")]


def test_each_code_has_its_words() -> None:
    assert set(DIFFERENCE_TEXTS) > STOPPING
