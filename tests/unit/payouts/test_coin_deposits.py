"""Clients' coins on their way in, by a real Litecoin node on regtest; by a strict stand-in for Bitcoin Cash's."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.kit.errors import NotFound, WrongState
from tagwork.kit.models import OutboxEvent
from tagwork.ledger.models import Journal, Posting
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import balance_micros, lines_of, totals_by_kind, verify
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.notices.models import Notice
from tagwork.payouts import console, rules
from tagwork.payouts.deposits import CoinDeposits, coin_deposits, receipts_under_way, watches
from tagwork.payouts.errors import DepositsPaused, MethodNotOffered
from tagwork.payouts.models import CoinReceipt, Deposit, DepositAddress, DepositWatch, Freeze
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.give_deposit_address import give_deposit_address
from tagwork.payouts.operations.reverse_deposit import reverse_deposit
from tagwork.payouts.operations.run_payouts import run_payouts
from tagwork.payouts.operations.watch_deposits import watch_deposits
from tagwork.people.models import Organisation
from tests.builders import people
from tests.builders.bchn import PASSWORD as PASSWORD_BCH
from tests.builders.bchn import USER as USER_BCH
from tests.builders.bchn import FakeBchn, fake_bchn
from tests.builders.concurrency import at_once
from tests.builders.litecoin import PASSWORD, USER, RegtestNode
from tests.unit.payouts.coin_setup import approved_to, set_up
from tests.unit.payouts.conftest import deliver, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture(autouse=True)
def _setup(db: None) -> None:
    set_up()
    set_policy("payouts.deposit_confirmations", 3)


@pytest.fixture
def wallet(litecoin: RegtestNode, settings: Settings) -> str:
    """The name of the wallet that takes deposits."""
    name = litecoin.new_wallet()
    settings.DEPOSIT_NODES = {"ltc": (f"{litecoin.url}/wallet/{name}", USER, PASSWORD)}
    return name


def available_micros(organisation: Organisation | None = None) -> int:
    organisation = organisation or people.client().organisation
    return balance_micros(AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation.id}"))


def address(method: str = "ltc") -> str:
    client = people.client()
    return give_deposit_address(client.organisation, method, client.person)


def seen(method: str = "ltc") -> CoinDeposits:
    return coin_deposits(people.client().organisation, method)


def states() -> list[tuple[str, int, str]]:
    return [(one.state, one.confirmations, one.attention) for one in seen().receipts]


def test_a_payment_is_seen_at_once_and_credited_once_at_the_rate_of_its_depth(
    litecoin: RegtestNode, wallet: str
) -> None:
    paid_to = address()
    txid = litecoin.miner("sendtoaddress", paid_to, "0.5")
    assert watch_deposits() == 0
    assert (states(), available_micros()) == ([("seen", 0, "")], 0)
    litecoin.mine(2)
    assert watch_deposits() == 0 and states() == [("seen", 2, "")]
    # What it was worth when it was sent is not what it counts for.
    set_policy("payouts.ltc.micros_per_coin", 90_000_001)
    litecoin.mine()
    assert watch_deposits() == 1
    for _ in range(3):
        assert watch_deposits() == 0
    # 0.5 x $90.000001, rounded down to a whole micro-dollar
    assert available_micros() == 45_000_000
    [receipt] = seen().receipts
    assert (receipt.state, receipt.amount_micros, receipt.micros_per_coin) == ("credited", 45_000_000, 90_000_001)
    [deposit] = Deposit.objects.all()
    assert (deposit.method, deposit.units, deposit.recorded_by) == ("ltc", 50_000_000, None)
    assert deposit.reference == f"0.50000000 LTC at $90.000001 a coin, transaction {txid}"
    assert deposit.quote is not None and deposit.quote["sources"][0]["source"] == "operator"
    [line] = lines_of(AccountRef(Kind.EXTERNAL_IN, "method:ltc"))
    assert (line.amount_micros, line.detail["txid"], line.detail["units"]) == (-45_000_000, txid, 50_000_000)
    deliver()
    assert Notice.objects.get(person=people.client().person).text.startswith("$45.00 arrived for")


def test_a_look_repeated_after_each_step_changes_nothing(litecoin: RegtestNode, wallet: str) -> None:
    def everything() -> list[Any]:
        tables = (Journal, Posting, Deposit, OutboxEvent)
        return [states(), available_micros(), *(table.objects.count() for table in tables)]

    litecoin.miner("sendtoaddress", address(), "0.5")
    steps: list[Callable[[], object]] = [
        lambda: None,
        litecoin.mine,
        lambda: litecoin.mine(2),
        lambda: reverse_deposit(Deposit.objects.get().id, "It was for somebody else.", people.operator()),
        litecoin.mine,
    ]
    seen_micros = []
    for step in steps:
        step()
        watch_deposits()
        before = everything()
        for _ in range(3):
            watch_deposits()
            assert address() == address()
        assert everything() == before
        seen_micros.append(available_micros())
    assert seen_micros[1] == 0 < seen_micros[2] and seen_micros[3:] == [0, 0]


def test_a_second_and_a_late_payment_and_two_outputs_of_one_transaction_are_all_credited(
    litecoin: RegtestNode, wallet: str
) -> None:
    paid_to = address()
    assert address() == paid_to and DepositAddress.objects.count() == 1
    litecoin.miner("sendtoaddress", paid_to, "0.25")
    litecoin.mine(3)
    assert watch_deposits() == 1
    other = people.outsider()
    organisation = other.memberships.get().organisation
    theirs = give_deposit_address(organisation, "ltc", other)
    litecoin.miner("sendmany", "", {paid_to: "0.1", theirs: "0.2"})
    litecoin.mine(12)
    # Twelve blocks later, and nobody looked in between.
    assert watch_deposits() == 2
    assert available_micros() == 28_000_000 and available_micros(organisation) == 16_000_000


def test_what_the_wallet_sends_and_its_change_is_no_deposit(litecoin: RegtestNode, wallet: str) -> None:
    paid_to = address()
    litecoin.miner("sendtoaddress", paid_to, "1")
    litecoin.mine(3)
    assert watch_deposits() == 1
    # An operator moves coins to the paying wallet; the rest comes back as change.
    litecoin.wallet(wallet)("sendtoaddress", litecoin.miner("getnewaddress"), "0.4")
    # And once by mistake to the client's own address.
    litecoin.wallet(wallet)("sendtoaddress", paid_to, "0.1")
    litecoin.mine(3)
    assert watch_deposits() == 0
    assert available_micros() == 80_000_000 and CoinReceipt.objects.count() == 1


def test_the_paying_wallets_float_and_books_know_nothing_of_deposits(
    litecoin: RegtestNode, wallet: str, hot: str, payee: str
) -> None:
    litecoin.miner("sendtoaddress", address(), "2")
    litecoin.mine(3)
    assert watch_deposits() == 1
    approved_to(litecoin.wallet(payee)("getnewaddress"), 8_000_000, 1)
    assert run_payouts("ltc").outcome == "done"
    litecoin.mine(2)
    run_payouts("ltc")
    # The client's coins are where they came; the paying wallet paid 0.1 LTC and a fee out of its own 3.
    assert litecoin.wallet(wallet)("getbalance") == "2.00000000"
    totals = totals_by_kind()
    assert totals["client_available"] == 160_000_000
    assert balance_micros(AccountRef(Kind.EXTERNAL_IN, "method:ltc")) == -160_000_000
    paid_out = balance_micros(AccountRef(Kind.EXTERNAL_OUT, "method:ltc"))
    assert paid_out == 8_000_000 - totals["network_fee"]


def test_a_reorganisation_before_the_credit_only_takes_longer(litecoin: RegtestNode, wallet: str) -> None:
    litecoin.miner("sendtoaddress", address(), "0.5")
    first = litecoin.mine(2)[0]
    watch_deposits()
    litecoin.rpc("invalidateblock", first)
    watch_deposits()
    assert states() == [("seen", 0, "")]
    litecoin.mine_empty()
    litecoin.mine(3)
    assert watch_deposits() == 1 and available_micros() == 40_000_000


def test_a_reorganisation_after_the_credit_raises_an_alarm_and_takes_nothing_back(
    litecoin: RegtestNode, wallet: str
) -> None:
    litecoin.miner("sendtoaddress", address(), "0.5")
    first = litecoin.mine(3)[0]
    assert watch_deposits() == 1
    litecoin.rpc("invalidateblock", first)
    litecoin.mine_empty(2)
    assert watch_deposits() == 0
    assert states() == [("credited", 0, "deposit_reorganised")] and available_micros() == 40_000_000
    [alarm] = [one for one in console.alarms() if one.code == "deposit_attention"]
    assert (alarm.title, alarm.detail, alarm.count) == ("Litecoin", "deposit_reorganised", 1)
    assert [one.attention for one in receipts_under_way()] == ["deposit_reorganised"]
    litecoin.mine(1)
    assert watch_deposits() == 0
    assert states() == [("credited", 1, "")] and available_micros() == 40_000_000
    assert not [one for one in console.alarms() if one.code == "deposit_attention"]


def test_a_payment_that_another_one_replaces_is_never_credited(litecoin: RegtestNode, wallet: str) -> None:
    client = litecoin.new_wallet("1")
    paid_to = address()
    [coin] = litecoin.wallet(client)("listunspent")
    spends = [{"txid": coin["txid"], "vout": coin["vout"]}]

    def signed(to: str, amount: str) -> str:
        raw = litecoin.rpc("createrawtransaction", spends, [{to: amount}])
        return str(litecoin.wallet(client)("signrawtransactionwithwallet", raw)["hex"])

    other = signed(litecoin.miner("getnewaddress"), "0.999")
    litecoin.rpc("sendrawtransaction", signed(paid_to, "0.99"))
    watch_deposits()
    assert states() == [("seen", 0, "")]
    litecoin.rpc("generateblock", litecoin.miner("getnewaddress"), [other])
    litecoin.mine(3)
    assert watch_deposits() == 0
    assert [(one.state, one.confirmations) for one in seen().receipts] == [("excluded", 0)]
    assert available_micros() == 0


def test_coins_that_came_twice_are_credited_again_only_after_the_first_was_taken_back(
    litecoin: RegtestNode, wallet: str
) -> None:
    """A deep reorganisation puts another transaction, of the same coins to the same address, into the chain."""
    client = litecoin.new_wallet("1")
    paid_to = address()
    [coin] = litecoin.wallet(client)("listunspent")
    spends = [{"txid": coin["txid"], "vout": coin["vout"]}]
    signed = []
    for amount in ("0.99", "0.98"):
        raw = litecoin.rpc("createrawtransaction", spends, [{paid_to: amount}])
        signed.append(str(litecoin.wallet(client)("signrawtransactionwithwallet", raw)["hex"]))
    place = litecoin.miner("getnewaddress")
    first = litecoin.rpc("generateblock", place, [signed[0]])["hash"]
    litecoin.mine(2)
    assert watch_deposits() == 1 and available_micros() == 79_200_000
    litecoin.rpc("invalidateblock", first)
    # A block of other transactions only: the first one waits in the mempool, the second is mined by somebody else.
    litecoin.rpc("generateblock", place, [signed[1]])
    litecoin.mine(3)
    assert watch_deposits() == 0
    assert sorted((one.state, one.attention) for one in seen().receipts) == [
        ("credited", "deposit_replaced"),
        ("seen", "deposit_replaces"),
    ]
    assert available_micros() == 79_200_000
    deposit = Deposit.objects.get()
    reverse_deposit(deposit.id, "replaced after a reorganisation", people.operator())
    assert watch_deposits() == 1
    # 0.98 x $80
    assert available_micros() == 78_400_000
    assert not [one for one in console.alarms() if one.code == "deposit_attention"]


def test_without_a_rate_it_waits_and_says_so(litecoin: RegtestNode, wallet: str) -> None:
    set_policy("payouts.ltc.micros_per_coin", 0)
    litecoin.miner("sendtoaddress", address(), "0.5")
    litecoin.mine(3)
    assert watch_deposits() == 0
    assert states() == [("seen", 3, "deposit_no_rate")] and available_micros() == 0
    set_policy("payouts.ltc.micros_per_coin", 80_000_000)
    assert watch_deposits() == 1 and states() == [("credited", 3, "")]


def test_what_a_block_pays_its_miner_waits_until_it_can_be_spent(litecoin: RegtestNode, wallet: str) -> None:
    litecoin.rpc("generatetoaddress", 1, address())
    litecoin.mine(5)
    assert watch_deposits() == 0 and states() == [("seen", 6, "")]
    assert seen().receipts[0].wanted == 101


def test_a_node_that_does_not_answer_is_waited_for_and_no_address_is_made(
    litecoin: RegtestNode, wallet: str, settings: Settings
) -> None:
    settings.DEPOSIT_NODES = {"ltc": ("http://127.0.0.1:9/wallet/none", USER, PASSWORD)}
    assert watch_deposits() == 0
    assert not Freeze.objects.exists() and DepositWatch.objects.get().problem
    assert [row.is_late for row in watches()] == [True]
    with pytest.raises(DepositsPaused):
        address()
    assert not DepositAddress.objects.exists()


def test_another_wallet_than_the_one_that_made_the_addresses_freezes_deposits_and_nothing_else(
    litecoin: RegtestNode, wallet: str, settings: Settings, hot: str, payee: str
) -> None:
    address()
    settings.DEPOSIT_NODES = {"ltc": (f"{litecoin.url}/wallet/{litecoin.new_wallet()}", USER, PASSWORD)}
    watch_deposits()
    frozen = Freeze.objects.get()
    assert (frozen.method, frozen.code) == ("deposits.ltc", rules.OTHER_WALLET)
    assert console.title_of(frozen.method) == "Litecoin deposits" and not seen().is_watched
    approved_to(litecoin.wallet(payee)("getnewaddress"), 1_000_000, 1)
    assert run_payouts("ltc").outcome == "done"
    settings.DEPOSIT_NODES = {"ltc": (f"{litecoin.url}/wallet/{wallet}", USER, PASSWORD)}
    assert watch_deposits() == 0 and Freeze.objects.filter(lifted_at=None).exists()
    litecoin.miner("sendtoaddress", seen().address, "0.5")
    litecoin.mine(3)
    lift_freeze(people.operator(), frozen.id, "the right wallet is back")
    assert watch_deposits() == 1 and available_micros() == 40_000_000


def test_the_paying_wallets_own_address_is_never_shown(litecoin: RegtestNode, hot: str, settings: Settings) -> None:
    settings.DEPOSIT_NODES = {"ltc": (f"{litecoin.url}/wallet/{hot}?", USER, PASSWORD)}
    with pytest.raises(DepositsPaused):
        address()


def test_a_wallet_without_keys_will_do(litecoin: RegtestNode, wallet: str, settings: Settings) -> None:
    cold = litecoin.wallet(wallet)("getaddressinfo", litecoin.wallet(wallet)("getnewaddress", "", "bech32"))
    litecoin.rpc("createwallet", f"{wallet}-watch", True)
    watch = litecoin.wallet(f"{wallet}-watch")
    kept = {"scriptPubKey": {"address": cold["address"]}, "timestamp": "now"}
    [done] = watch("importmulti", [kept | {"pubkeys": [cold["pubkey"]]}])
    assert done["success"] is True
    client = people.client()
    settings.DEPOSIT_NODES = {"ltc": (f"{litecoin.url}/wallet/{wallet}-watch", USER, PASSWORD)}
    fields = {"organisation": client.organisation, "method": "ltc", "network": "regtest", "address": cold["address"]}
    DepositAddress.objects.create(**fields, created_by=client.person, created_at=clock.now())
    litecoin.miner("sendtoaddress", cold["address"], "0.5")
    litecoin.mine(3)
    assert watch_deposits() == 1 and available_micros() == 40_000_000


def test_a_stranger_gets_no_address_and_a_coin_without_a_wallet_none_either(litecoin: RegtestNode, wallet: str) -> None:
    organisation = people.client().organisation
    for stranger in (people.worker(), people.outsider(), people.operator()):
        with pytest.raises(NotFound):
            give_deposit_address(organisation, "ltc", stranger)
    with pytest.raises(MethodNotOffered):
        address("bch")


def test_a_credited_deposit_is_taken_back_only_while_the_money_is_there(litecoin: RegtestNode, wallet: str) -> None:
    litecoin.miner("sendtoaddress", address(), "0.5")
    litecoin.mine(3)
    watch_deposits()
    made: UUID = Deposit.objects.get().id
    client = AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{people.client().organisation.id}")
    lines = [(client, -1), (AccountRef(Kind.PROJECT_ESCROW, "project:1"), 1)]
    post(key="reserve:1", kind="reserve", lines=lines)
    with pytest.raises(WrongState):
        reverse_deposit(made, "it never came", people.operator())


@pytest.mark.django_db(transaction=True)
def test_two_members_at_once_get_one_address_and_two_watchers_credit_once(litecoin: RegtestNode, wallet: str) -> None:
    client = people.client()
    made = at_once(lambda _: give_deposit_address(client.organisation, "ltc", client.person))
    assert made[0] == made[1]
    litecoin.miner("sendtoaddress", made[0], "0.5")
    litecoin.mine(3)
    assert sorted(at_once(lambda _: watch_deposits())) == [0, 1]
    assert available_micros() == 40_000_000 and Deposit.objects.count() == 1


# --- Bitcoin Cash --------------------------------------------------------------------------------------------------


@pytest.fixture
def cash(settings: Settings) -> Iterator[FakeBchn]:
    set_up(coin="bch")
    set_policy("payouts.bch.micros_per_coin", 500_000_000)
    with fake_bchn() as fake:
        fake.give(1_000_000)
        settings.DEPOSIT_NODES = {"bch": (fake.url, USER_BCH, PASSWORD_BCH)}
        yield fake


def test_bitcoin_cash_is_credited_with_the_calls_its_node_has(cash: FakeBchn) -> None:
    paid_to = address("bch")
    assert paid_to.startswith("bchreg:q")
    cash.pay(paid_to, 2_000_000)
    cash.pay(cash.stranger(1), 5_000_000)
    watch_deposits()
    assert [(one.state, one.confirmations) for one in seen("bch").receipts] == [("seen", 0)]
    cash.mine(3)
    assert watch_deposits() == 1
    # 0.02 BCH x $500
    assert available_micros() == 10_000_000
    cash.mine(150)
    watch_deposits()
    assert not CoinReceipt.objects.filter(is_watched=True).exists()
    cash.pay(paid_to, 1_000)
    cash.mine(3)
    assert watch_deposits() == 1 and watch_deposits() == 0
    assert available_micros() == 10_000_000 + 5_000
    assert verify().ok


def test_a_block_that_the_node_does_not_know_freezes_and_credits_nothing(cash: FakeBchn) -> None:
    cash.pay(address("bch"), 2_000_000)
    watch_deposits()
    DepositWatch.objects.update(block="ab" * 32)
    cash.mine(3)
    assert watch_deposits() == 0
    assert Freeze.objects.get().code == rules.CHAIN_WENT_BACK and available_micros() == 0
