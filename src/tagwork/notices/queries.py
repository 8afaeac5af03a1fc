"""Questions about notices."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tagwork.notices.models import Notice
from tagwork.people.models import Person


def with_unread(people: QuerySet[Person]) -> QuerySet[Person]:
    """People with `has_unread`: is there a notice they have not seen? Read in the query that reads the person."""
    return people.annotate(has_unread=Exists(Notice.objects.filter(person=OuterRef("pk"), read_at=None)))


def has_unread(person: Any) -> bool:
    """Without a query when `person` came from a session; False for nobody."""
    if person is None or not person.is_authenticated:
        return False
    known = getattr(person, "has_unread", None)
    return Notice.objects.filter(person=person, read_at=None).exists() if known is None else bool(known)


def notices_of(person: Person) -> QuerySet[Notice]:
    return Notice.objects.filter(person=person).order_by("-created_at", "-id")
