"""Somebody at a browser: signed in, with a second factor where the house asks for one."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from tagwork.people.models import Person
from tests.builders.people import PASSWORD


def browser(person: Person, *, is_fresh: bool = False) -> Client:
    """`is_fresh`: they have just proved who they are, as a page that moves money asks."""
    if (person.is_moderator or person.is_operator) and not Authenticator.objects.filter(user=person).exists():
        TOTP.activate(person, generate_totp_secret())
    client = Client()
    client.force_login(person)
    if is_fresh:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client
