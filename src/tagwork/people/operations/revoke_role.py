from tagwork.people.models import Person
from tagwork.people.operations.grant_role import Role, change_role


def revoke_role(person: Person, role: Role, *, by: Person | None, reason: str) -> None:
    """Take a role; harmless when it is not held. Of somebody who is only proposed as an operator, this lets the
    proposal drop. Audited. Raises NotAllowedToGrant."""
    change_role(person, role, False, by=by, reason=reason)
