from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tagwork.kit import clock
from tagwork.people.countries import COUNTRIES, LANGUAGES, time_zones
from tagwork.people.errors import BadProfile
from tagwork.people.models import Person

FIELDS = frozenset(
    {"display_name", "country", "languages", "time_zone", "is_adult", "terms_accepted", "shows_sensitive_images"}
)


@transaction.atomic
def update_profile(person: Person, changes: Mapping[str, Any]) -> Person:
    """Change the fields named in `changes`, all or none. Raises BadProfile.

    Agreement to the terms can be given, not taken back: it stands in the record under what was agreed.
    """
    errors = _errors(changes)
    if errors:
        raise BadProfile("The profile was not saved: " + " ".join(error["message"] for error in errors), errors=errors)
    kept = Person.objects.select_for_update().get(pk=person.pk)
    for name, value in changes.items():
        if name == "terms_accepted":
            if value and kept.terms_accepted_at is None:
                kept.terms_accepted_at = clock.now()
        else:
            setattr(kept, name, value.strip() if isinstance(value, str) else value)
    kept.save()
    return kept


def _errors(changes: Mapping[str, Any]) -> list[dict[str, str]]:
    found = [(name, "There is no such field.") for name in changes if name not in FIELDS]
    name = changes.get("display_name", "")
    if not isinstance(name, str) or len(name.strip()) > 80 or any(not letter.isprintable() for letter in name):
        found.append(("display_name", "A name has at most 80 letters on one line."))
    if changes.get("country", "") not in ("", *COUNTRIES):
        found.append(("country", "Choose a country from the list."))
    languages = changes.get("languages", [])
    if not isinstance(languages, list) or len(set(map(str, languages))) != len(languages):
        found.append(("languages", "Choose each language once."))
    elif any(code not in LANGUAGES for code in languages):
        found.append(("languages", "Choose languages from the list."))
    if changes.get("time_zone", "") not in ("", *time_zones()):
        found.append(("time_zone", "Choose a time zone from the list."))
    for flag in ("is_adult", "terms_accepted", "shows_sensitive_images"):
        if not isinstance(changes.get(flag, False), bool):
            found.append((flag, "Answer yes or no."))
    return [{"field": field, "code": "invalid", "message": message} for field, message in found]
