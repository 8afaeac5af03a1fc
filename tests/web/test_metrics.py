"""How the house stands, in figures, for those who hold the token."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.unit.ledger.accounts import deposit

pytestmark = pytest.mark.django_db


def scrape(token: str = "") -> tuple[int, str]:
    answer = Client(headers={"Authorization": f"Bearer {token}"} if token else {}).get("/metrics")
    return answer.status_code, answer.content.decode()


def test_who_has_the_token_reads_the_balances(settings: Settings) -> None:
    settings.METRICS_TOKEN = "long and random"
    deposit(1_500)
    status, text = scrape("long and random")
    assert status == 200
    assert 'tagwork_ledger_micros{kind="client_available"} 1500.0' in text


@pytest.mark.parametrize("token", ["", "long and randox"])
def test_a_stranger_reads_nothing(settings: Settings, token: str) -> None:
    settings.METRICS_TOKEN = "long and random"
    assert scrape(token) == (401, "TAGWORK_METRICS_TOKEN\n")


def test_without_a_token_it_is_closed_but_in_a_demo(settings: Settings) -> None:
    assert scrape("")[0] == scrape("anything")[0] == 401
    settings.IS_DEMO = True
    assert "tagwork_queue" in scrape()[1]
