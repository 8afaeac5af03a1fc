"""Somebody at a browser: signed in, with a second factor where the house asks for one."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from tagwork.people.codes import number_of
from tagwork.people.models import MailCode, Person
from tests.builders.people import PASSWORD


def confirm_by_mail(client: Client, person: Person) -> None:
    """As if the letter had been read: what a page that sends money out asks of whoever has no second factor."""
    client.post("/confirm/")
    newest = MailCode.objects.filter(person=person).latest("sent_at")
    client.post("/confirm/", {"code": number_of(newest.id)})


def browser(person: Person, *, is_fresh: bool = False) -> Client:
    """`is_fresh`: they have just proved who they are, as a page that moves money asks."""
    if (person.is_moderator or person.is_operator) and not Authenticator.objects.filter(user=person).exists():
        TOTP.activate(person, generate_totp_secret())
    client = Client()
    client.force_login(person)
    if is_fresh:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def confirmed(person: Person) -> Client:
    """A moderator or operator at a browser, with the second factor just used."""
    cache.clear()
    client = browser(person)
    where = "/accounts/2fa/reauthenticate/"
    client.get(where)  # whatever loads slowly is loaded before there is a code
    secret = TOTP(Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)).instance.data["secret"]
    for _ in range(3):
        # A code that the clock overtakes on its way is made anew.
        cache.clear()
        code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
        if client.post(where, {"code": code}).status_code == 302:
            return client
    raise AssertionError("the second factor was not taken")
