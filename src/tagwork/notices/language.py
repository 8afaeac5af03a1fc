"""In whose language something is written."""

from contextlib import AbstractContextManager
from uuid import UUID

from django.conf import settings
from django.utils import translation

from tagwork.people.models import Person


def speaking_to(person_id: UUID) -> AbstractContextManager[None]:
    """What is written inside is in this person's language: letters and notices are written once, when they are sent."""
    language = Person.objects.filter(pk=person_id).values_list("language", flat=True).first()
    return translation.override(language or settings.LANGUAGE_CODE)
