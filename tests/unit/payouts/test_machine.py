"""Money in, through and out, in any order, with lost answers, reorganisations and replays (Hypothesis, both databases).

The operations are the real ones; coins go through two stand-ins for a Bitcoin Cash node, one that pays out and one
that takes clients' coins in, each with a chain of its own that is read here by a reader of its own.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tagwork.kit import clock
from tagwork.kit import settings as policies
from tagwork.kit.errors import Refusal, WrongState
from tagwork.kit.models import OutboxEvent
from tagwork.ledger.models import Account, Hold, Journal, Posting
from tagwork.ledger.operations.hold import open_hold, settle_holds
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.rebuild import differing_balances
from tagwork.ledger.operations.seal import extend_chain
from tagwork.ledger.queries import balance_micros, totals_by_kind, verify
from tagwork.ledger.rules import MAY_BE_NEGATIVE, AccountRef, Kind, Settlement
from tagwork.payouts import deposit_rules, rules
from tagwork.payouts.errors import BelowMinimum, InsufficientFunds
from tagwork.payouts.journals import worker_main
from tagwork.payouts.models import (
    Batch,
    CoinReceipt,
    Deposit,
    DepositAddress,
    Freeze,
    Rescue,
    Withdrawal,
    WithdrawalEvent,
)
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.give_deposit_address import give_deposit_address
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.record_confirmed import record_confirmed
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.record_returned import record_returned
from tagwork.payouts.operations.record_sent import record_sent
from tagwork.payouts.operations.refund_client import refund_client
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.release_held import release_held
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.reverse_deposit import reverse_deposit
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.operations.run_payouts import run_payouts
from tagwork.payouts.operations.watch_deposits import watch_deposits
from tests.builders import people
from tests.builders.bchn import PASSWORD, USER, Parsed, address_of, fake_bchn, script_of
from tests.chaos.counts import IS_LONG, SEED, rounds, tell
from tests.unit.payouts.coin_setup import set_up
from tests.unit.payouts.conftest import set_policy

# $3.33333333 a thousandth of a coin: almost no amount is a whole number of satoshi.
MICROS_PER_COIN = 333_333_333
BY_HAND_FEE_MICROS = 30_000
MINIMUM_MICROS = 500_000
CONFIRMATIONS = 2
DEPOSIT_CONFIRMATIONS = 3
# What the network does not carry is no deposit.
DUST_UNITS = 546
# What a withdrawal's own journals have moved, by its state: the kinds of account that hold its money.
HELD = frozenset({rules.REQUESTED, rules.HELD, rules.APPROVED, rules.BATCHED})
CLEARING = frozenset({rules.SIGNED, rules.BROADCAST, rules.FAILED, rules.RETURNED})
BACK = frozenset({rules.CANCELLED, rules.REFUNDED})

micros = st.integers(1, 20_000_000)
workers = st.integers(1, 3)
numbers = st.integers(0, 999)
units = st.one_of(st.sampled_from([1, DUST_UNITS - 1, DUST_UNITS]), st.integers(1, 4_000_000))


@dataclass
class Paid:
    """One output to an address that a client was shown, as whoever sent it knows it."""

    txid: str
    vout: int
    client: int
    units: int
    # What the house booked for it; None while it has not. Never booked twice, whatever was taken back.
    micros: int | None = None
    is_taken_back: bool = False


class Paying(RuleBasedStateMachine):
    """Clients pay in, in dollars and in coins; work is paid to balances."""

    deposits = Bundle("deposits")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.around = ExitStack()
        self.node = self.around.enter_context(fake_bchn())
        self.till = self.around.enter_context(fake_bchn("till"))
        nodes = {"bch": (self.node.url, USER, PASSWORD)}
        tills = {"bch": (self.till.url, USER, PASSWORD)}
        self.around.enter_context(override_settings(PAYOUT_NODES=nodes, PAYOUT_PASSPHRASES={}, DEPOSIT_NODES=tills))
        policies.forget()
        set_up(confirmations=CONFIRMATIONS, coin="bch")
        set_policy("payouts.bch.micros_per_coin", MICROS_PER_COIN)
        set_policy("payouts.deposit_confirmations", DEPOSIT_CONFIRMATIONS)
        set_policy("payouts.methods", ["bch", "manual"])
        set_policy("payouts.manual.minimum_micros", MINIMUM_MICROS)
        set_policy("payouts.manual.fee_micros", BY_HAND_FEE_MICROS)
        for _ in range(6):
            self.node.give(100_000_000)
        self.operator, self.client = people.operator(), people.client()
        self.organisation = self.client.organisation
        self.available = AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{self.organisation.id}")
        stranger = people.outsider()
        self.clients = [(self.organisation, self.client.person), (stranger.memberships.get().organisation, stranger)]
        self.shown: dict[int, str] = {}
        self.paid: list[Paid] = []
        self.escrow = AccountRef(Kind.PROJECT_ESCROW, "project:machine")
        self.count = 0
        self.paid_in = self.given_back = self.fees_of_work = 0
        self.reversed: set[UUID] = set()
        self.earned = Counter[int]()
        self.scripts: dict[UUID, bytes] = {}
        self.replays: list[Callable[[], object]] = []
        self.in_coins: list[UUID] = []
        self.by_hand: list[UUID] = []
        # Batches whose coins another transaction took, and how many of their lines it paid, the first ones.
        self.replaced: dict[UUID, int] = {}

    def teardown(self) -> None:
        self.around.close()
        transaction.savepoint_rollback(self.savepoint)
        policies.forget()

    def number(self) -> int:
        self.count += 1
        return self.count

    def once(self, act: Callable[[], Any]) -> Any:
        """The act, which is tried again at some later time."""
        first = act()
        self.replays.append(act)
        return first

    # The client's money.

    @initialize()
    def clients_begin(self) -> None:
        self.pay_in(20_000_000)
        for client in (0, 1):
            self.show_an_address(client)
            self.coins_are_sent(client, [1_000_000 + client, 400_000, DUST_UNITS - 1])
        self.deposits_are_buried(DEPOSIT_CONFIRMATIONS, is_looked_at=True)
        self.a_payers_coins_are_spent_again(0, 900_000, is_to_us=True, is_credited=False)
        self.look_for_deposits(MICROS_PER_COIN)
        self.coins_are_sent(0, [700_000])

    @rule(target=deposits, amount=micros)
    def pay_in(self, amount: int) -> UUID:
        key = f"deposit-{self.number()}"
        self.paid_in += amount
        return UUID(str(self.once(lambda: record_deposit(self.organisation, amount, "a wire", self.operator, key))))

    @rule(deposit=deposits)
    def take_back_a_deposit(self, deposit: UUID) -> None:
        amount = Deposit.objects.get(id=deposit).amount_micros
        if deposit in self.reversed:
            reverse_deposit(deposit, "a mistake", self.operator)
        elif balance_micros(self.available) < amount:
            with pytest.raises(WrongState):
                reverse_deposit(deposit, "a mistake", self.operator)
        else:
            self.once(lambda: reverse_deposit(deposit, "a mistake", self.operator))
            self.reversed.add(deposit)
            self.paid_in -= amount

    @rule(amount=micros)
    def refund_the_client(self, amount: int) -> None:
        key = f"refund-{self.number()}"

        def act() -> None:
            refund_client(self.organisation, amount, "sent back", self.operator, key)

        if balance_micros(self.available) < amount:
            with pytest.raises(InsufficientFunds):
                act()
            return
        self.once(act)
        self.given_back += amount

    # Pay, as projects and quality post it.

    @rule(worker=workers, pay=micros, fee=st.integers(0, 1_000_000))
    def work(self, worker: int, pay: int, fee: int) -> None:
        if balance_micros(self.available) < pay + fee:
            return
        number, owner = self.number(), f"worker:{people.worker(worker).id}"
        lines = [(self.available, -pay - fee), (self.escrow, pay + fee)]
        self.once(lambda: post(key=f"reserve:{number}", kind="reserve", lines=lines))
        hold = f"submission:{number}"
        self.once(lambda: open_hold(key=hold, owner=owner, source=self.escrow, amount_micros=pay, fee_micros=fee))
        self.once(lambda: settle_holds([Settlement(hold, pay, fee)]))
        self.earned[worker] += pay
        self.fees_of_work += fee

    # The client's coins.

    @rule(client=st.integers(0, 1))
    def show_an_address(self, client: int) -> None:
        organisation, member = self.clients[client]
        address = self.once(lambda: give_deposit_address(organisation, "bch", member))
        assert self.shown.setdefault(client, address) == address
        assert len(set(self.shown.values())) == len(self.shown)
        with pytest.raises(Refusal):
            give_deposit_address(organisation, "bch", self.clients[1 - client][1])

    @rule(client=st.integers(0, 1), outputs=st.lists(units, min_size=1, max_size=3))
    def coins_are_sent(self, client: int, outputs: list[int]) -> None:
        if client in self.shown:
            self.keep(self.till.pay(self.shown[client], *outputs), client, outputs)

    @rule(to=units)
    def coins_are_sent_to_nobodys_address(self, to: int) -> None:
        """An operator's own address of that wallet, and one of somebody else."""
        self.till.pay(address_of(self.till.own_script()), to)
        self.till.pay(self.till.stranger(self.number()), to)

    def keep(self, txid: str, client: int, outputs: list[int]) -> None:
        self.paid += [Paid(txid, vout, client, amount) for vout, amount in enumerate(outputs)]

    @rule(blocks=st.integers(1, DEPOSIT_CONFIRMATIONS), is_looked_at=st.booleans())
    def deposits_are_buried(self, blocks: int, is_looked_at: bool) -> None:
        for _ in range(blocks):
            self.till.mine()
            if is_looked_at:
                self.look_for_deposits(MICROS_PER_COIN)

    @rule(depth=st.integers(1, DEPOSIT_CONFIRMATIONS + 1), is_looked_at=st.booleans())
    def deposits_lose_their_blocks(self, depth: int, is_looked_at: bool) -> None:
        self.till.reorganise(min(depth, len(self.till.blocks)))
        if is_looked_at:
            self.look_for_deposits(MICROS_PER_COIN)

    @rule(number=numbers, amount=units, is_to_us=st.booleans(), is_credited=st.booleans())
    def a_payers_coins_are_spent_again(self, number: int, amount: int, is_to_us: bool, is_credited: bool) -> None:
        """To the same address, or away; at best after the first was credited and a reorganisation set it free."""
        listed = [one for one in self.paid if one.vout == 0 and self.till.is_known(one.txid)]
        if not listed:
            return
        first = listed[number % len(listed)]
        if is_credited:
            self.till.mine(DEPOSIT_CONFIRMATIONS)
            self.look_for_deposits(MICROS_PER_COIN)
        self.till.reorganise(self.till.depth(first.txid))
        to = script_of(self.shown[first.client] if is_to_us else self.till.stranger(self.number()))
        made = self.till.overtake(first.txid, [(amount, to)])
        if is_to_us:
            self.keep(made, first.client, [amount])
        self.till.mine(DEPOSIT_CONFIRMATIONS)

    def may_be_credited(self, one: Paid) -> bool:
        """By the chain alone: deep enough, and its coins do not count already."""
        is_deep = self.till.depth(one.txid) >= DEPOSIT_CONFIRMATIONS
        return is_deep and one.micros is None and one.units >= DUST_UNITS and not self.counts_already(one)

    def counts_already(self, one: Paid) -> bool:
        rivals = [other for other in self.paid if other.txid != one.txid and self.coins_of(other) & self.coins_of(one)]
        return any(other.micros is not None and not other.is_taken_back for other in rivals)

    def coins_of(self, one: Paid) -> set[tuple[str, int]]:
        return {coin for coin, _, _ in Parsed.read(self.till.transactions[one.txid]).inputs}

    def watch(self, micros_per_coin: int) -> None:
        """One poll: whatever it credits might be, and for what it was worth by the rate of that moment."""
        allowed = {(one.txid, one.vout) for one in self.paid if self.may_be_credited(one)}
        credited = watch_deposits()
        found = {(row.txid, row.vout): row for row in CoinReceipt.objects.select_related("deposit", "address")}
        fresh = [one for one in self.paid if one.micros is None and self.deposit_of(found, one) is not None]
        assert credited <= len(fresh) and {(one.txid, one.vout) for one in fresh} <= allowed
        for one in fresh:
            deposit = self.deposit_of(found, one)
            assert deposit is not None
            one.micros = one.units * micros_per_coin // 10**8
            assert (deposit.amount_micros, deposit.units) == (one.micros, one.units)
            assert deposit.organisation == self.clients[one.client][0]
            self.paid_in += one.micros

    def deposit_of(self, found: dict[tuple[str, int], CoinReceipt], one: Paid) -> Deposit | None:
        row = found.get((one.txid, one.vout))
        return None if row is None else row.deposit

    @rule(micros_per_coin=st.sampled_from([MICROS_PER_COIN, 350_000_003]))
    def look_for_deposits(self, micros_per_coin: int) -> None:
        set_policy("payouts.bch.micros_per_coin", micros_per_coin)
        # One poll brings what was excluded back, the next credits it; from then on a poll finds nothing new.
        self.watch(micros_per_coin)
        self.watch(micros_per_coin)
        before = self.snapshot()
        assert watch_deposits() == 0
        assert self.snapshot() == before, "a look that found nothing new changed something"
        set_policy("payouts.bch.micros_per_coin", MICROS_PER_COIN)
        assert not [one for one in self.paid if self.may_be_credited(one)], "something deep enough was not credited"
        rows = {(row.txid, row.vout): row for row in CoinReceipt.objects.all()}
        for one in self.paid:
            if one.units >= DUST_UNITS and not one.is_taken_back and (one.txid, one.vout) in rows:
                assert rows[one.txid, one.vout].attention == self.wanted_attention(one), one

    def wanted_attention(self, one: Paid) -> str:
        depth = self.till.depth(one.txid)
        if one.micros is None:
            is_double = depth >= DEPOSIT_CONFIRMATIONS and self.counts_already(one)
            return deposit_rules.REPLACES if is_double else ""
        is_replaced = any(self.till.depth(str(self.till.spent_by(coin))) for coin in self.coins_of(one))
        return "" if depth else deposit_rules.REPLACED if is_replaced else deposit_rules.REORGANISED

    @rule(calls=st.integers(0, 8), is_done=st.booleans())
    def look_for_deposits_and_lose_an_answer(self, calls: int, is_done: bool) -> None:
        self.till.calls_to_cut, self.till.is_done_when_cut = calls, is_done
        self.watch(MICROS_PER_COIN)
        self.till.calls_to_cut = None

    @rule()
    def look_for_deposits_without_a_rate(self) -> None:
        due = [one for one in self.paid if self.may_be_credited(one)]
        set_policy("payouts.bch.micros_per_coin", 0)
        assert watch_deposits() == 0 and watch_deposits() == 0
        waiting = CoinReceipt.objects.filter(attention=deposit_rules.NO_RATE).values_list("txid", "vout")
        assert {(one.txid, one.vout) for one in due} <= set(waiting)
        set_policy("payouts.bch.micros_per_coin", MICROS_PER_COIN)

    @rule(number=numbers)
    def take_back_a_deposit_in_coins(self, number: int) -> None:
        credited = [one for one in self.paid if one.micros is not None]
        if not credited:
            return
        one = credited[number % len(credited)]
        deposit = CoinReceipt.objects.get(txid=one.txid, vout=one.vout).deposit
        assert deposit is not None and one.micros is not None
        owner = AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{deposit.organisation_id}")
        made = deposit.id
        if one.is_taken_back:
            reverse_deposit(made, "a mistake", self.operator)
        elif balance_micros(owner) < one.micros:
            with pytest.raises(WrongState):
                reverse_deposit(made, "a mistake", self.operator)
        else:
            self.once(lambda: reverse_deposit(made, "a mistake", self.operator))
            one.is_taken_back = True
            self.paid_in -= one.micros

    @invariant()
    def what_came_in_coins_is_what_the_chain_paid_and_counts_once(self) -> None:
        counted = sum(one.micros for one in self.paid if one.micros is not None and not one.is_taken_back)
        assert -balance_micros(AccountRef(Kind.EXTERNAL_IN, "method:bch")) == counted
        scripts = {script_of(address): client for client, address in self.shown.items()}
        credited = {(row.txid, row.vout): row for row in CoinReceipt.objects.filter(state=deposit_rules.CREDITED)}
        assert credited.keys() == {(one.txid, one.vout) for one in self.paid if one.micros is not None}
        for (txid, vout), row in credited.items():
            amount, script = Parsed.read(self.till.transactions[txid]).outputs[vout]
            owner = self.clients[scripts[script]][0]
            assert row.units == amount and row.deposit is not None and row.deposit.organisation_id == owner.id
            journals = Journal.objects.filter(subject=f"deposit:{row.deposit_id}").exclude(
                key__startswith="deposit-rev"
            )
            assert [journal.detail["txid"] for journal in journals] == [txid]
        # No coin of a payer stands twice on the side of the house.
        spent = [coin for one in self.paid if one.vout == 0 and self.is_counted(one) for coin in self.coins_of(one)]
        assert len(spent) == len(set(spent))

    def is_counted(self, one: Paid) -> bool:
        outputs = [other for other in self.paid if other.txid == one.txid]
        return any(other.micros is not None and not other.is_taken_back for other in outputs)

    # Replays and the chain of hashes.

    @rule(number=st.integers(0, 10_000))
    def replay_an_earlier_act(self, number: int) -> None:
        if self.replays:
            self.replay(self.replays[number % len(self.replays)])

    def replay(self, act: Callable[[], object]) -> None:
        before = self.snapshot()
        try:
            with transaction.atomic():
                act()
        except Refusal:
            pass  # the state has gone on; what matters is that nothing moved
        assert self.snapshot() == before

    def snapshot(self) -> list[Any]:
        return [
            sorted(Account.objects.values_list("kind", "owner", "balance_micros")),
            sorted(Withdrawal.objects.values_list("id", "state", "version", "txid")),
            sorted(Batch.objects.values_list("id", "state", "confirmations", "raw_transaction")),
            sorted(Hold.objects.values_list("id", "state", "paid_micros")),
            sorted(Rescue.objects.values_list("txid", flat=True)),
            sorted(Freeze.objects.values_list("id", "lifted_at")),
            Journal.objects.count(),
            Posting.objects.count(),
            Deposit.objects.count(),
            sorted(
                CoinReceipt.objects.values_list("txid", "vout", "state", "confirmations", "attention", "is_watched")
            ),
            DepositAddress.objects.count(),
            WithdrawalEvent.objects.count(),
            OutboxEvent.objects.count(),
        ]

    @rule(limit=st.integers(1, 50))
    def seal(self, limit: int) -> None:
        extend_chain(limit)

    # What holds after every step.

    @invariant()
    def the_books_verify_and_rebuilding_them_changes_nothing(self) -> None:
        report = verify()
        assert report.ok, [check for check in report.checks if not check[1]]
        assert differing_balances() == []
        totals = totals_by_kind()
        assert sum(totals.values()) == 0
        assert all(total >= 0 for kind, total in totals.items() if kind not in MAY_BE_NEGATIVE)

    @invariant()
    def what_clients_paid_in_is_all_there_is(self) -> None:
        totals = totals_by_kind()
        assert -totals[Kind.EXTERNAL_IN] == self.paid_in
        assert totals[Kind.PLATFORM_FEE] == self.fees_of_work
        open_micros = Counter[Any]()
        for row in Withdrawal.objects.exclude(state__in=BACK):
            open_micros[row.worker_id] += row.amount_micros
        for worker in (1, 2, 3):
            person = people.worker(worker)
            assert balance_micros(worker_main(person.id)) == self.earned[worker] - open_micros[person.id]
        at_work = sum(self.earned.values()) + self.fees_of_work
        left = self.paid_in - self.given_back - at_work
        assert totals[Kind.CLIENT_AVAILABLE] + totals[Kind.PROJECT_ESCROW] == left


class Money(Paying):
    """And workers withdraw."""

    @initialize()
    def workers_begin(self) -> None:
        self.pay_in(20_000_000)
        for worker in (1, 2):
            self.work(worker, 9_000_000, 10_000)
            self.withdraw_in_coins(worker, 1_000_000 + worker)
            self.withdraw_by_hand(worker, 1_500_000)

    def state(self, withdrawal: UUID) -> str:
        return Withdrawal.objects.values_list("state", flat=True).get(id=withdrawal)

    def moved(self, withdrawal: UUID, to_state: str, act: Callable[[], object], *, is_replayed: bool = True) -> None:
        """The act goes through where the design's table has that move, and is refused or changes nothing elsewhere."""
        before = self.state(withdrawal)
        if to_state in rules.MOVES[before]:
            act()
            if is_replayed:
                self.replays.append(act)
            assert self.state(withdrawal) == to_state
            return
        try:
            act()
        except Refusal as refusal:
            assert isinstance(refusal, WrongState), refusal
        assert self.state(withdrawal) == before

    # Withdrawals.

    @rule(worker=workers, amount=st.integers(400_000, 6_000_000))
    def withdraw_in_coins(self, worker: int, amount: int) -> None:
        address = self.node.stranger(self.number())
        made = self.request(worker, "bch", address, amount)
        if made is not None:
            self.scripts[made] = script_of(address)
            self.in_coins.append(made)

    @rule(worker=workers, amount=st.integers(400_000, 6_000_000))
    def withdraw_by_hand(self, worker: int, amount: int) -> None:
        made = self.request(worker, "manual", f"Account {self.number()}", amount)
        if made is not None:
            self.by_hand.append(made)

    def any_of(self, listed: list[UUID], number: int) -> UUID:
        return listed[number % len(listed)]

    def request(self, worker: int, method: str, address: str, amount: int) -> UUID | None:
        person, key = people.worker(worker), f"key-{self.number()}"
        kept = add_destination(person, method, address)

        def act() -> UUID:
            return request_withdrawal(person, kept.id, amount, key).id

        if amount < MINIMUM_MICROS:
            with pytest.raises(BelowMinimum):
                act()
        elif balance_micros(worker_main(person.id)) < amount:
            with pytest.raises(InsufficientFunds):
                act()
        else:
            made: UUID = self.once(act)
            assert act() == made
            review_withdrawal(made)
            self.replays.append(lambda: review_withdrawal(made))
            return made
        return None

    @rule(number=numbers)
    def cancel(self, number: int) -> None:
        withdrawal = self.any_of(self.in_coins + self.by_hand, number)
        worker = Withdrawal.objects.get(id=withdrawal).worker
        self.moved(withdrawal, rules.CANCELLED, lambda: cancel_withdrawal(worker, withdrawal))

    @rule(number=numbers)
    def hold_it(self, number: int) -> None:
        withdrawal = self.any_of(self.in_coins + self.by_hand, number)
        act = lambda: hold_withdrawal(self.operator, withdrawal, "a look")  # noqa: E731
        self.moved(withdrawal, rules.HELD, act, is_replayed=False)

    @rule(number=numbers)
    def release_it(self, number: int) -> None:
        withdrawal = self.any_of(self.in_coins + self.by_hand, number)
        if self.state(withdrawal) == rules.HELD:
            release_held(self.operator, withdrawal, "fine")

    @rule(number=numbers, steps=st.integers(1, 3))
    def pay_by_hand(self, number: int, steps: int) -> None:
        withdrawal = self.any_of(self.by_hand, number)
        if self.state(withdrawal) not in (rules.APPROVED, rules.SIGNED, rules.BROADCAST):
            return
        acts: list[Callable[[], object]] = [
            lambda: mark_signed(self.operator, withdrawal),
            lambda: record_sent(self.operator, withdrawal, f"wire {withdrawal}"),
            lambda: record_confirmed(self.operator, withdrawal),
        ]
        begun = {rules.APPROVED: 0, rules.SIGNED: 1, rules.BROADCAST: 2}[self.state(withdrawal)]
        for act in acts[begun : begun + steps]:
            self.once(act)

    @rule(number=numbers)
    def it_fails(self, number: int) -> None:
        withdrawal = self.any_of(self.by_hand, number)
        act = lambda: record_failed(self.operator, withdrawal, "the bank says so")  # noqa: E731
        self.moved(withdrawal, rules.FAILED, act)

    @rule(number=numbers)
    def it_comes_back(self, number: int) -> None:
        withdrawal = self.any_of(self.by_hand, number)
        act = lambda: record_returned(self.operator, withdrawal, "the bank says so")  # noqa: E731
        self.moved(withdrawal, rules.RETURNED, act)

    @rule(number=numbers)
    def refund_it(self, number: int) -> None:
        withdrawal = self.any_of(self.by_hand, number)
        self.moved(withdrawal, rules.REFUNDED, lambda: refund_withdrawal(self.operator, withdrawal))

    # The node.

    @rule()
    def run(self) -> None:
        report = run_payouts("bch")
        for _ in self.replaced:
            if report.outcome == "frozen":
                self.look_into_the_freeze()
                report = run_payouts("bch")
        assert report.outcome == "done", report
        before = self.snapshot()
        run_payouts("bch")
        assert self.snapshot() == before, "a second look changed something"

    @rule(calls=st.integers(0, 22), is_done=st.booleans())
    def run_and_lose_an_answer(self, calls: int, is_done: bool) -> None:
        self.node.calls_to_cut, self.node.is_done_when_cut = calls, is_done
        report = run_payouts("bch")
        assert report.outcome in ("done", "waiting", "frozen"), report
        self.node.calls_to_cut = None

    @rule(blocks=st.integers(1, 3))
    def mine(self, blocks: int) -> None:
        self.node.mine(blocks)

    @rule(blocks=st.integers(1, 3))
    def run_and_mine_and_look_again(self, blocks: int) -> None:
        self.run()
        self.node.mine(blocks)
        self.run()

    @rule(depth=st.integers(1, 2))
    def reorganise(self, depth: int) -> None:
        # The first six blocks brought the wallet its coins.
        self.node.reorganise(min(depth, len(self.node.blocks) - 6))

    @rule(number=numbers, paid=st.integers(0, 3))
    def another_transaction_takes_a_batchs_coins(self, number: int, paid: int) -> None:
        """It pays so many of the batch's people, too: none is a theft."""
        children = set(Rescue.objects.values_list("txid", flat=True))
        # One on which another batch rests would take that one along: its people wait for a person.
        rests = {coin[0] for txid in self.node.mempool if txid not in children for coin in self.inputs_of(txid)}
        waiting = [one for one in Batch.objects.filter(state=rules.BROADCAST) if one.txid in self.node.mempool]
        free = [one for one in waiting if one.txid not in rests]
        if free:
            batch = free[number % len(free)]
            lines = [(line.units, bytes.fromhex(line.script_hex)) for line in batch.lines.order_by("position")]
            self.replaced[batch.id] = len(lines[:paid])
            self.node.replace(str(batch.txid), lines[:paid])

    @rule(blocks=st.integers(1, 2))
    def one_waits_too_long_and_is_helped(self, blocks: int) -> None:
        """A child is made, and mined with its parent or not yet."""
        Batch.objects.filter(state=rules.BROADCAST).update(sent_at=clock.now() - timedelta(hours=7))
        self.run()
        self.node.mine(blocks - 1)
        self.run()

    def inputs_of(self, txid: str) -> list[tuple[str, int]]:
        return [coin for coin, _, _ in Parsed.read(self.node.transactions[txid]).inputs]

    def look_into_the_freeze(self) -> None:
        """As an operator does: whom the other transaction paid has been paid, the others are refunded."""
        stopped = Freeze.objects.get(lifted_at__isnull=True)
        assert stopped.code in (rules.COINS_TAKEN, rules.CONTRADICTION), stopped.detail
        for batch in Batch.objects.filter(id__in=self.replaced, attention__in=("paid_otherwise", "conflict_proved")):
            assert (batch.attention == "paid_otherwise") == bool(self.replaced[batch.id])
            for line in batch.lines.order_by("position"):
                is_paid = line.position < self.replaced[batch.id]
                state = self.state(line.withdrawal_id)
                if is_paid and state == rules.BROADCAST:
                    record_confirmed(self.operator, line.withdrawal_id)
                if not is_paid and state == rules.BROADCAST:
                    record_failed(self.operator, line.withdrawal_id, "it is not in the other transaction")
                if not is_paid and state == rules.CONFIRMED:
                    record_returned(self.operator, line.withdrawal_id, "it is not in the other transaction")
                if not is_paid and state != rules.REFUNDED:
                    refund_withdrawal(self.operator, line.withdrawal_id)
        lift_freeze(self.operator, stopped.id, "I know who made it")

    @rule()
    def the_node_forgets_its_locks(self) -> None:
        self.node.forget_locks()

    @invariant()
    def each_withdrawals_money_lies_in_one_place_and_was_moved_once(self) -> None:
        for row in Withdrawal.objects.all():
            journals = Journal.objects.filter(subject=f"withdrawal:{row.id}")
            assert set(Counter(journals.values_list("kind", flat=True)).values()) == {1}
            lies = Counter[str]()
            for kind, amount in Posting.objects.filter(journal__in=journals).values_list(
                "account__kind", "amount_micros"
            ):
                lies[kind] += amount
            expected = Counter[str]()
            if row.state not in BACK:
                expected[Kind.WORKER_MAIN] = -row.amount_micros
            if row.state in HELD:
                expected[Kind.WITHDRAWAL_HOLD] = row.amount_micros
            if row.state in CLEARING:
                expected[Kind.PAYOUT_CLEARING] = row.amount_micros
            if row.state == rules.CONFIRMED:
                # Micros that the units bought are worth, rounded up; the rest is less than a unit's worth.
                rounding = 0
                if row.batch_id is not None:
                    units = row.lines.get(batch_id=row.batch_id).units
                    assert units * MICROS_PER_COIN <= row.net_micros * 10**8 < (units + 1) * MICROS_PER_COIN
                    rounding = row.net_micros + -units * MICROS_PER_COIN // 10**8
                expected[Kind.EXTERNAL_OUT] = row.net_micros - rounding
                expected[Kind.WITHDRAWAL_FEE] = row.fee_micros
                expected[Kind.ROUNDING] = rounding
            assert {kind: amount for kind, amount in lies.items() if amount} == {
                str(kind): amount for kind, amount in expected.items() if amount
            }, row.state

    @invariant()
    def what_left_the_house_is_what_the_chain_and_the_hand_paid(self) -> None:
        in_blocks, seen = Counter[bytes](), Counter[bytes]()
        for listed in self.node.blocks:
            for txid in listed:
                in_blocks.update(script for _, script in Parsed.read(self.node.transactions[txid]).outputs)
        seen.update(in_blocks)
        for txid in self.node.mempool:
            seen.update(script for _, script in Parsed.read(self.node.transactions[txid]).outputs)
        units_on_chain = {
            script: units for raw in self.node.transactions.values() for units, script in Parsed.read(raw).outputs
        }
        booked = 0
        for row in Withdrawal.objects.filter(id__in=self.scripts):
            script = self.scripts[row.id]
            assert seen[script] <= 1, "one withdrawal is in two transactions"
            # Until the other transaction is deep enough it stays as it was booked.
            is_open = row.batch_id in self.replaced and row.batch.state == rules.BROADCAST
            if row.state == rules.CONFIRMED:
                line = row.lines.get(batch_id=row.batch_id)
                assert is_open or (seen[script], units_on_chain[script]) == (1, line.units)
                booked += -(-line.units * MICROS_PER_COIN // 10**8)
            elif row.state not in (rules.SIGNED, rules.BROADCAST) and not is_open:
                assert seen[script] == 0, row.state
        for fee, sign in (("network_fee", 1), ("network_fee_returned", -1)):
            posted = Journal.objects.filter(kind=fee).values_list("detail", flat=True)
            booked += sign * sum(-(-detail["units"] * MICROS_PER_COIN // 10**8) for detail in posted)
        assert balance_micros(AccountRef(Kind.EXTERNAL_OUT, "method:bch")) == booked
        arrived = Withdrawal.objects.filter(method="manual", state=rules.CONFIRMED)
        by_hand = sum(row.net_micros for row in arrived)
        assert balance_micros(AccountRef(Kind.EXTERNAL_OUT, "method:manual")) == by_hand + self.given_back

    @invariant()
    def every_move_was_a_legal_one_and_signed_never_goes_back(self) -> None:
        for row in Withdrawal.objects.prefetch_related("events"):
            way = sorted(row.events.all(), key=lambda event: event.version)
            assert [event.to_state for event in way][-1] == row.state
            pairs = [(event.from_state, event.to_state) for event in way[1:]]
            assert all(new in rules.MOVES[old] for old, new in pairs)
            assert [event.to_state for event in way].count(rules.SIGNED) <= 1


@pytest.mark.chaos
@pytest.mark.django_db
@pytest.mark.parametrize(("machine", "full", "sample"), [(Paying, 300, 2), (Money, 300, 3)])
def test_money_stays_right_whatever_happens(machine: type[Paying], full: int, sample: int) -> None:
    examples, steps = rounds(full=full, sample=sample), 60 if IS_LONG else 20
    run_state_machine_as_test(
        seed(SEED)(machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tell(f"{machine.__name__}: {examples} histories of up to {steps} acts with money kept every invariant")
