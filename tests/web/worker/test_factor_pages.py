"""Money leaves only after a second factor, or a code by mail where there is none."""

import re

import pytest
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
from django.urls import reverse

from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.queries import destinations_of, withdrawals_of
from tagwork.people.models import Person
from tests.builders import people
from tests.builders.background import run_background
from tests.builders.people import PASSWORD
from tests.unit.payouts.conftest import LITECOIN, SECOND_LITECOIN, destination, fund, main_micros

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    cache.clear()
    people.confirmed(person)
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def typed_code(client: Client, next_path: str) -> str:
    """Asks for the letter as the page does, and reads its number as its owner does."""
    client.post(reverse("mail-code"), {"next": next_path})
    run_background()
    [letter] = [one for one in mail.outbox if "code" in one.subject]
    found = re.search(r"(\d{4}) (\d{4})", str(letter.body))
    assert found is not None
    return found[1] + found[2]


def body(person: Person) -> dict[str, str]:
    from tagwork.kit.ids import encode

    [there] = destinations_of(person)
    return {"destination": encode("d", there.id), "amount_micros": "500000", "key": "one"}


def test_a_password_however_fresh_does_not_send_money_out_but_a_code_by_mail_does() -> None:
    person = people.worker()
    fund(person, 1_000_000)
    destination(person)
    client = signed_in(person)
    path = reverse("withdrawal-request")
    stopped = client.post(path, body(person))
    assert stopped["Location"] == f"{reverse('mail-code')}?next={path.replace('/', '%2F')}"
    assert withdrawals_of(person) == []
    number = typed_code(client, path)
    wrong = client.post(reverse("mail-code"), {"code": "1234", "next": path})
    assert wrong.status_code == 422 and withdrawals_of(person) == []
    # The request that was stopped goes on by itself, once.
    client.post(reverse("mail-code"), {"code": number, "next": path})
    [made] = withdrawals_of(person)
    assert made.amount_micros == 500_000 and main_micros(person) == 500_000


def test_who_has_an_authenticator_must_use_it() -> None:
    person = people.worker()
    fund(person, 1_000_000)
    destination(person)
    client = signed_in(person)
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    path = reverse("withdrawal-request")
    assert client.post(path, body(person))["Location"].startswith(reverse("mfa_reauthenticate"))
    number = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post(reverse("mfa_reauthenticate"), {"code": number, "next": path})
    assert len(withdrawals_of(person)) == 1


def test_the_first_destination_takes_a_fresh_password_and_a_later_one_the_factor() -> None:
    person = people.worker()
    client = signed_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    path = reverse("destination-add")
    client.post(path, {"method": "ltc", "address": LITECOIN, "step": "keep"})
    assert len(destinations_of(person)) == 1
    answer = client.post(path, {"method": "ltc", "address": SECOND_LITECOIN, "step": "keep"})
    assert answer["Location"].startswith(reverse("mail-code"))
    assert len(destinations_of(person)) == 1


@pytest.mark.parametrize(
    "name", ["account_email", "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"]
)
def test_what_would_replace_the_factor_asks_for_it_first(name: str) -> None:
    client = signed_in(people.worker())
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.get(reverse(name))
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("mail-code"))


def test_the_letter_about_a_destination_stops_it_without_a_sign_in() -> None:
    person = people.worker()
    destination(person)
    later = add_destination(person, "ltc", SECOND_LITECOIN)
    robber = signed_in(person)
    run_background()
    [letter] = [one for one in mail.outbox if SECOND_LITECOIN in one.body or later.address in one.body]
    assert "wait until" in letter.body
    found = re.search(r"/destinations/disown/\S+/", str(letter.body))
    assert found is not None
    anybody = Client()
    looked = anybody.get(found[0])
    assert looked.status_code == 200 and later.address in looked.content.decode()
    assert len(destinations_of(person)) == 2, "a look, as some mail programs take, changes nothing"
    assert "Stopped" in anybody.post(found[0]).content.decode()
    assert len(destinations_of(person)) == 1
    assert robber.get("/money/").status_code == 302, "whoever was signed in is not any more"


def test_a_link_that_is_not_ours_stops_nothing() -> None:
    person = people.worker()
    destination(person)
    assert Client().post(reverse("destination-disown", args=["made-up"])).status_code == 410
    assert len(destinations_of(person)) == 1
