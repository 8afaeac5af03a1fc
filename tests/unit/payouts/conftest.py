"""Money for workers, and the proof after each test that the books still agree."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from pytest_django import Settings

from tagwork.kit import clock, outbox, settings
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import balance_micros, verify
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts.journals import worker_main
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.queries import DestinationView, WithdrawalView
from tagwork.people.models import Person
from tests.builders.absent import program_absent
from tests.builders.litecoin import PASSWORD, USER, RegtestNode, is_absent, regtest_node
from tests.builders.paypal import CLIENT_ID, SECRET, WEBHOOK_ID, FakePayPal, fake_paypal

# Litecoin Core v0.21.5.5 src/test/data/key_io_valid.json, and the pair of the CashAddr specification
LITECOIN = "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w"
SECOND_LITECOIN = "LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA"
CASHADDR = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
LEGACY_CASH = "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"
TXID = "ab" * 32

Fund = Callable[[Person, int], None]
_numbers = count()


def fund(worker: Person, amount_micros: int) -> None:
    """As if approved work had paid it."""
    lines = (AccountRef(Kind.EXTERNAL_IN, "method:manual"), -amount_micros), (worker_main(worker.id), amount_micros)
    post(key=f"test:fund:{next(_numbers)}", kind="test_fund", lines=lines)


def main_micros(worker: Person) -> int:
    return balance_micros(worker_main(worker.id))


def destination(worker: Person, address: str = LITECOIN, method: str = "ltc") -> DestinationView:
    return add_destination(worker, method, address)


def requested(worker: Person, amount_micros: int = 1_000_000, key: str = "key-1") -> WithdrawalView:
    """A funded worker's request for the whole of it."""
    fund(worker, amount_micros)
    return request_withdrawal(worker, destination(worker).id, amount_micros, key)


def approved(worker: Person, amount_micros: int = 1_000_000, key: str = "key-1") -> WithdrawalView:
    withdrawal = requested(worker, amount_micros, key)
    assert review_withdrawal(withdrawal.id) == "approved"
    return withdrawal


def set_policy(name: str, value: object) -> None:
    settings.change(name, value, by="test")
    settings.forget()


@pytest.fixture(autouse=True)
def _fresh_clock_and_settings() -> Iterator[None]:
    settings.forget()
    yield
    clock.reset()
    settings.forget()


@pytest.fixture
def paypal(db: None, shared_dir: Path, settings: Settings) -> Iterator[FakePayPal]:
    set_policy("payouts.destination_cooldown_seconds", 0)
    with fake_paypal(shared_dir) as fake:
        settings.PAYPAL = (fake.url, CLIENT_ID, SECRET, WEBHOOK_ID)
        yield fake


def advance(**by: float) -> None:
    clock.advance(timedelta(**by))


def deliver() -> None:
    while outbox.deliver():
        pass


@pytest.fixture
def sound_books(db: None) -> Iterator[None]:
    """After the test the ledger proves itself: balances are postings, all accounts sum to zero."""
    yield
    report = verify()
    assert report.ok, [check for check in report.checks if not check[1]]


@pytest.fixture(scope="session")
def litecoin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegtestNode]:
    """One real node for the tests of a process; skips loudly where Debian's package is not installed."""
    if is_absent():
        program_absent("litecoind is absent (apt-get install litecoind)")
    with regtest_node(tmp_path_factory.mktemp("litecoin")) as node:
        yield node


@pytest.fixture
def hot(litecoin: RegtestNode, settings: Settings) -> str:
    """The name of the wallet that pays: three coins of 1 LTC, confirmed."""
    name = litecoin.new_wallet("1", "1", "1")
    settings.PAYOUT_NODES = {"ltc": (f"{litecoin.url}/wallet/{name}", USER, PASSWORD)}
    return name


@pytest.fixture
def payee(litecoin: RegtestNode) -> str:
    """The name of a wallet to be paid."""
    return litecoin.new_wallet()
