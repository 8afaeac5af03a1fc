"""Any order of commands, replays among them, keeps the books right (Hypothesis state machine, both databases)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tagwork.ledger.errors import InsufficientFunds, KeyReused, NotReversible, WrongHoldState
from tagwork.ledger.models import Account, Hold, Journal
from tagwork.ledger.operations.hold import open_hold, release_holds, settle_holds, withhold
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.reverse import reverse
from tagwork.ledger.operations.seal import extend_chain
from tagwork.ledger.queries import (
    balance_micros,
    lines_of,
    pending_micros,
    reserved_micros,
    totals_by_kind,
    verify,
)
from tagwork.ledger.rules import MAY_BE_NEGATIVE, AccountRef, Kind, Settlement
from tests.chaos.counts import IS_LONG, SEED, rounds, tell

OUTSIDE = AccountRef(Kind.EXTERNAL_IN, "method:manual")
AWAY = AccountRef(Kind.EXTERNAL_OUT, "method:ltc")
CLEARING = AccountRef(Kind.PAYOUT_CLEARING, "method:ltc")
NETWORK = AccountRef(Kind.NETWORK_FEE, "house")
FEES = AccountRef(Kind.PLATFORM_FEE, "house")
CLIENT = AccountRef(Kind.CLIENT_AVAILABLE, "organisation:acme")
ESCROWS = tuple(AccountRef(Kind.PROJECT_ESCROW, f"project:{name}") for name in ("cats", "dogs"))
WORKERS = tuple(AccountRef(Kind.WORKER_MAIN, f"worker:{name}") for name in ("ana", "ben", "eve"))

amounts = st.integers(1, 1_000_000)
shares = st.integers(0, 100)


class Books(RuleBasedStateMachine):
    """The ledger beside a model of it in plain dictionaries; the model decides what must succeed."""

    holds = Bundle("holds")
    withdrawals = Bundle("withdrawals")
    cleared = Bundle("cleared")
    journals = Bundle("journals")

    def __init__(self) -> None:
        super().__init__()
        # A bare savepoint and not atomic(): extend_chain insists on running outside of any transaction of ours.
        self.savepoint = transaction.savepoint()
        self.balances: dict[AccountRef, int] = {}
        self.held: dict[str, dict[str, Any]] = {}
        self.moved: dict[str, list[tuple[AccountRef, int]]] = {}
        self.reversed: set[str] = set()
        self.replays: list[Callable[[], object]] = []
        self.count = 0
        self.links = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    # The model.

    def key(self, kind: str) -> str:
        self.count += 1
        return f"{kind}:{self.count}"

    def holds_of_model(self, ref: AccountRef) -> int:
        return self.balances.get(ref, 0)

    def book(self, key: str, lines: list[tuple[AccountRef, int]]) -> None:
        self.moved[key] = lines
        for ref, amount in lines:
            self.balances[ref] = self.holds_of_model(ref) + amount

    def covers(self, lines: list[tuple[AccountRef, int]]) -> bool:
        return all(self.holds_of_model(ref) + amount >= 0 or ref.kind in MAY_BE_NEGATIVE for ref, amount in lines)

    def transfer(self, kind: str, lines: list[tuple[AccountRef, int]]) -> str | None:
        """Post; the key when it went through, None when the model, too, says that the money is not there."""
        key = self.key(kind)

        def command() -> object:
            return post(key=key, kind=kind, lines=lines, subject=key, detail={"turn": self.count})

        if not self.covers(lines):
            with pytest.raises(InsufficientFunds):
                command()
            return None
        first = command()
        self.book(key, lines)
        self.replays.append(lambda: self.same(first, command))
        return key

    @staticmethod
    def same(first: object, command: Callable[[], object]) -> None:
        assert command() == first

    def free(self, escrow: AccountRef) -> int:
        reserved = sum(
            hold["amount"] + hold["fee"]
            for hold in self.held.values()
            if hold["source"] == escrow and hold["state"] in ("open", "withheld")
        )
        return self.holds_of_model(escrow) - reserved

    # Money in, and into a project.

    @initialize(amount=amounts)
    def first_deposit(self, amount: int) -> None:
        self.transfer("deposit", [(OUTSIDE, -amount), (CLIENT, amount)])

    @rule(target=journals, amount=amounts)
    def deposit(self, amount: int) -> Any:
        return self.transfer("deposit", [(OUTSIDE, -amount), (CLIENT, amount)])

    @rule(target=journals, escrow=st.sampled_from(ESCROWS), amount=amounts)
    def reserve(self, escrow: AccountRef, amount: int) -> Any:
        return self.transfer("reserve", [(CLIENT, -amount), (escrow, amount)]) or multiple()

    @rule(escrow=st.sampled_from(ESCROWS), percent=shares)
    def refund_what_is_free(self, escrow: AccountRef, percent: int) -> None:
        amount = self.free(escrow) * percent // 100
        if amount:
            assert self.transfer("refund", [(escrow, -amount), (CLIENT, amount)])

    # Pay.

    @rule(target=holds, source=st.sampled_from(ESCROWS), worker=st.sampled_from(WORKERS), pay=shares, fee=shares)
    def promise(self, source: AccountRef, worker: AccountRef, pay: int, fee: int) -> Any:
        free = self.free(source)
        amount, fee = free * pay // 200, free * fee // 200
        key = self.key("submission")

        def command() -> object:
            return open_hold(key=key, owner=worker.owner, source=source, amount_micros=amount, fee_micros=fee)

        command()
        self.held[key] = {"source": source, "worker": worker, "amount": amount, "fee": fee, "state": "open"}
        self.replays.append(lambda: self.same(None, command))
        return key

    @rule(keys=st.lists(holds, max_size=5), share=shares)
    def settle(self, keys: list[str], share: int) -> None:
        settlements, journals = [], {}
        for key in dict.fromkeys(keys):
            hold = self.held[key]
            pay, fee = hold.get("paid") or (hold["amount"] * share // 100, hold["fee"] * share // 100)
            settlements.append(Settlement(key, pay, fee, {"share": share}))
            if hold["state"] != "settled":
                lines = [(hold["source"], -pay - fee), (hold["worker"], pay), (FEES, fee)]
                journals[key] = (pay, fee, lines)
        if any(self.held[key]["state"] == "released" for key in keys):
            with pytest.raises(WrongHoldState):
                settle_holds(settlements)
            return
        settle_holds(settlements)
        for key, (pay, fee, lines) in journals.items():
            self.held[key] |= {"state": "settled", "paid": (pay, fee)}
            self.book(f"settle:{key}", lines)
            once_more = Settlement(key, pay, fee)
            self.replays.append(lambda again=once_more: self.same(None, lambda: settle_holds([again])))

    @rule(key=holds)
    def settle_otherwise(self, key: str) -> None:
        hold = self.held[key]
        if hold["state"] == "settled" and hold["paid"][0] > 0:
            with pytest.raises(KeyReused):
                settle_holds([Settlement(key, hold["paid"][0] - 1, hold["paid"][1])])

    @rule(keys=st.lists(holds, max_size=5))
    def reject(self, keys: list[str]) -> None:
        self.move(keys, withhold, "withheld", ("open", "withheld"))

    @rule(keys=st.lists(holds, max_size=5))
    def release(self, keys: list[str]) -> None:
        self.move(keys, release_holds, "released", ("open", "withheld", "released"))

    def move(
        self, keys: list[str], operation: Callable[[list[str]], None], state: str, sources: tuple[str, ...]
    ) -> None:
        if all(self.held[key]["state"] in sources for key in keys):
            operation(keys)
            for key in keys:
                self.held[key]["state"] = state
        else:
            with pytest.raises(WrongHoldState):
                operation(keys)

    # Money out.

    @rule(target=withdrawals, worker=st.sampled_from(WORKERS), amount=amounts)
    def withdraw(self, worker: AccountRef, amount: int) -> Any:
        away = AccountRef(Kind.WITHDRAWAL_HOLD, self.key("withdrawal"))
        key = self.transfer("withdraw", [(worker, -amount), (away, amount)])
        return (worker, away, amount) if key else multiple()

    @rule(withdrawal=consumes(withdrawals))
    def cancel(self, withdrawal: Any) -> None:
        worker, away, amount = withdrawal
        assert self.transfer("cancel", [(away, -amount), (worker, amount)])

    @rule(target=cleared, withdrawal=consumes(withdrawals))
    def clear(self, withdrawal: Any) -> Any:
        worker, away, amount = withdrawal
        assert self.transfer("clear", [(away, -amount), (CLEARING, amount)])
        return worker, amount

    @rule(payout=consumes(cleared), network_fee=st.integers(0, 300))
    def confirm(self, payout: Any, network_fee: int) -> None:
        _, amount = payout
        lines = [(CLEARING, -amount), (NETWORK, -network_fee), (AWAY, amount + network_fee)]
        assert self.transfer("confirm", lines)

    @rule(payout=consumes(cleared))
    def fail(self, payout: Any) -> None:
        worker, amount = payout
        assert self.transfer("refund_withdrawal", [(CLEARING, -amount), (worker, amount)])

    # Corrections, replays, the chain.

    @rule(target=journals, key=journals)
    def undo(self, key: str) -> Any:
        lines = [(ref, -amount) for ref, amount in self.moved[key]]
        new_key = self.key("undo")
        journal_id = Journal.objects.get(key=key).pk

        def command() -> object:
            return reverse(new_key, journal_id, "a test")

        # The ledger does not know what a refund may take; the room above asks for what is free, and so do we.
        if any(amount < 0 and ref in ESCROWS and self.free(ref) + amount < 0 for ref, amount in lines):
            return multiple()
        if key in self.reversed or not self.covers(lines):
            with pytest.raises((NotReversible, InsufficientFunds)):
                command()
            return multiple()
        first = command()
        self.reversed.add(key)
        self.book(new_key, lines)
        self.replays.append(lambda: self.same(first, command))
        return new_key

    @rule(number=st.integers(0, 10_000))
    def replay_an_earlier_command(self, number: int) -> None:
        if self.replays:
            self.replays[number % len(self.replays)]()

    @rule(key=journals)
    def use_an_earlier_key_for_something_else(self, key: str) -> None:
        with pytest.raises(KeyReused):
            post(key=key, kind="deposit", lines=[(OUTSIDE, -987_654_321), (CLIENT, 987_654_321)])

    @rule(limit=st.integers(1, 20))
    def seal(self, limit: int) -> None:
        waiting = Journal.objects.count() - self.links
        linked = extend_chain(limit)
        assert linked == min(limit, waiting)
        self.links += linked

    # What must hold after every step.

    @invariant()
    def the_books_are_as_the_model_says(self) -> None:
        stored = {
            AccountRef(kind, owner): balance
            for kind, owner, balance in Account.objects.values_list("kind", "owner", "balance_micros")
        }
        assert {ref: balance for ref, balance in stored.items() if balance} == {
            ref: balance for ref, balance in self.balances.items() if balance
        }

    @invariant()
    def all_balances_sum_to_zero(self) -> None:
        assert sum(totals_by_kind().values()) == 0

    @invariant()
    def nobody_is_below_zero(self) -> None:
        assert all(balance >= 0 for kind, balance in totals_by_kind().items() if kind not in MAY_BE_NEGATIVE)

    @invariant()
    def a_balance_is_the_sum_of_its_lines(self) -> None:
        for worker in WORKERS:
            lines = lines_of(worker, limit=10_000)
            assert sum(line.amount_micros for line in lines) == balance_micros(worker)
            if lines:
                assert lines[0].running_micros == balance_micros(worker)
                assert lines[-1].running_micros == lines[-1].amount_micros

    @invariant()
    def pending_is_the_sum_of_open_holds(self) -> None:
        for worker in WORKERS:
            open_holds = Hold.objects.filter(owner=worker.owner, state="open").values_list("amount_micros", flat=True)
            model = [
                hold["amount"] for hold in self.held.values() if hold["worker"] == worker and hold["state"] == "open"
            ]
            assert pending_micros(worker.owner) == sum(open_holds) == sum(model)

    @invariant()
    def what_is_reserved_lies_in_the_escrow(self) -> None:
        for escrow in ESCROWS:
            assert reserved_micros(escrow) <= balance_micros(escrow)
            assert balance_micros(escrow) - reserved_micros(escrow) == self.free(escrow)

    @invariant()
    def it_verifies(self) -> None:
        report = verify()
        assert report.ok, report


@pytest.mark.chaos
@pytest.mark.django_db
def test_the_books_stay_right_whatever_happens() -> None:
    examples, steps = rounds(full=300, sample=12), 80 if IS_LONG else 40
    run_state_machine_as_test(
        seed(SEED)(Books),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tell(f"Books: {examples} histories of up to {steps} commands of the ledger kept every invariant")
