import pytest
from django.test import Client

from tagwork.web import country_guides
from tests.web.worker.conftest import Story

pytestmark = pytest.mark.django_db


def test_the_rate_card_shows_what_live_projects_pay_and_the_rule(client: Client, story: Story) -> None:
    text = client.get("/rates/").content.decode()
    assert "$400.00" in text and "Boxes" in text
    assert "$0.002" in text and "$3.00" in text


def test_the_rate_card_without_projects_still_states_the_rule(client: Client) -> None:
    text = client.get("/rates/").content.decode()
    assert "No project is live" in text and "$3.00" in text


@pytest.mark.parametrize("guide", country_guides.guides(), ids=lambda guide: guide.code)
def test_every_country_has_its_page(client: Client, guide: country_guides.Guide) -> None:
    text = client.get(f"/guides/{guide.code.lower()}/").content.decode()
    assert guide.name in text and guide.currency in text


def test_whoever_asks_for_spanish_reads_the_guide_in_spanish(client: Client) -> None:
    text = client.get("/guides/ke/", headers={"accept-language": "es"}).content.decode()
    assert "Vende en una casa de cambio" in text and "Los tiempos de espera son estimaciones" in text


def test_a_country_without_a_guide_is_not_found(client: Client) -> None:
    assert client.get("/guides/xx/").status_code == 404
