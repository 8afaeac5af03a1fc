import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from tagwork.people.access import Policy, fresh, policy
from tests.builders import people

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@policy(Policy.OPERATOR)
def house(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the house")


@policy(Policy.CLIENT)
def projects(request: HttpRequest) -> HttpResponse:
    return HttpResponse("projects")


@policy(Policy.WORKER)
def tasks(request: HttpRequest) -> HttpResponse:
    return HttpResponse("tasks")


@policy(Policy.WORKER)
@fresh
def withdraw(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"sent {request.POST['amount']}")


urlpatterns = [
    path("house/", house),
    path("projects/", projects),
    path("tasks/", tasks),
    path("withdraw/", withdraw),
    path("", include(settings.ROOT_URLCONF)),
]
handler404 = "tagwork.web.problems.page_not_found"


def test_an_operator_without_a_second_factor_is_told_what_to_do(client: Client) -> None:
    client.force_login(people.operator())
    answer = client.get("/house/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "needs a second factor" in page
    assert 'href="/accounts/2fa/"' in page


def test_an_operator_with_a_second_factor_enters(client: Client) -> None:
    operator = people.operator()
    TOTP.activate(operator, generate_totp_secret())
    client.force_login(operator)
    assert client.get("/house/").content == b"the house"


def test_in_a_demo_the_stock_operator_enters_without_one(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.IS_DEMO = True
    client.force_login(people.operator())
    assert client.get("/house/").content == b"the house"


def test_to_others_the_operators_page_does_not_exist(client: Client) -> None:
    for person in (people.worker(), people.moderator(), people.outsider()):
        client.force_login(person)
        assert client.get("/house/").status_code == 404


def test_a_worker_on_a_clients_page_is_told_how_to_become_one(client: Client) -> None:
    client.force_login(people.worker())
    answer = client.get("/projects/")
    assert answer.status_code == 403
    assert 'href="/organisations/"' in answer.content.decode()


def test_a_client_on_a_workers_page_is_refused_and_a_member_enters_their_own(client: Client) -> None:
    client.force_login(people.client().person)
    assert client.get("/tasks/").status_code == 403
    assert client.get("/projects/").content == b"projects"


@pytest.mark.parametrize("path", ["/admin/", "/admin/people/person/"])
def test_the_records_are_for_operators_with_a_second_factor(client: Client, path: str) -> None:
    operator = people.operator()
    assert client.get(path, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    client.force_login(people.worker())
    assert client.get(path, follow=True).status_code == 404
    client.force_login(operator)
    assert client.get(path, follow=True).status_code == 403
    TOTP.activate(operator, generate_totp_secret())
    assert client.get(path).status_code == 200


def test_nobody_changes_a_record_by_hand(client: Client) -> None:
    operator = people.operator()
    TOTP.activate(operator, generate_totp_secret())
    client.force_login(operator)
    worker = people.worker()
    page = client.get(f"/admin/people/person/{worker.pk}/change/")
    assert page.status_code == 200
    assert b"password" not in page.content.split(b'id="content"')[1]
    assert client.post(f"/admin/people/person/{worker.pk}/change/", {"is_operator": "on"}).status_code == 403
    assert client.get("/admin/people/person/add/").status_code == 403


def test_moving_money_asks_who_is_there_and_then_goes_on(client: Client) -> None:
    client.force_login(people.worker())
    asked = client.post("/withdraw/", {"amount": "500000"})
    assert asked.status_code == 302
    assert asked.url == "/accounts/reauthenticate/?next=%2Fwithdraw%2F"
    answer = client.post(asked.url, {"password": people.PASSWORD, "next": "/withdraw/"}, follow=True)
    assert answer.content == b"sent 500000"
    assert client.post("/withdraw/", {"amount": "600000"}).content == b"sent 600000"
