"""Four payout processes and an operator who pays by hand, all at once: one send for each withdrawal."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from pytest_django import Settings

from tagwork.kit.errors import WrongState
from tagwork.ledger.queries import verify
from tagwork.payouts.models import Batch, Withdrawal
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.run_payouts import run_payouts
from tests.builders import people
from tests.builders.chain_reader import outputs_on_chain, units_by_script
from tests.builders.litecoin import PASSWORD, USER, RegtestNode
from tests.builders.payout_process import start_payouts
from tests.chaos.counts import IS_LONG, SEED, rounds, tell
from tests.unit.payouts.coin_setup import approved_to, set_up

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
WITHDRAWALS = rounds(full=1_000, sample=12)
WORKERS = 20 if IS_LONG else 4


def test_four_processes_and_an_operator_pay_each_withdrawal_once(
    litecoin: RegtestNode, payee: str, settings: Settings
) -> None:
    set_up(confirmations=1)
    hot = litecoin.new_wallet(*["4"] * 8)
    url = f"{litecoin.url}/wallet/{hot}"
    settings.PAYOUT_NODES = {"ltc": (url, USER, PASSWORD)}
    operator, owed = people.operator(), {}
    for number in range(WITHDRAWALS):
        address = litecoin.wallet(payee)("getnewaddress")
        made = approved_to(address, 500_000 + number, number % WORKERS + 1)
        script = litecoin.rpc("validateaddress", address)["scriptPubKey"]
        owed[made.id] = (script, (500_000 + number) * 100_000_000 // 80_000_000)

    by_hand = set()

    def click() -> None:
        try:
            chosen = list(owed)
            random.Random(SEED).shuffle(chosen)
            for identifier in chosen[: WITHDRAWALS // 3]:
                try:
                    mark_signed(operator, identifier)
                    by_hand.add(identifier)
                except WrongState:
                    continue
        finally:
            connections.close_all()

    processes = [start_payouts(url) for _ in range(4)]
    with ThreadPoolExecutor(1) as pool:
        clicked = pool.submit(click)
        for process in processes:
            process.communicate(timeout=900)
        clicked.result()
    for _ in range(4):
        run_payouts("ltc")
        litecoin.mine()
    run_payouts("ltc")
    by_node = {identifier: paid for identifier, paid in owed.items() if identifier not in by_hand}
    on_chain = units_by_script(outputs_on_chain(litecoin.rpc))
    assert {script: on_chain[script] for script, _ in owed.values() if on_chain[script]} == dict(by_node.values())
    assert set(Withdrawal.objects.filter(state="confirmed").values_list("id", flat=True)) == set(by_node)
    assert set(Withdrawal.objects.filter(state="signed").values_list("id", flat=True)) == by_hand
    assert sum(batch.lines.count() for batch in Batch.objects.exclude(state="dissolved")) == len(by_node)
    report = verify()
    assert report.ok, [check for check in report.checks if not check[1]]
    transactions = Batch.objects.filter(state="confirmed").count()
    tell(
        f"4 payout processes and an operator on {WITHDRAWALS} withdrawals ({connection.vendor}): {len(by_node)} sent "
        f"by the node in {transactions} transactions, {len(by_hand)} by hand, each once"
    )
