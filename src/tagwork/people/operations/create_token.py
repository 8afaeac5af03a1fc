from django.db import transaction
from django.utils.translation import gettext

from tagwork.people.errors import BadName, TooManyTokens
from tagwork.people.models import ApiToken, Person
from tagwork.people.tokens import digest_of, new_text

MOST_TOKENS = 20


@transaction.atomic
def create_token(person: Person, name: str, *, counts_as_fresh: bool = False) -> tuple[ApiToken, str]:
    """A new bearer token and its text, which exists nowhere else from now on. Raises BadName, TooManyTokens.

    `counts_as_fresh` is for a demo's stock accounts alone; people/access.py ignores it elsewhere.
    """
    name = name.strip()
    if not 1 <= len(name) <= 80:
        raise BadName("Give the token a name of 1 to 80 letters, so that you know later which one to revoke.")
    # The person's row serialises two creations at once, so that the limit holds.
    Person.objects.select_for_update().only("pk").get(pk=person.pk)
    if ApiToken.objects.filter(person=person, revoked_at=None).count() >= MOST_TOKENS:
        raise TooManyTokens(
            gettext("You have %(most_tokens)s tokens, the most one account may hold. Revoke one first.")
            % {"most_tokens": MOST_TOKENS}
        )
    text = new_text()
    token = ApiToken.objects.create(person=person, name=name, digest=digest_of(text), counts_as_fresh=counts_as_fresh)
    return token, text
