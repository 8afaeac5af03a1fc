from enum import StrEnum

from django.db import transaction

from tagwork.kit import audit
from tagwork.people.errors import NotAllowedToGrant
from tagwork.people.models import Person


class Role(StrEnum):
    """A client is none of these: that is whoever belongs to an organisation."""

    WORKER = "worker"
    MODERATOR = "moderator"
    OPERATOR = "operator"


def grant_role(person: Person, role: Role, *, by: Person | None, reason: str) -> None:
    """Give a role; harmless when it is held. Audited. `by=None` is the machine's owner at the command line.

    Raises NotAllowedToGrant.
    """
    change_role(person, role, True, by=by, reason=reason)


@transaction.atomic
def change_role(person: Person, role: Role, held: bool, *, by: Person | None, reason: str) -> None:
    """What granting and revoking share."""
    if by is not None and (not by.is_operator or by.pk == person.pk):
        raise NotAllowedToGrant("Roles are given and taken by another operator, so that no single person makes one.")
    kept = Person.objects.select_for_update().get(pk=person.pk)
    field = f"is_{role.value}"
    if getattr(kept, field) == held:
        return
    setattr(kept, field, held)
    kept.save(update_fields=[field])
    setattr(person, field, held)
    audit.record(
        by.pk if by else "command line",
        "role_granted" if held else "role_revoked",
        f"person:{person.pk}",
        {"role": role.value, "reason": reason},
    )
