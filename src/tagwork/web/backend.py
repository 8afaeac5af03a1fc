"""Who a session belongs to, in one query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from tagwork.notices.queries import with_unread
from tagwork.people.models import Person
from tagwork.people.queries import with_standing_in_the_house


class SessionBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's sign-in; a page's person comes with roles, second factor and unread notices already read."""

    def get_user(self, user_id: Any) -> Person | None:
        return with_unread(with_standing_in_the_house(Person.objects.all())).filter(pk=user_id, is_active=True).first()
