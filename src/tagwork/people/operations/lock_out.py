from django.db import transaction

from tagwork.kit import audit, clock
from tagwork.people.models import ApiToken, Person


@transaction.atomic
def lock_out(person: Person) -> None:
    """Ends every session and token of the person, and makes the password worthless; a new one comes by mail.

    For when somebody else is, or may be, in the account. Sessions carry a digest of the password (Django), so a
    password that nobody can have ends them all. Once more does nothing new.
    """
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    locked.set_unusable_password()
    locked.save(update_fields=["password"])
    ApiToken.objects.filter(person=locked, revoked_at=None).update(revoked_at=clock.now())
    audit.record(str(locked.pk), "person.locked_out", f"person:{locked.pk}", {})
