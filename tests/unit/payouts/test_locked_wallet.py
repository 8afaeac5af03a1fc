"""An encrypted wallet of a real Litecoin node: opened for a signature and no longer; locked, it pauses the payouts."""

import logging

import pytest
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.payouts import console, rules
from tagwork.payouts.models import Batch, Freeze, Rescue, Run
from tagwork.payouts.operations.run_payouts import advance_payouts, run_payouts
from tagwork.payouts.operations.start_run import start_run
from tagwork.payouts.queries import withdrawal_for_operator
from tests.builders import people
from tests.builders.litecoin import PASSWORD, USER, RegtestNode
from tests.unit.payouts.coin_setup import approved_to, set_up
from tests.unit.payouts.conftest import advance, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def locked(litecoin: RegtestNode, settings: Settings, db: None) -> str:
    """The name of a wallet that is encrypted and locked; we have no passphrase for it."""
    set_up()
    # Not the hour of the daily run, nor one from which a test walks into it.
    set_policy("payouts.run_hour_utc", 23)
    advance(hours=(36 - clock.now().hour) % 24)
    name = litecoin.new_wallet("1", "1", passphrase=PASSPHRASE)
    settings.PAYOUT_NODES = {"ltc": (f"{litecoin.url}/wallet/{name}", USER, PASSWORD)}
    settings.PAYOUT_PASSPHRASES = {}
    return name


def is_locked(litecoin: RegtestNode, name: str) -> bool:
    return bool(litecoin.wallet(name)("getwalletinfo")["unlocked_until"] == 0)


def test_with_its_passphrase_it_is_open_for_the_signature_only_and_nobody_reads_it(
    litecoin: RegtestNode, locked: str, payee: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.PAYOUT_PASSPHRASES = {"ltc": PASSPHRASE}
    made = approved_to(litecoin.wallet(payee)("getnewaddress"), 1_000_000, 1)
    report = run_payouts("ltc")
    assert report.outcome == "done" and withdrawal_for_operator(made.id).state == "broadcast"
    assert is_locked(litecoin, locked)
    litecoin.mine(2)
    run_payouts("ltc")
    # $1 at $80
    assert litecoin.wallet(payee)("getbalance") == "0.01250000"
    assert PASSPHRASE not in caplog.text + repr(report)


def test_a_child_that_helps_it_along_is_signed_too(
    litecoin: RegtestNode, locked: str, payee: str, settings: Settings
) -> None:
    settings.PAYOUT_PASSPHRASES = {"ltc": PASSPHRASE}
    approved_to(litecoin.wallet(payee)("getnewaddress"), 1_000_000, 1)
    run_payouts("ltc")
    advance(hours=7)
    run_payouts("ltc")
    assert Rescue.objects.get().txid in litecoin.rpc("getrawmempool") and is_locked(litecoin, locked)
    litecoin.mine()


def test_without_one_payouts_pause_with_an_alarm_and_go_on_when_it_is_opened(
    litecoin: RegtestNode, locked: str, payee: str
) -> None:
    made = approved_to(litecoin.wallet(payee)("getnewaddress"), 1_000_000, 1)
    start_run(people.operator(), "ltc")
    for _ in range(5):
        advance_payouts()
        advance(seconds=20)
    assert not Batch.objects.exists() and not Freeze.objects.exists()
    assert Run.objects.get().waits_for == rules.WALLET_LOCKED
    assert "wallet_locked" in {one.code for one in console.alarms()}
    litecoin.wallet(locked)("walletpassphrase", PASSPHRASE, 60)
    assert advance_payouts() == 1
    assert withdrawal_for_operator(made.id).state == "broadcast"
    assert "wallet_locked" not in {one.code for one in console.alarms()}


def test_a_wrong_passphrase_is_tried_ever_more_rarely(
    litecoin: RegtestNode, locked: str, payee: str, settings: Settings
) -> None:
    settings.PAYOUT_PASSPHRASES = {"ltc": "something else"}
    made = approved_to(litecoin.wallet(payee)("getnewaddress"), 1_000_000, 1)
    start_run(people.operator(), "ltc")
    tries = []
    # At once, after 2, 4 and 8 minutes more
    for minute in range(16):
        if advance_payouts():
            tries.append(minute)
        advance(minutes=1)
    assert tries == [0, 2, 6, 14]
    assert set(Batch.objects.values_list("state", "attention")) == {("dissolved", rules.WRONG_PASSPHRASE)}
    assert "wrong_passphrase" in {one.code for one in console.alarms()}
    assert withdrawal_for_operator(made.id).state == "approved"
    # Corrected, and somebody runs the command instead of waiting.
    settings.PAYOUT_PASSPHRASES = {"ltc": PASSPHRASE}
    assert run_payouts("ltc").outcome == "done"
    assert withdrawal_for_operator(made.id).state == "broadcast"


def test_a_passphrase_for_a_wallet_that_has_none_changes_nothing(
    litecoin: RegtestNode, hot: str, payee: str, settings: Settings
) -> None:
    set_up()
    settings.PAYOUT_PASSPHRASES = {"ltc": PASSPHRASE}
    made = approved_to(litecoin.wallet(payee)("getnewaddress"), 1_000_000, 1)
    assert run_payouts("ltc").outcome == "done"
    assert withdrawal_for_operator(made.id).state == "broadcast"
