from django.conf import settings

from tagwork.kit.errors import Invalid
from tagwork.people.models import Person


def choose_language(person: Person, language: str) -> None:
    """The language of this person's pages, letters and notices. Raises Invalid for one we do not speak."""
    if language not in dict(settings.LANGUAGES):
        raise Invalid("We do not speak that language yet.")
    Person.objects.filter(pk=person.pk).update(language=language)
    person.language = language
