from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.errors import Invalid
from tagwork.kit.sealing import seal
from tagwork.people.countries import COUNTRIES
from tagwork.people.models import Person, TaxDetails

NUMBER_MOST = 40


@transaction.atomic
def save_tax_details(person: Person, form: str, country: str, number: str) -> None:
    """What a tax form of this person's says; saved again, the newest counts. The number is kept encrypted.

    Nothing is checked against an authority: kinds and numbers differ by country, and the operator decides what they are
    needed for. Raises Invalid.
    """
    errors = []
    if form not in TaxDetails.Form.values:
        errors.append(("form", "Choose a form from the list."))
    if country not in COUNTRIES:
        errors.append(("country", "Choose a country from the list."))
    text = " ".join(number.split())
    if not text or len(text) > NUMBER_MOST or not text.isprintable():
        errors.append(("number", f"Give 1 to {NUMBER_MOST} characters on one line."))
    if errors:
        told = [{"field": field, "code": "invalid", "message": message} for field, message in errors]
        raise Invalid(" ".join(message for _, message in errors), errors=told)
    facts = {"form": form, "country": country, "number_sealed": seal(text, TaxDetails.PURPOSE), "at": clock.now()}
    TaxDetails.objects.update_or_create(person=person, defaults=facts)


def remove_tax_details(person: Person) -> None:
    """Once more does nothing."""
    TaxDetails.objects.filter(person=person).delete()
