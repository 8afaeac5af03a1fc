"""Somebody at a browser: signed in, with a second factor where the house asks for one."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
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
