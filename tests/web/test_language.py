"""One chooses a language once; pages and the API's refusals follow."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tagwork.people.operations.choose_language import choose_language
from tests.builders import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    translation.activate("en")


def test_a_stranger_chooses_a_language(client: Client) -> None:
    response = client.post("/language/", {"language": "es", "next": "/accounts/login/"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert '<html lang="es">' in client.get("/accounts/login/").content.decode()


def test_a_browser_that_asks_for_spanish_gets_it(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "es-MX,es;q=0.9"})
    assert '<html lang="es">' in page.content.decode()


def test_it_leads_nowhere_else(client: Client) -> None:
    response = client.post("/language/", {"language": "es", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


def test_it_refuses_a_language_that_is_not_spoken(client: Client) -> None:
    assert client.post("/language/", {"language": "tlh"}).status_code == 422


def test_the_choice_is_kept_on_the_account_and_known_in_another_browser(client: Client) -> None:
    worker = people.worker()
    client.force_login(worker)
    client.post("/language/", {"language": "es"})
    worker.refresh_from_db()
    assert worker.language == "es"
    other = Client()
    other.force_login(worker)
    response = other.get("/profile/")
    assert '<html lang="es">' in response.content.decode()
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "es"


def test_a_thread_that_spoke_spanish_answers_a_program_in_english(client: Client) -> None:
    translation.activate("es")
    client.get("/api/v1/me", headers={"authorization": "Bearer nothing"})
    assert translation.get_language() == "en"


def test_a_program_gets_the_language_it_asks_for(client: Client) -> None:
    client.get("/api/v1/me", headers={"authorization": "Bearer nothing", "accept-language": "es"})
    assert translation.get_language() == "es"


def test_it_repeats_harmlessly() -> None:
    worker = people.worker()
    choose_language(worker, "es")
    choose_language(worker, "es")
    worker.refresh_from_db()
    assert worker.language == "es"
