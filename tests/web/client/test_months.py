import pytest
from django.test import Client
from django.urls import reverse

from tagwork.kit import clock
from tagwork.payouts.operations.record_deposit import record_deposit
from tests.builders import people
from tests.builders.browsers import browser

pytestmark = pytest.mark.django_db


def test_a_member_downloads_the_month_and_a_stranger_does_not_know_it() -> None:
    client = people.client()
    record_deposit(client.organisation, 5_000_000, "transfer 1", people.operator(), "d1")
    month = f"{clock.now():%Y-%m}"
    pdf = reverse("client-month-pdf", args=[client.organisation.pk, month])
    table = reverse("client-month-csv", args=[client.organisation.pk, month])
    member = browser(client.person)
    assert pdf in member.get(reverse("client-money")).content.decode()
    assert member.get(pdf).content.startswith(b"%PDF-")
    assert "5.000000" in member.get(table).content.decode()
    assert member.get(table.replace(month, "2026-99")).status_code == 404
    for path in (pdf, table):
        assert browser(people.worker()).get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_an_operator_records_a_refund_after_the_factor_and_others_do_not_know_the_page() -> None:
    client = people.client()
    record_deposit(client.organisation, 5_000_000, "transfer 1", people.operator(), "d1")
    path = reverse("operate-refunds")
    operator = browser(people.second_operator(), is_fresh=True)
    assert "$5.00" in operator.get(path).content.decode()
    asked = operator.post(path, {})
    assert asked.status_code == 302 and "/accounts/2fa/reauthenticate/" in asked["Location"]
    for other in (people.worker(), client.person, people.moderator()):
        assert browser(other).get(path).status_code == 404
