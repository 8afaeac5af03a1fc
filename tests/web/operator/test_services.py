"""A payment service's batches and the comparison of the books, at the operators' pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.kit import settings as versioned
from tagwork.kit.ids import encode, new_id
from tagwork.payouts import advice, reconcile_rules, rules
from tagwork.payouts.models import Difference, ProviderBatch, Run
from tagwork.payouts.operations.keep_difference import keep_difference
from tagwork.payouts.operations.reconcile import reconcile
from tagwork.payouts.operations.run_by_provider import run_by_provider
from tagwork.payouts.queries import withdrawal_for_operator
from tagwork.payouts.rails.paypal.client import MEANINGS
from tests.builders import people
from tests.builders.browsers import browser
from tests.builders.paypal import FakePayPal
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import advance
from tests.web.operator.test_payouts import confirmed, text_of

pytestmark = pytest.mark.django_db
HOME = "/operator/payouts/"


@pytest.fixture(autouse=True)
def _fresh_clock_and_settings() -> Iterator[None]:
    versioned.forget()
    yield
    clock.reset()
    versioned.forget()


def lost_batch(paypal: FakePayPal) -> ProviderBatch:
    approved_to("ana@example.org", 10_000_000, 1, "paypal")
    paypal.losses = ["cut_after"]
    run_by_provider("paypal")
    return ProviderBatch.objects.get()


def page_of(batch: ProviderBatch) -> str:
    return f"{HOME}services/{encode('sb', batch.id)}/"


def test_the_console_lists_what_a_service_pays_and_starts_a_run(paypal: FakePayPal) -> None:
    approved_to("ana@example.org", 10_000_000, 1, "paypal")
    at_browser = confirmed(people.operator())
    page = text_of(at_browser.get(HOME))
    assert "Payment services" in page and "$9.80" in page
    answer = at_browser.post(HOME + "paypal/run/")
    assert answer.status_code == 302, text_of(answer)
    assert answer.url == HOME
    assert Run.objects.get(method="paypal").started_by == str(people.operator().id)
    run_by_provider("paypal")
    assert "BATCH1" in text_of(at_browser.get(HOME))


def test_a_batch_in_doubt_says_exactly_what_to_check_and_offers_what_may_be_answered(
    paypal: FakePayPal, settings: Settings, tmp_path: Path
) -> None:
    settings.FILES_DIR = tmp_path
    batch = lost_batch(paypal)
    at_browser = browser(people.operator())
    page = text_of(at_browser.get(page_of(batch)))
    assert "whether the service took the batch is not known" in page and str(batch.id) in page
    assert "Adopt it" in page and "It cannot be given up yet" in page and "ana@example.org" in page
    advance(hours=7)
    overview = text_of(at_browser.get("/operator/"))
    assert "never said whether it took a batch" in overview and page_of(batch) in overview


def test_adopting_asks_for_the_second_factor_and_the_service_s_own_word(paypal: FakePayPal) -> None:
    batch = lost_batch(paypal)
    hasty = browser(people.operator(), is_fresh=True)
    assert hasty.post(page_of(batch) + "adopt/", {}).url.startswith("/accounts/2fa/reauthenticate/")
    at_browser = confirmed(people.operator())
    wrong = at_browser.post(page_of(batch) + "adopt/", {"provider_id": "BATCH7", "note": "found"})
    assert wrong.status_code == 409 and "knows no such batch" in text_of(wrong) and "BATCH7" in text_of(wrong)
    done = at_browser.post(page_of(batch) + "adopt/", {"provider_id": "BATCH1", "note": "found"}, follow=True)
    assert "written into the history" in text_of(done)
    batch.refresh_from_db()
    assert batch.state == "broadcast"
    refused = at_browser.post(page_of(batch) + "give-up/", {"note": "changed my mind"})
    assert refused.status_code == 409


def test_giving_up_is_offered_when_nothing_can_come_any_more(paypal: FakePayPal) -> None:
    approved_to("ana@example.org", 10_000_000, 1, "paypal")
    paypal.refusal = (400, "VALIDATION_ERROR")
    run_by_provider("paypal")
    batch = ProviderBatch.objects.get()
    at_browser = confirmed(people.operator())
    assert "The service refused the batch as a whole" in text_of(at_browser.get(page_of(batch)))
    at_browser.post(page_of(batch) + "give-up/", {"note": "its log shows it was refused"})
    batch.refresh_from_db()
    assert batch.state == "failed"
    assert withdrawal_for_operator(batch.withdrawals.get().id).state == "failed"
    assert "put it back on the balance" in text_of(at_browser.get(page_of(batch)))


def test_a_given_up_batch_can_be_asked_about_again(paypal: FakePayPal) -> None:
    batch = lost_batch(paypal)
    advance(days=26, minutes=1)
    run_by_provider("paypal")
    at_browser = confirmed(people.operator())
    assert "Ask the service again" not in text_of(at_browser.get(page_of(batch)))
    at_browser.post(page_of(batch) + "give-up/", {"note": "not on the activity page"})
    assert "Ask the service again" in text_of(at_browser.get(page_of(batch)))
    hasty = browser(people.second_operator(), is_fresh=True)
    assert hasty.post(page_of(batch) + "ask-again/", {}).url.startswith("/accounts/2fa/reauthenticate/")
    wrong = at_browser.post(page_of(batch) + "ask-again/", {"provider_id": "BATCH7", "note": "found"})
    assert wrong.status_code == 409 and "knows no such batch" in text_of(wrong) and "BATCH7" in text_of(wrong)
    paypal.settle(batch.withdrawals.get().id, "SUCCESS")
    done = at_browser.post(page_of(batch) + "ask-again/", {"provider_id": "BATCH1", "note": "found"}, follow=True)
    assert "It was taken after all" in text_of(done)
    assert Difference.objects.get().code == "paid_after_all"


def test_who_is_not_listed_is_failed_at_the_withdrawals_own_page(paypal: FakePayPal) -> None:
    batch = lost_batch(paypal)
    made = batch.withdrawals.get().id
    paypal.only().items.clear()
    for _ in range(2):  # it is found, and a day later still lists nobody
        advance(days=1, minutes=1)
        run_by_provider("paypal")
    at_browser = confirmed(people.operator())
    page = text_of(at_browser.get(page_of(batch)))
    assert "still does not list some of its payees" in page and "Settle the payees" in page
    to = f"/operator/withdrawals/{encode('w', made)}/act/"
    assert at_browser.post(to, {"act": "fail", "text": "support: no such payout"}).status_code == 302
    assert withdrawal_for_operator(made).state == "failed"


def test_what_the_service_says_of_a_payee_is_said_in_words_while_it_matters(paypal: FakePayPal) -> None:
    ana = approved_to("ana@example.org", 10_000_000, 1, "paypal").id
    run_by_provider("paypal")
    batch = ProviderBatch.objects.get()
    olga = browser(people.operator())
    for status, words in (("UNCLAIMED", "After 30 days it comes back by itself"), ("RETURNED", "put it back on the")):
        paypal.settle(ana, status)
        advance(minutes=11)
        run_by_provider("paypal")
        assert words in text_of(olga.get(page_of(batch)))
    history = text_of(olga.get(f"/operator/withdrawals/{encode('w', ana)}/"))
    assert "id of the payout: ITEM" in history
    assert "is_earlier" not in history and "Why: <" not in history


def test_strangers_see_none_of_it(paypal: FakePayPal) -> None:
    batch = lost_batch(paypal)
    pages = [page_of(batch), HOME + "comparison/"]
    posts = [page_of(batch) + "adopt/", page_of(batch) + "give-up/", page_of(batch) + "ask-again/"]
    posts.append(f"{HOME}comparison/{encode('df', new_id())}/explain/")
    for other in (people.worker(), people.moderator(), people.client().person, people.outsider()):
        assert {browser(other).get(page).status_code for page in pages} == {404}
        assert {browser(other).post(page).status_code for page in posts} == {404}
    assert confirmed(people.operator()).post(posts[3], {"note": "x"}).status_code == 404
    assert browser(people.operator()).get(f"{HOME}services/{encode('sb', new_id())}/").status_code == 404


def test_a_batch_s_page_asks_no_more_for_many_payees(
    paypal: FakePayPal, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    approved_to("a1@example.org", 5_000_000, 1, "paypal")
    run_by_provider("paypal")
    for number in (2, 3, 4):
        approved_to(f"a{number}@example.org", 5_000_000, number, "paypal")
    run_by_provider("paypal")
    first, second = ProviderBatch.objects.order_by("id")
    at_browser = browser(people.operator())
    at_browser.get(page_of(first))
    with django_assert_max_num_queries(10) as one:
        at_browser.get(page_of(first))
    with django_assert_num_queries(len(one)):
        at_browser.get(page_of(second))


def test_a_difference_is_shown_with_its_journal_and_explained_with_a_note(paypal: FakePayPal) -> None:
    at_browser = confirmed(people.operator())
    assert "the books and the outside agree" in text_of(at_browser.get(HOME + "comparison/"))
    ana = approved_to("ana@example.org", 10_000_000, 1, "paypal").id
    run_by_provider("paypal")
    paypal.settle(ana, "SUCCESS", fee="0.25")
    advance(minutes=11)
    run_by_provider("paypal")
    paypal.only().items = []  # as if it had never heard of her
    reconcile("paypal")
    at_browser = confirmed(people.operator())
    page = text_of(at_browser.get(HOME + "comparison/"))
    # By the name that its own page has, and a way there.
    assert f'href="/operator/withdrawals/{encode("w", ana)}/">{encode("w", ana)}</a>' in page
    assert f"withdraw:confirmed:{ana}" in page and "external_out method:paypal" in page and "$9.80" in page
    explain = f"{HOME}comparison/{encode('df', Difference.objects.get().id)}/explain/"
    empty = at_browser.post(explain, {"note": ""})
    assert empty.status_code == 409 and "1 to 1000 characters" in text_of(empty)
    done = text_of(at_browser.post(explain, {"note": "PayPal mends its list"}, follow=True))
    assert f"{encode('w', ana)}</a>" in done and str(ana) not in done
    assert "PayPal mends its list" in done and people.operator().email in done


@pytest.mark.parametrize(
    ("code", "subject", "books", "outside", "shown"),
    [
        ("wallet_short", "-24999406", "124999406", "100000000", "Missing 0.24999406 BCH The books say 1.24999406 BCH"),
        ("wallet_over", "2", "7", "9", "Too much 0.00000002 BCH"),
        ("unknown_spend", "ab" * 32, "no payout", "5000", "The books say no payout Outside 0.00005000 BCH"),
        ("books_differ", "batch:fee:1", "250000", "300000", "The books say $0.25 Outside $0.30"),
        ("payment_missing", "7", "12", "not in the wallet", "About 7 The books say 12 Outside not in the wallet"),
    ],
)
def test_the_figures_of_a_difference_are_read_as_coins_or_dollars(
    code: str, subject: str, books: str, outside: str, shown: str
) -> None:
    for method in ("bch", "deposits.bch"):
        Difference.objects.update(gone_at=clock.now())
        keep_difference(method, reconcile_rules.Difference(code, subject, books, outside))
        page = browser(people.operator()).get(HOME + "comparison/")
        assert shown in " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_every_code_of_a_service_has_its_words() -> None:
    assert set(advice.SERVICE_ATTENTION) == set(rules.PROVIDER_ATTENTION_CODES)
    # What goes on or has arrived needs none.
    assert set(advice.SAYS_OF_A_PAYEE) == set(MEANINGS) - {"PENDING", "SUCCESS"}
