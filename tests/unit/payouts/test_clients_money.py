"""What a client paid in, spent and got back; as figures, as a file for programs and as one for people."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import Forbidden, Invalid
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.payouts.errors import InsufficientFunds, KeyReused
from tagwork.payouts.invoices import client_month, month_from, months_of, next_month
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.refund_client import refund_client
from tagwork.payouts.papers import as_csv, as_pdf
from tagwork.people.models import Organisation
from tagwork.quality.operations.moderate import moderate
from tests.builders import people, projects, work
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db

PRICE = {"base_micros": 400_000, "object_micros": 0, "max_objects": 0}


def free_micros(organisation: Organisation) -> int:
    return ledger.balance_micros(AccountRef("client_available", f"organisation:{organisation.pk}"))


def this_month() -> date:
    return clock.now().date().replace(day=1)


def test_what_is_free_goes_back_once_and_a_replay_changes_nothing() -> None:
    organisation = people.client().organisation
    record_deposit(organisation, 5_000_000, "transfer 1", people.operator(), "d1")
    for _ in range(2):
        refund_client(organisation, 2_000_000, "transfer 2", people.operator(), "r1")
    assert free_micros(organisation) == 3_000_000
    with pytest.raises(KeyReused):
        refund_client(organisation, 1_000_000, "transfer 3", people.operator(), "r1")
    assert ledger.verify().ok


def test_more_than_is_free_is_refused_and_so_is_a_stranger() -> None:
    organisation = people.client().organisation
    record_deposit(organisation, 5_000_000, "transfer 1", people.operator(), "d1")
    with pytest.raises(InsufficientFunds):
        refund_client(organisation, 5_000_001, "transfer 2", people.operator(), "r1")
    for stranger in (people.client().person, people.worker(), people.moderator()):
        with pytest.raises(Forbidden):
            refund_client(organisation, 1, "transfer 2", stranger, "r2")
    with pytest.raises(Invalid):
        refund_client(organisation, 1, " ", people.operator(), "r3")
    assert free_micros(organisation) == 5_000_000


@pytest.mark.django_db(transaction=True)
def test_two_refunds_of_everything_at_once_send_it_once() -> None:
    organisation = people.client().organisation
    operators = [people.operator(), people.second_operator()]
    record_deposit(organisation, 5_000_000, "transfer 1", operators[0], "d1")

    def refund(number: int) -> bool:
        try:
            refund_client(organisation, 5_000_000, "transfer", operators[number], f"r{number}")
        except InsufficientFunds:
            return False
        return True

    assert sorted(at_once(refund)) == [False, True]
    assert free_micros(organisation) == 0


def test_a_month_adds_up_from_deposit_to_what_is_left() -> None:
    project = work.open_project(3, price=PRICE)
    organisation = project.organisation
    ana = work.reader(project)
    moderate(people.moderator(), work.submitted(ana, project).pk, "approved")
    moderate(people.moderator(), work.submitted(ana, project).pk, "approved")
    refund_client(organisation, 1_000_000, "sent back", people.operator(), "r1")
    month = client_month(organisation, this_month())
    [row] = month.projects
    assert (row.name, row.answers, row.pay_micros, row.fee_micros) == (project.name, 2, 800_000, 0)
    assert month.opening_micros == 0 and month.refunded_micros == 1_000_000
    # the builder's money came without a deposit: it is named as something else, not left out
    assert month.other_micros == projects.DEPOSIT_MICROS
    assert month.closing_micros == projects.DEPOSIT_MICROS - 1_000_000 - 800_000
    following = client_month(organisation, next_month(this_month()))
    assert following.opening_micros == month.closing_micros and following.projects == ()


def test_the_file_for_programs_adds_up_and_runs_no_formula() -> None:
    project = work.open_project(3, price=PRICE, name="=cmd|' /C calc'!A0")
    moderate(people.moderator(), work.submitted(work.reader(project), project).pk, "approved")
    rows = list(csv.DictReader(io.StringIO(as_csv(client_month(project.organisation, this_month())))))
    amounts = [Decimal(row["amount_usd"]) for row in rows]
    assert sum(amounts[:-1]) == amounts[-1]
    assert (rows[0]["what"], rows[-1]["what"]) == ("opening balance", "closing balance")
    assert any(row["name"].startswith("'=cmd") for row in rows)


def test_the_paper_is_a_pdf_the_same_each_time_whatever_people_typed() -> None:
    project = work.open_project(3, price=PRICE, name="<b>Łódź & </b><para>")
    moderate(people.moderator(), work.submitted(work.reader(project), project).pk, "approved")
    month = client_month(project.organisation, this_month())
    paper = as_pdf(month)
    assert paper.startswith(b"%PDF-") and paper.rstrip().endswith(b"%%EOF")
    assert as_pdf(month) == paper


def test_the_statements_do_not_grow_with_the_answers(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    project = work.open_project(3, price=PRICE)
    ana = work.reader(project)
    for _ in range(3):
        moderate(people.moderator(), work.submitted(ana, project).pk, "approved")
    month = this_month()
    client_month(project.organisation, month)
    with django_assert_num_queries(8):
        client_month(project.organisation, month)


def test_months_run_from_the_first_deposit_to_today() -> None:
    organisation = people.client().organisation
    assert months_of(organisation) == []
    record_deposit(organisation, 5_000_000, "transfer 1", people.operator(), "d1")
    assert months_of(organisation) == [this_month()]


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "", "2026-011", "x"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert month_from(text) is None


def test_december_is_followed_by_january() -> None:
    assert month_from("2026-12") == date(2026, 12, 1)
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
