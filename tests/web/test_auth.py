import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tagwork.people.models import Person
from tests.builders import people
from tests.builders.browsers import confirm_by_mail
from tests.builders.people import PASSWORD, confirmed

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_attempts_counted() -> None:
    cache.clear()


def sign_in(client: Client, person: Person, password: str = PASSWORD, next_: str = "") -> object:
    return client.post(LOGIN, {"login": person.email, "password": password, "next": next_})


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"http://testserver(\S+)", str(letter.body))
    assert found is not None
    return found.group(1)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_stranger_signs_up_confirms_and_is_in(client: Client) -> None:
    answer = client.post(
        "/accounts/signup/?next=/organisations/",
        {"email": "New.Person@example.test", "password1": PASSWORD, "next": "/organisations/"},
    )
    assert answer.url == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    person = Person.objects.get(email="new.person@example.test")
    assert person.is_worker
    assert not (person.is_moderator or person.is_operator or person.is_superuser)
    link = link_in(mail.outbox[0])
    assert b"new.person@example.test" in client.get(link).content
    assert not EmailAddress.objects.get(user=person).verified, "looking at the link confirms nothing"
    assert client.post(link).url == "/organisations/"
    assert is_signed_in(client)


def test_the_link_in_another_browser_confirms_but_does_not_sign_in(client: Client) -> None:
    client.post("/accounts/signup/", {"email": "new@example.test", "password1": PASSWORD})
    elsewhere = Client()
    elsewhere.post(link_in(mail.outbox[0]))
    assert EmailAddress.objects.get(email="new@example.test").verified
    assert not is_signed_in(elsewhere)


def test_without_confirming_nobody_is_in(client: Client) -> None:
    person = people.worker()
    EmailAddress.objects.create(user=person, email=person.email, verified=False, primary=True)
    sign_in(client, person)
    assert not is_signed_in(client)
    assert mail.outbox[-1].to == [person.email]


def test_signing_up_with_a_known_address_looks_the_same_and_writes_to_its_holder(client: Client) -> None:
    person = confirmed(people.worker())
    known = client.post("/accounts/signup/", {"email": person.email, "password1": PASSWORD + "2"})
    unknown = Client().post("/accounts/signup/", {"email": "other@example.test", "password1": PASSWORD + "2"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert "already" in mail.outbox[0].subject
    assert Person.objects.get(pk=person.pk).check_password(PASSWORD)


def test_a_password_reset_looks_the_same_for_a_known_and_an_unknown_address(client: Client) -> None:
    person = confirmed(people.worker())
    known = client.post("/accounts/password/reset/", {"email": person.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(client: Client) -> None:
    person = confirmed(people.worker())
    words = []
    for email in (person.email, "nobody@example.test"):
        page = client.post(LOGIN, {"login": email, "password": "wrong password"}).content.decode()
        words.append(re.search(r'class="errorlist nonfield">(.*?)</ul>', page, re.S))
    assert words[0] is not None and words[1] is not None
    assert words[0].group(1) == words[1].group(1)


def test_it_resets_a_password_by_letter(client: Client) -> None:
    person = confirmed(people.worker())
    client.post("/accounts/password/reset/", {"email": person.email})
    form = client.get(link_in(mail.outbox[0]), follow=True)
    new = "another battery horse"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert Person.objects.get(pk=person.pk).check_password(new)


def test_the_tab_key_goes_from_the_address_to_the_password_and_the_button(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    stops = ('name="login"', 'name="password"', "Sign in</button>", '"/accounts/password/reset/"')
    assert sorted(stops, key=page.index) == list(stops)
    assert page.count('"/accounts/password/reset/"') == 1


def test_signing_in_leads_where_one_wanted_to_go(client: Client) -> None:
    person = confirmed(people.worker())
    assert client.get("/profile/").url == "/accounts/login/?next=/profile/"
    assert sign_in(client, person, next_="/notices/").url == "/notices/"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "next_",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_signing_in_never_leads_to_another_site(client: Client, next_: str) -> None:
    answer = sign_in(client, confirmed(people.worker()), next_=next_)
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert "evil" not in answer.url  # type: ignore[attr-defined]
    assert answer.url.startswith("/")  # type: ignore[attr-defined]


def test_guessing_is_slowed_down_and_the_right_password_waits_too(client: Client) -> None:
    person = confirmed(people.worker())
    for number in range(10):
        assert sign_in(client, person, f"wrong password {number}").status_code == 200  # type: ignore[attr-defined]
    answer = sign_in(client, person)
    assert not is_signed_in(client)
    assert "Too many" in answer.content.decode()  # type: ignore[attr-defined]


def test_the_count_of_guesses_is_kept_where_every_process_sees_it(settings) -> None:  # type: ignore[no-untyped-def]
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"


def test_a_closed_account_does_not_get_in(client: Client) -> None:
    person = confirmed(people.worker())
    person.is_active = False
    person.save()
    sign_in(client, person)
    assert not is_signed_in(client)


def test_closing_an_account_ends_its_sessions(client: Client) -> None:
    person = confirmed(people.worker())
    sign_in(client, person)
    assert client.get("/profile/").status_code == 200
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/profile/").status_code == 302


def test_changing_the_password_signs_out_everywhere(client: Client) -> None:
    person = confirmed(people.worker())
    elsewhere = Client()
    sign_in(client, person)
    sign_in(elsewhere, person)
    new = "another battery horse"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert Person.objects.get(pk=person.pk).check_password(new)
    assert elsewhere.get("/profile/").status_code != 200
    assert client.get("/profile/").status_code != 200


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_with_an_authenticator_the_password_alone_is_not_enough(client: Client) -> None:
    person = confirmed(people.worker())
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    assert sign_in(client, person).url == "/accounts/2fa/authenticate/"  # type: ignore[attr-defined]
    assert not is_signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert is_signed_in(client)


def test_a_recovery_code_opens_once(client: Client) -> None:
    person = confirmed(people.worker())
    TOTP.activate(person, generate_totp_secret())
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    sign_in(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_signed_in(client)
    elsewhere = Client()
    sign_in(elsewhere, person)
    elsewhere.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_signed_in(elsewhere)


def test_turning_a_second_factor_on_or_off_asks_who_is_there(client: Client) -> None:
    person = confirmed(people.worker())
    client.force_login(person)
    assert client.get("/accounts/2fa/totp/activate/").url.startswith("/confirm/")
    TOTP.activate(person, generate_totp_secret())
    assert client.post("/accounts/2fa/totp/deactivate/").url.startswith("/accounts/2fa/reauthenticate/")


@pytest.mark.parametrize(
    "path", ["/accounts/2fa/", "/accounts/email/", "/accounts/password/change/", "/security/", "/notices/"]
)
def test_a_stranger_is_sent_to_sign_in_and_back(client: Client, path: str) -> None:
    assert client.get(path).url == f"{LOGIN}?next={path}"


def test_signing_out_needs_a_post(client: Client) -> None:
    sign_in(client, confirmed(people.worker()))
    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_a_form_from_another_site_is_refused_with_a_page_that_says_why() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(LOGIN, {"login": "a@example.test", "password": "x"})
    assert answer.status_code == 403
    assert b"The form was too old" in answer.content


def test_the_address_changes_only_when_the_new_one_is_confirmed(client: Client) -> None:
    person = confirmed(people.worker())
    sign_in(client, person)
    confirm_by_mail(client, person)
    client.post("/accounts/email/", {"action_add": "", "email": "moved@example.test"})
    assert Person.objects.get(pk=person.pk).email == person.email
    letter = next(each for each in mail.outbox if each.to == ["moved@example.test"])
    client.post(link_in(letter))
    assert Person.objects.get(pk=person.pk).email == "moved@example.test"
