"""The stock people. Asking twice for the same one gives the same row, so a test never has to hand them round."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress

from tagwork.people.models import Membership, Organisation, Person

PASSWORD = "correct horse battery staple"


def person(email: str, **fields: Any) -> Person:
    """An account with `email`; made with `fields` the first time it is asked for."""
    found = Person.objects.filter(email__iexact=email).first()
    return found or Person.objects.create_user(email, PASSWORD, **fields)


def confirmed(person: Person) -> Person:
    """The person, whose address is confirmed as by the link in a letter."""
    EmailAddress.objects.get_or_create(user=person, email=person.email, verified=True, primary=True)
    return person


def _profile(name: str) -> dict[str, Any]:
    return {
        "display_name": name,
        "country": "KE",
        "languages": ["en"],
        "time_zone": "Africa/Nairobi",
        "is_adult": True,
        "terms_accepted_at": datetime(2026, 1, 1, tzinfo=UTC),
    }


def worker(number: int = 1) -> Person:
    """A worker with a complete profile; nobody has trained them yet."""
    return person(f"worker{number}@example.test", **_profile(f"Worker {number}"))


def second_worker() -> Person:
    return worker(2)


def moderator(number: int = 1) -> Person:
    return person(f"moderator{number}@example.test", is_worker=False, is_moderator=True, display_name=f"Mod {number}")


def second_moderator() -> Person:
    return moderator(2)


def operator(number: int = 1) -> Person:
    return person(f"operator{number}@example.test", is_worker=False, is_operator=True, display_name=f"Op {number}")


def second_operator() -> Person:
    return operator(2)


@dataclass(frozen=True)
class Client:
    """Who pays: an organisation and the member who acts for it."""

    person: Person
    organisation: Organisation


def client() -> Client:
    owner = person("client@example.test", is_worker=False, display_name="Client")
    membership = Membership.objects.filter(person=owner).select_related("organisation").first()
    if membership is None:
        membership = Membership.objects.create(
            organisation=Organisation.objects.create(name="Example Maps"), person=owner, role=Membership.Role.OWNER
        )
    return Client(owner, membership.organisation)


def outsider() -> Person:
    """Signed in, a client too, but of another organisation: may know of nothing that is not theirs."""
    stranger = person("outsider@example.test", is_worker=False, display_name="Outsider")
    if not Membership.objects.filter(person=stranger).exists():
        Membership.objects.create(
            organisation=Organisation.objects.create(name="Other Maps"), person=stranger, role=Membership.Role.OWNER
        )
    return stranger
