"""The page where a client pays in with a coin, over a strict stand-in for Bitcoin Cash's node."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from tagwork.payouts.deposits import coin_deposits
from tagwork.payouts.models import DepositAddress
from tagwork.payouts.operations.watch_deposits import watch_deposits
from tests.builders import people
from tests.builders.bchn import PASSWORD, USER, FakeBchn, fake_bchn
from tests.builders.browsers import browser
from tests.unit.payouts.coin_setup import set_up
from tests.unit.payouts.conftest import set_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def node(settings: Settings) -> Iterator[FakeBchn]:
    set_up(coin="bch")
    set_policy("payouts.bch.micros_per_coin", 500_000_000)
    set_policy("payouts.deposit_confirmations", 2)
    with fake_bchn() as fake:
        settings.DEPOSIT_NODES = {"bch": (fake.url, USER, PASSWORD)}
        yield fake


def page() -> str:
    return reverse("client-coin", args=[people.client().organisation.pk, "bch"])


def test_a_look_makes_no_address_and_the_button_makes_one_that_stays(node: FakeBchn) -> None:
    member = browser(people.client().person)
    assert page() in member.get(reverse("client-money")).content.decode()
    assert member.get(page()).status_code == 200 and not DepositAddress.objects.exists()
    for _ in range(2):
        assert member.post(page()).status_code == 302
    shown = DepositAddress.objects.get().address
    text = member.get(page()).content.decode()
    assert shown in text and "data:image/svg+xml" in text and "Send Bitcoin Cash only." in text
    # $100 at $500
    assert "0.20000000 BCH" in text


def test_it_follows_a_payment_from_the_first_sighting_to_the_money(node: FakeBchn) -> None:
    member, operator = browser(people.client().person), browser(people.operator())
    member.post(page())
    txid = node.pay(DepositAddress.objects.get().address, 3_000_000)
    watch_deposits()
    node.mine()
    watch_deposits()
    text = member.get(page()).content.decode()
    assert txid in text and "1 of 2 confirmations" in text and "data-refresh" in text
    assert txid in operator.get(reverse("operate-deposits")).content.decode()
    node.mine()
    watch_deposits()
    text = member.get(page()).content.decode()
    assert "$15.00" in text and "data-refresh" not in text
    assert (
        f"0.03000000 BCH at $500.00 a coin, transaction {txid}" in member.get(reverse("client-money")).content.decode()
    )
    listed = operator.get(reverse("operate-deposits")).content.decode()
    assert "the coin&#x27;s wallet" in listed.replace("&#39;", "&#x27;").replace("coin's", "coin&#x27;s")


def test_what_nobody_watches_says_to_send_nothing_more(node: FakeBchn) -> None:
    member = browser(people.client().person)
    member.post(page())
    assert "send nothing more" in member.get(page()).content.decode()
    watch_deposits()
    assert "send nothing more" not in member.get(page()).content.decode()


def test_a_wallet_that_does_not_answer_is_said_in_words(node: FakeBchn, settings: Settings) -> None:
    settings.DEPOSIT_NODES = {"bch": ("http://127.0.0.1:9/", USER, PASSWORD)}
    answer = browser(people.client().person).post(page())
    assert answer.status_code == 409 and "Try again in some minutes" in answer.content.decode()


def test_a_stranger_does_not_know_the_page_and_neither_does_a_coin_without_a_wallet(node: FakeBchn) -> None:
    assert browser(people.outsider()).get(page()).status_code == 404
    assert browser(people.outsider()).post(page()).status_code == 404
    assert browser(people.client().person).get(page().replace("/bch/", "/ltc/")).status_code == 404
    assert browser(people.worker()).get(page()).status_code == 403
    assert not DepositAddress.objects.exists()


def test_the_page_asks_no_more_of_the_database_for_many_payments(
    node: FakeBchn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = people.client()
    browser(client.person).post(page())
    for units in range(2_000, 2_010):
        node.pay(DepositAddress.objects.get().address, units)
    node.mine(2)
    assert watch_deposits() == 10
    coin_deposits(client.organisation, "bch")
    with django_assert_max_num_queries(6):
        assert len(coin_deposits(client.organisation, "bch").receipts) == 10
