"""One chooses a language once; pages and the API's refusals follow."""

import html
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tagwork.jobs import strings
from tagwork.people.operations.choose_language import choose_language
from tagwork.tutorial.lessons import LESSONS_BY_ID
from tests.builders import people, tutorial

pytestmark = pytest.mark.django_db
needs_catalogue = pytest.mark.usefixtures("catalogue")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    translation.activate("en")


def test_a_stranger_chooses_a_language(client: Client) -> None:
    response = client.post("/language/", {"language": "es", "next": "/accounts/login/"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert '<html lang="es"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_each_language_is_named_in_its_own_words(client: Client, language: str) -> None:
    page = client.get("/", headers={"Accept-Language": language}).content.decode()
    assert re.findall(r'name="language"[^>]*>(.*?)</button>', page) == ["English", "Español", "العربية"]


def test_a_browser_that_asks_for_spanish_gets_it(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "es-MX,es;q=0.9"})
    assert '<html lang="es"' in page.content.decode()


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
    assert '<html lang="es"' in response.content.decode()
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


def _sentences() -> set[str]:
    """English texts of the catalogue that are long enough not to be met by chance and hold no value."""
    return {
        entry.msgid
        for entry in strings.read("es")
        if len(entry.msgid) > 14 and entry.msgid != entry.msgstr and not set("%{<") & set(entry.msgid)
    }


@needs_catalogue
@pytest.mark.parametrize(
    "address",
    ["/dashboard/", "/work/", "/money/", "/standing/", "/reports/", "/withdrawals/", "/tutorial/", "/profile/"],
)
def test_a_page_in_spanish_says_nothing_in_english(client: Client, address: str) -> None:
    worker = people.worker()
    choose_language(worker, "es")
    client.force_login(worker)
    page = client.get(address)
    assert page.status_code == 200
    text = html.unescape(re.sub(r"<[^>]+>", "\n", page.content.decode()))
    lines = {line.strip() for line in text.split("\n")}
    assert lines & _sentences() == set()


@needs_catalogue
def test_a_refusal_of_the_api_keeps_its_code_and_speaks_spanish(client: Client) -> None:
    answer = client.get("/api/v1/me", headers={"authorization": "Bearer nothing", "accept-language": "es"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.json()["title"] == "Inicia sesión primero"
    assert answer.json()["detail"] == translation.gettext("This token is unknown or was revoked.")
    assert "token" in answer.json()["detail"] and "unknown" not in answer.json()["detail"]


@needs_catalogue
def test_a_lesson_and_why_an_answer_was_right_speak_the_language_of_the_learner(client: Client) -> None:
    worker = people.worker()
    choose_language(worker, "es")
    client.force_login(worker)
    client.get("/tutorial/")  # the first page puts the account's language into the browser's cookie
    lesson, address = LESSONS_BY_ID["classification"], "/api/v1/tutorial/lessons/classification"
    shown = client.get(address).json()
    english = [lesson.title, lesson.intro, *(item.instruction for item in lesson.items)]
    said = [shown["title"], shown["intro"], *(item["instruction"] for item in shown["items"])]
    with translation.override("es"):
        assert said == [translation.gettext(one) for one in english]
    assert not set(said) & set(english)
    assert said[0] == "Elige lo que encaja" and "«Comprobar»" in said[2]
    answer = tutorial.perfect_answer(lesson, lesson.items[0])
    checked = client.post(f"{address}/items/1/check", answer, content_type="application/json").json()
    assert (checked["passed"], checked["why"]) == (True, "Correcto: esto es lo que muestra la imagen.")


@needs_catalogue
def test_arabic_is_read_from_the_right_and_says_in_english_what_it_does_not_know(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl"' in page and "سجّل للعمل" in page
    assert 'value="ar" lang="ar" aria-current="true">العربية</button>' in page
    # The long public pages have no Arabic twin: they are read in English, from the left.
    assert client.get("/terms/", headers={"accept-language": "ar"}).status_code == 200
