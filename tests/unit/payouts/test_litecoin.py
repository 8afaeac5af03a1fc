"""Paid by a real Litecoin node on regtest. What reached the payees is asked of the node, not of our tables."""

import pytest

from tagwork.payouts.models import Batch
from tagwork.payouts.operations.run_payouts import run_payouts
from tagwork.payouts.queries import timeline, withdrawal_for_operator
from tests.builders.litecoin import RegtestNode
from tests.unit.payouts.coin_setup import approved_all, set_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture(autouse=True)
def _setup(db: None) -> None:
    set_up()


def states(identifiers: list) -> list[str]:
    return [withdrawal_for_operator(one).state for one in identifiers]


def test_it_pays_every_approved_withdrawal_by_one_transaction(litecoin: RegtestNode, hot: str, payee: str) -> None:
    wallet = litecoin.wallet(payee)
    kinds = ["legacy", "p2sh-segwit", "bech32"]
    addresses = [wallet("getnewaddress", "", kind) for kind in kinds]
    made = approved_all(addresses)
    report = run_payouts("ltc")
    assert report.outcome == "done", report
    assert states(made) == ["broadcast"] * 3
    batch = Batch.objects.get()
    (txid,) = litecoin.rpc("getrawmempool")
    assert batch.txid == txid and report.batches[0].txid == txid
    litecoin.mine(2)
    run_payouts("ltc")
    assert states(made) == ["confirmed"] * 3
    # $1.000001, 2, 3 at $80: rounded down to 1250001, 1250002, 1250003 litoshi
    received = [wallet("getreceivedbyaddress", address) for address in addresses]
    assert received == ["0.01250001", "0.01250002", "0.01250003"]
    assert [entry.to_state for entry in timeline(made[0])] == [
        "requested", "approved", "batched", "signed", "broadcast", "confirmed",
    ]  # fmt: skip
