from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.people.models import ApiToken, Person


def revoke_token(person: Person, token_id: int) -> None:
    """The token opens nothing any more; harmless when it was revoked before. Raises NotFound for another's token."""
    mine = ApiToken.objects.filter(pk=token_id, person=person)
    if not mine.filter(revoked_at=None).update(revoked_at=clock.now()) and not mine.exists():
        raise NotFound("You have no such token.")
