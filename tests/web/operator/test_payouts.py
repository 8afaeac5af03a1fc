"""The payouts' console: wallets, rates, runs, freezes, batches, alarms and a year's totals."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.kit import settings as versioned
from tagwork.kit.ids import encode, new_id
from tagwork.kit.models import AuditEntry
from tagwork.payouts import advice, console, policy, rate_rules, rates, rules
from tagwork.payouts.alarm_words import ALARMS
from tagwork.payouts.models import Batch, Freeze, RateObservation, Run, WalletFloat
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.freeze import freeze
from tagwork.payouts.operations.observe_float import observe_float
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.operations.run_payouts import run_payouts
from tests.builders import people
from tests.builders.bchn import PASSWORD, USER, FakeBchn, fake_bchn
from tests.builders.browsers import browser, confirmed
from tests.unit.payouts.coin_setup import approved_all, approved_to, set_up
from tests.unit.payouts.conftest import fund, set_policy

pytestmark = pytest.mark.django_db
HOME = "/operator/payouts/"


@pytest.fixture(autouse=True)
def _fresh_clock_and_settings() -> Iterator[None]:
    versioned.forget()
    yield
    clock.reset()
    versioned.forget()


@pytest.fixture
def node(db: None, settings: Settings) -> Iterator[FakeBchn]:
    set_up(coin="bch")
    with fake_bchn() as fake:
        fake.give(4_000_000)
        settings.PAYOUT_NODES = {"bch": (fake.url, USER, PASSWORD)}
        yield fake


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("rest", ["", "year/2026/", "year/2026.csv"])
def test_pages_open_for_operators_and_do_not_exist_for_others(client: Client, rest: str) -> None:
    assert browser(people.operator()).get(HOME + rest).status_code == 200
    for other in (people.worker(), people.moderator(), people.client().person, people.outsider()):
        assert browser(other).get(HOME + rest).status_code == 404
    assert client.get(HOME + rest).status_code == 302


def test_a_stranger_starts_nothing_and_lifts_nothing(node: FakeBchn) -> None:
    freeze("bch", rules.OTHER_CHAIN, "a test")
    lift = f"{HOME}freezes/{encode('fz', Freeze.objects.get().id)}/lift/"
    for other in (people.worker(), people.moderator(), people.outsider()):
        assert browser(other).post(HOME + "bch/run/").status_code == 404
        assert browser(other).post(lift, {"note": "fine"}).status_code == 404
    assert not Run.objects.exists() and Freeze.objects.get().lifted_at is None


def test_without_a_node_the_page_says_what_is_missing() -> None:
    page = text_of(browser(people.operator()).get(HOME))
    assert "TAGWORK_NODE_LTC_URL" in page and "paid by hand" in page and "Pay now" not in page
    assert "No exchange is asked here" in page and "Payouts need a look" not in page
    assert "A year&#x27;s totals" in page or "A year's totals" in page


def test_paying_now_asks_for_the_second_factor_and_is_one_run_however_often_it_is_pressed(node: FakeBchn) -> None:
    hasty = browser(people.operator(), is_fresh=True)  # a password is not enough
    answer = hasty.post(HOME + "bch/run/")
    assert answer.status_code == 302 and answer.url.startswith("/accounts/2fa/reauthenticate/")
    assert not Run.objects.exists()
    at_browser = confirmed(people.operator())
    for _ in range(2):
        page = text_of(at_browser.post(HOME + "bch/run/", follow=True))
    assert "The run is started" in page and people.operator().email in page
    assert Run.objects.get().started_by == str(people.operator().id)
    assert at_browser.get(HOME + "bch/run/").status_code == 405
    refused = at_browser.post(HOME + "ltc/run/")
    assert refused.status_code == 409 and "No node pays this method" in text_of(refused)


def test_a_freeze_says_why_and_is_lifted_with_a_note_after_the_second_factor(node: FakeBchn) -> None:
    freeze("bch", rules.CHAIN_WENT_BACK, "block ab is gone")
    lift = f"{HOME}freezes/{encode('fz', Freeze.objects.get().id)}/lift/"
    hasty = browser(people.operator(), is_fresh=True)
    page = text_of(hasty.get(HOME))
    assert "Bitcoin Cash is frozen" in page and "block ab is gone" in page
    assert "The node lost blocks it had shown before." in page
    # Nobody is invited to pay what is frozen, and its wallet is not called healthy.
    assert "Pay now" not in page and "Healthy" not in page
    assert hasty.post(lift, {"note": "fine"}).url.startswith("/accounts/2fa/reauthenticate/")
    assert Freeze.objects.get().lifted_at is None
    at_browser = confirmed(people.operator())
    without = at_browser.post(lift, {"note": " "})
    assert without.status_code == 409 and "1 to 1000 characters" in text_of(without)
    assert "The freeze is lifted." in text_of(at_browser.post(lift, {"note": "the node was upgraded"}, follow=True))
    assert Freeze.objects.get().note == "the node was upgraded"
    assert AuditEntry.objects.filter(action="payouts.unfrozen", actor=str(people.operator().id)).exists()
    unknown = f"{HOME}freezes/{encode('fz', new_id())}/lift/"
    assert at_browser.post(unknown, {"note": "fine"}).status_code == 404


def test_a_batch_is_shown_with_quote_lines_and_transaction(node: FakeBchn, django_assert_max_num_queries: Any) -> None:
    set_policy("payouts.bch.explorer_url", "https://explorer.example/tx/{txid}")
    approved_all([node.stranger(number) for number in range(2)], method="bch")
    run_payouts("bch")
    batch = Batch.objects.get()
    at_browser = browser(people.operator())
    with django_assert_max_num_queries(13):
        page = text_of(at_browser.get(f"{HOME}batches/{encode('b', batch.id)}/"))
    assert f"https://explorer.example/tx/{batch.txid}" in page
    for number in (1, 2):
        assert people.worker(number).email in page
    # $1.000001 at $80 a coin is 0.0125000125, rounded down
    assert "0.01250001 BCH" in page and "$80.00" in page and "own rate" in page
    history = text_of(at_browser.get(f"/operator/withdrawals/{encode('w', batch.withdrawals.earliest('id').id)}/"))
    assert f"/payouts/batches/{encode('b', batch.id)}/" in history and "0.01250001 BCH" in history
    assert "micros_per_coin" not in history
    assert at_browser.get(f"{HOME}batches/{encode('b', new_id())}/").status_code == 404
    for other in (people.worker(), people.outsider()):
        assert browser(other).get(f"{HOME}batches/{encode('b', batch.id)}/").status_code == 404


def test_the_console_asks_no_more_of_the_database_for_many_batches(
    node: FakeBchn,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(versioned, "CACHE_SECONDS", 3600.0)  # read once in each look, however slow the machine is
    clock.advance(timedelta(hours=12) - timedelta(hours=clock.now().hour))  # the daily run is due: one query more
    approved_to(node.stranger(1), 500_000, 1, "bch")
    run_payouts("bch")
    at_browser = browser(people.operator())
    versioned.forget()
    with django_assert_max_num_queries(29) as one:
        at_browser.get(HOME)
    for number in (2, 3, 4):
        node.mine()
        approved_to(node.stranger(number), 500_000, number, "bch")
        run_payouts("bch")
    assert Batch.objects.count() == 4
    versioned.forget()
    with django_assert_num_queries(len(one)):
        page = text_of(at_browser.get(HOME))
    assert page.count("0.00625000 BCH") == 0 and page.count('Bitcoin Cash <span class="nowrap">…') == 4


def test_what_is_in_doubt_comes_first_with_exactly_what_to_check(
    node: FakeBchn, settings: Settings, tmp_path: Path
) -> None:
    settings.FILES_DIR = tmp_path
    for number in (1, 2):
        approved_to(node.stranger(number), 500_000, number, "bch")
        run_payouts("bch")
        node.mine()
    oldest = Batch.objects.order_by("id")[0]
    Batch.objects.filter(id=oldest.id).update(attention="conflict_seen")
    at_browser = browser(people.operator())
    page = at_browser.get(HOME)
    assert next(one["row"].id for one in page.context["under_way"]) == oldest.id
    assert "Another transaction spends a coin of this payment." in text_of(page)
    detail = text_of(at_browser.get(f"{HOME}batches/{encode('b', oldest.id)}/"))
    assert "Find out who made it" in detail and "conflict_seen" in detail
    overview = text_of(at_browser.get("/operator/"))
    assert "A batch needs a person." in overview and f"batches/{encode('b', oldest.id)}/" in overview


def test_the_float_alarm_counts_what_waits_and_what_is_usual(node: FakeBchn) -> None:
    # 0.04 BCH at $80: $3.20. $1.40 was asked for in 14 days: $0.10 a day, and all of it still waits.
    approved_to(node.stranger(1), 1_400_000, 1, "bch")
    observe_float("bch")
    row = {one.method: one for one in console.wallets(console.rates())}["bch"]
    assert (row.float_micros, row.waiting_micros, row.daily_micros) == (3_200_000, 1_400_000, 100_000)
    assert (row.days_left, row.is_short) == (18, False)
    WalletFloat.objects.update(units=1_990_000)  # $1.592: one day and $0.092 after what waits
    assert {one.code for one in console.alarms()} >= {"float_short"}
    page = text_of(browser(people.operator()).get(HOME))
    assert "0.01990000 BCH" in page and "1 day<" in page and "less than two more days" in page
    approved_to(node.stranger(2), 500_000, 2, "bch")
    # $1.90 / 14 = $0.1357.
    assert [one.daily_micros for one in console.wallets(console.rates()) if one.method == "bch"] == [140_000]


def test_a_background_process_that_is_gone_is_named_at_the_pages(node: FakeBchn, settings: Settings) -> None:
    def codes() -> set[str]:
        return {one.code for one in console.alarms()} & {"payouts_unwatched", "node_silent"}

    assert codes() == set()  # asked for the first time in some minutes
    observe_float("bch")
    clock.advance(timedelta(minutes=14))
    assert codes() == set()
    clock.advance(timedelta(minutes=2))
    assert codes() == {"payouts_unwatched"}
    assert "Does the background process run?" in text_of(browser(people.operator()).get(HOME))
    # A node that is asked and does not answer is something else.
    settings.PAYOUT_NODES = {"bch": ("http://127.0.0.1:9", USER, PASSWORD)}
    observe_float("bch")
    assert codes() == {"node_silent"}


def test_who_shares_a_destination_is_named_where_it_is_held(node: FakeBchn) -> None:
    address = node.stranger(1)
    approved_to(address, 1_000_000, 1, "bch")
    worker = people.worker(2)
    fund(worker, 1_000_000)
    made = request_withdrawal(worker, add_destination(worker, "bch", address).id, 1_000_000, "key-2")
    assert review_withdrawal(made.id) == "held"
    page = text_of(browser(people.operator()).get(f"/operator/withdrawals/{encode('w', made.id)}/"))
    assert "Also with this destination:" in page and people.worker(1).email in page


def test_alarms_name_what_stands_still(node: FakeBchn, monkeypatch: pytest.MonkeyPatch) -> None:
    morning = clock.now().replace(hour=5, minute=0)
    monkeypatch.setattr(clock, "now", lambda: morning)
    set_policy("payouts.bch.micros_per_coin", 0)
    assert [one.code for one in console.alarms()] == ["no_rate"]
    approved_to(node.stranger(1), 500_000, 1, "bch")
    run_payouts("bch")
    freeze("bch", rules.UNKNOWN_CODE, "gettransaction: -100")
    monkeypatch.setattr(clock, "now", lambda: morning + timedelta(hours=2, minutes=1))
    codes = [one.code for one in console.alarms()]
    assert codes == ["frozen", "no_rate", "run_waits", "run_missed"]
    assert set(codes) <= set(ALARMS)


def test_a_sent_payment_that_nobody_confirms_is_overdue(node: FakeBchn) -> None:
    approved_to(node.stranger(1), 500_000, 1, "bch")
    run_payouts("bch")
    assert not console.batches_under_way()[0].is_overdue
    clock.advance(timedelta(hours=12, minutes=1))  # twice payouts.stuck_seconds
    assert console.batches_under_way()[0].is_overdue
    assert "overdue" in {one.code for one in console.alarms()}


def test_each_exchanges_answer_is_shown_with_what_became_of_it() -> None:
    answers = {
        "kraken": {"bid_micros": 92_350_000, "ask_micros": 92_400_000, "fresh_at": "2026-11-21T06:00:00+00:00",
                   "mark": "", "dropped": "stale"},
        "coinbase": {"failed": "unreachable", "dropped": "unreachable"},
    }  # fmt: skip
    RateObservation.objects.create(coin="ltc", at=clock.now(), refused="no_quorum", answers=answers)
    page = text_of(browser(people.operator()).get(HOME))
    assert "Kraken" in page and "$92.40" in page and "its price is too old" in page and "did not answer" in page
    assert "Too few exchanges answer" in page


def test_a_year_is_summed_per_payee_and_country_and_what_came_back_is_taken_off(node: FakeBchn) -> None:
    approved_all([node.stranger(number) for number in range(2)], method="bch")
    run_payouts("bch")
    node.mine(2)
    run_payouts("bch")
    number = clock.now().year
    payees = console.year_of_payees(number)
    assert [(one.email, one.country, one.paid_micros, one.payouts) for one in payees] == [
        ("worker1@example.test", "KE", 1_000_001, 1),
        ("worker2@example.test", "KE", 1_000_002, 1),
    ]
    at_browser = browser(people.operator())
    rows = list(csv.DictReader(io.StringIO(at_browser.get(f"{HOME}year/{number}.csv").content.decode())))
    assert [(row["email"], row["paid_out_usd"], row["tax_number"]) for row in rows] == [
        ("worker1@example.test", "1.000001", ""),
        ("worker2@example.test", "1.000002", ""),
    ]
    page = text_of(at_browser.get(f"{HOME}year/{number}/"))
    assert "Kenya" in page and "$2.000003" in page and "Hints, not advice" in page
    for wrong in (number + 1, 2025):
        assert at_browser.get(f"{HOME}year/{wrong}/").status_code == 404


def test_every_code_has_its_words() -> None:
    assert set(advice.ATTENTION) == set(rules.ATTENTION_CODES)
    reasons = {
        rate_rules.UNREACHABLE, rate_rules.UNREADABLE, rate_rules.STALE, rate_rules.FUTURE, rate_rules.WIDE,
        rate_rules.DEVIATES,
    }  # fmt: skip
    assert set(advice.LEFT_OUT) == reasons
    assert set(advice.NO_RATE) == set(rates.REFUSALS)
    for one in advice.ATTENTION.values():
        assert all(str(text).endswith((".", "?")) for text in one)
    unheard = advice.advice_on("something_new", is_overdue=False)
    assert unheard is not None and unheard.what == "something_new"
    assert advice.advice_on("", is_overdue=False) is None


def test_the_codes_are_those_that_the_runner_can_store() -> None:
    """Read from the sources, so that a new refusal cannot be forgotten here."""
    room = Path(policy.__file__).parent
    text = "".join((room / rest).read_text() for rest in ("rails/transactions.py", "operations/sign_batch.py"))
    assert set(re.findall(r'WrongTransaction\("(\w+)"\)', text)) == set(rules.WRONG_TRANSACTION)
