"""Pending, balance, history, statement; destinations and withdrawals by plain forms."""

import csv
import io

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tagwork.kit import settings
from tagwork.kit.ids import encode
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef
from tagwork.payouts import policy
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.queries import destinations_of, withdrawals_of
from tagwork.projects.models import Project
from tagwork.quality.operations.moderate import moderate
from tagwork.web.worker.destinations import in_fours
from tagwork.web.worker.money import dollars, plain_cell
from tests.builders import people, work
from tests.builders.background import run_background
from tests.builders.browsers import confirm_by_mail
from tests.builders.people import PASSWORD
from tests.unit.payouts.conftest import fund, set_policy
from tests.web.worker.conftest import LITECOIN_ADDRESS, Story, queries_of
from tests.web.worker.test_doors import suspend

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh_page(story: Story) -> Client:
    """Signed in through the form and confirmed by mail: the proof of who is there is seconds old."""
    cache.clear()
    people.confirmed(story.worker)
    client = Client()
    client.post("/accounts/login/", {"login": story.worker.email, "password": PASSWORD})
    confirm_by_mail(client, story.worker)
    return client


def main_micros(story: Story) -> int:
    return balance_micros(AccountRef("worker_main", f"worker:{story.worker.pk}"))


def earn(story: Story, answers: int) -> None:
    for _ in range(answers):
        moderate(people.moderator(), work.submitted(story.worker, story.project).pk, "approved")


def test_the_money_page_shows_pending_balance_and_each_line(page: Client, story: Story) -> None:
    text = page.get("/money/").content.decode()
    assert text.count("$0.40") >= 4
    assert reverse("receipt", args=[story.pending.pk]) in text
    assert reverse("receipt", args=[story.approved.pk]) in text
    assert "by a moderator" in text and story.project.name in text


def test_the_dashboard_counts_todays_approval(page: Client, story: Story) -> None:
    text = page.get("/dashboard/").content.decode()
    assert "Earned today" in text and "$0.40" in text
    assert "Start working" in text


def test_an_incomplete_profile_is_the_first_next_step(client: Client) -> None:
    bare = people.person("bare@example.test")
    client.force_login(bare)
    assert "Complete your profile" in client.get("/dashboard/").content.decode()
    client.force_login(people.worker())
    assert "Take the tutorial" in client.get("/dashboard/").content.decode()


@pytest.mark.parametrize("path", ["/money/", "/dashboard/", "/withdrawals/"])
def test_the_number_of_queries_does_not_grow_with_the_lines(page: Client, story: Story, path: str) -> None:
    earn(story, 1)
    add_destination(story.worker, "ltc", LITECOIN_ADDRESS)
    request_withdrawal(story.worker, destinations_of(story.worker)[0].id, 500_000, "k1")
    before = queries_of(page, path)
    earn(story, 2)
    add_destination(story.worker, "ltc", "3CDJNfdWX8m2NwuGUV3nhXHXEeLygMXoAj")
    request_withdrawal(story.worker, destinations_of(story.worker)[0].id, 500_000, "k2")
    assert queries_of(page, path) == before <= 15


def test_the_statement_has_every_line_and_balances(page: Client, story: Story) -> None:
    earn(story, 2)
    answer = page.get("/money/statement.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    assert [row["amount_usd"] for row in rows] == ["0.400000"] * 3
    assert [row["balance_usd"] for row in rows] == ["1.200000", "0.800000", "0.400000"]
    assert rows[-1]["task"] == encode("s", story.approved.pk)
    assert rows[-1]["rate_usd"] == "0.400000" and rows[-1]["verdict_by"] == "moderator"


def test_a_projects_name_is_no_formula_in_the_statement(page: Client, story: Story) -> None:
    Project.objects.filter(pk=story.project.pk).update(name='=HYPERLINK("http://evil.example")')
    content = b"".join(page.get("/money/statement.csv").streaming_content).decode()  # type: ignore[attr-defined]
    [row] = csv.DictReader(io.StringIO(content))
    assert row["project"].startswith("'=")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-0.400000", "-0.400000"),
        ("-1+cmd", "'-1+cmd"),
        ("Cars", "Cars"),
    ],
)
def test_cells_that_would_run_begin_with_a_quote(cell: str, written: str) -> None:
    assert plain_cell(cell) == written


@pytest.mark.parametrize(("micros", "text"), [(0, "0.000000"), (-1_500, "-0.001500"), (1_234_567_890, "1234.567890")])
def test_dollars_are_exact(micros: int, text: str) -> None:
    assert dollars(micros) == text


def test_an_address_is_shown_whole_in_groups_of_four() -> None:
    groups = in_fours(LITECOIN_ADDRESS)
    assert groups[:2] == ["ltc1", "qw50"] and "".join(groups) == LITECOIN_ADDRESS
    assert in_fours("ana@example.org") == ["ana@example.org"]


def test_a_destination_is_checked_shown_back_and_then_kept(fresh_page: Client, story: Story) -> None:
    path = reverse("destination-add")
    shown = fresh_page.post(path, {"method": "ltc", "address": LITECOIN_ADDRESS}).content.decode()
    assert "Is this your address?" in shown and "<span>qw50</span>" in shown
    assert destinations_of(story.worker) == []
    fresh_page.post(path, {"method": "ltc", "address": LITECOIN_ADDRESS, "step": "keep"})
    assert [one.address for one in destinations_of(story.worker)] == [LITECOIN_ADDRESS]


def test_a_wrong_address_is_refused_in_words(fresh_page: Client, story: Story) -> None:
    bad = LITECOIN_ADDRESS[:-1] + "8"
    answer = fresh_page.post(reverse("destination-add"), {"method": "ltc", "address": bad})
    assert answer.status_code == 422
    assert b"errorlist" in answer.content
    assert destinations_of(story.worker) == []


def test_an_address_that_is_written_anew_says_so(fresh_page: Client, story: Story) -> None:
    # A P2SH address in its old form: Litecoin now writes it with M (payments vectors: 3… normalises to M…).
    old = "3CDJNfdWX8m2NwuGUV3nhXHXEeLygMXoAj"
    shown = fresh_page.post(reverse("destination-add"), {"method": "ltc", "address": old}).content.decode()
    assert "another form" in shown and "note--warn" in shown


def test_adding_a_destination_asks_who_is_there(page: Client, story: Story) -> None:
    page.logout()
    page.force_login(story.worker)  # a session without a recent proof
    answer = page.post(reverse("destination-add"), {"method": "ltc", "address": LITECOIN_ADDRESS, "step": "keep"})
    assert answer.status_code == 302 and "/reauthenticate/" in answer["Location"]
    assert destinations_of(story.worker) == []


def confirm(client: Client, story: Story, amount: str = "0.50") -> dict[str, str]:
    destination = add_destination(story.worker, "ltc", LITECOIN_ADDRESS)
    query = {"destination": encode("d", destination.id), "amount": amount}
    answer = client.get(reverse("withdrawal-new"), query)
    assert answer.status_code == 200, answer.content.decode()
    context = answer.context
    return {
        "destination": context["destination_key"],
        "amount_micros": str(context["amount_micros"]),
        "key": context["idempotency_key"],
    }


def test_a_withdrawal_is_confirmed_before_it_moves_money(fresh_page: Client, story: Story) -> None:
    earn(story, 1)
    body = confirm(fresh_page, story)
    assert main_micros(story) == 800_000
    answer = fresh_page.post(reverse("withdrawal-request"), body)
    [made] = withdrawals_of(story.worker)
    assert answer["Location"] == reverse("withdrawal", args=[made.id])
    assert main_micros(story) == 300_000


def test_what_a_method_of_whole_cents_would_not_send_is_said_before(fresh_page: Client, story: Story) -> None:
    set_policy("payouts.methods", ["manual"])
    fund(story.worker, 100_000_000)
    to = add_destination(story.worker, "manual", "DE89 3704 0044 0532 0130 00; Ana Okoye")
    page = fresh_page.get(reverse("withdrawal-new"), {"destination": encode("d", to.id), "amount": "50.006"})
    assert page.context["unsendable_micros"] == 6_000 and page.context["net_micros"] % 10_000 == 0
    assert "whole cents" in page.content.decode() and "would not arrive" in page.content.decode()
    page = fresh_page.get(reverse("withdrawal-new"), {"destination": encode("d", to.id), "amount": "50"})
    assert page.context["unsendable_micros"] == 0 and "would not arrive" not in page.content.decode()


def test_sending_the_same_form_twice_withdraws_once(fresh_page: Client, story: Story) -> None:
    earn(story, 2)
    body = confirm(fresh_page, story)
    first = fresh_page.post(reverse("withdrawal-request"), body)
    second = fresh_page.post(reverse("withdrawal-request"), body)
    assert first["Location"] == second["Location"]
    assert len(withdrawals_of(story.worker)) == 1


def test_each_time_the_confirmation_is_drawn_it_has_another_key(fresh_page: Client, story: Story) -> None:
    earn(story, 1)
    assert confirm(fresh_page, story)["key"] != confirm(fresh_page, story)["key"]


@pytest.mark.parametrize(
    ("amount", "word"),
    [("0.10", "The minimum is $0.50"), ("500", "Your main balance is $0.40"), ("lots", "amount of US dollars")],
)
def test_an_amount_that_cannot_be_is_refused_in_words(page: Client, story: Story, amount: str, word: str) -> None:
    destination = add_destination(story.worker, "ltc", LITECOIN_ADDRESS)
    query = {"destination": encode("d", destination.id), "amount": amount}
    answer = page.get(reverse("withdrawal-new"), query)
    assert answer.status_code == 422 and word in answer.content.decode()


def test_another_workers_destination_cannot_be_chosen(fresh_page: Client, story: Story) -> None:
    earn(story, 1)
    foreign = add_destination(people.second_worker(), "ltc", LITECOIN_ADDRESS)
    body = {"destination": encode("d", foreign.id), "amount_micros": "500000", "key": "k"}
    fresh_page.post(reverse("withdrawal-request"), body)
    assert withdrawals_of(story.worker) == [] and main_micros(story) == 800_000


def test_a_withdrawal_shows_its_way_and_can_be_cancelled_by_its_owner(
    page: Client, client: Client, story: Story
) -> None:
    earn(story, 1)
    destination = add_destination(story.worker, "ltc", LITECOIN_ADDRESS)
    made = request_withdrawal(story.worker, destination.id, 500_000, "k")
    run_background()
    path = reverse("withdrawal", args=[made.id])
    text = page.get(path).content.decode()
    assert "Requested" in text and "Approved" in text and "Cancel it" in text
    client.force_login(people.second_worker())
    assert client.get(path).status_code == 404
    assert client.post(reverse("withdrawal-cancel", args=[made.id])).status_code == 404
    assert main_micros(story) == 300_000
    page.post(reverse("withdrawal-cancel", args=[made.id]))
    assert main_micros(story) == 800_000
    assert "Cancelled" in page.get(path).content.decode()
    assert b"Cancelled" in page.get("/withdrawals/").content


def test_a_suspended_worker_withdraws(fresh_page: Client, story: Story) -> None:
    earn(story, 1)
    suspend(story)
    fresh_page.post(reverse("withdrawal-request"), confirm(fresh_page, story))
    assert len(withdrawals_of(story.worker)) == 1


def test_a_destination_is_removed_by_its_owner(fresh_page: Client, story: Story) -> None:
    destination = add_destination(story.worker, "ltc", LITECOIN_ADDRESS)
    fresh_page.post(reverse("destination-remove", args=[destination.id]))
    assert destinations_of(story.worker) == []


def test_the_coin_amount_is_shown_as_indicative_while_a_rate_is_known(fresh_page: Client, story: Story) -> None:
    earn(story, 1)
    destination = add_destination(story.worker, "ltc", LITECOIN_ADDRESS)
    query = {"destination": encode("d", destination.id), "amount": "0.50"}
    assert "That is about" not in fresh_page.get(reverse("withdrawal-new"), query).content.decode()
    settings.change(policy.rate_setting("ltc"), 80_000_000, by="test")
    settings.forget()
    shown = fresh_page.get(reverse("withdrawal-new"), query).content.decode()
    # 0.50 / 80.00 = 0.00625
    assert "0.00625000 LTC" in shown and "indicative" in shown
