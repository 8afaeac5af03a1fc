"""Who may call what: each operation names one policy, checked after the caller is known."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer

from tagwork.kit.errors import Forbidden, Refusal
from tagwork.kit.ids import encode
from tagwork.people.access import entry_of
from tagwork.people.models import Person
from tagwork.people.queries import person_for_token
from tagwork.people.rules import Entry, Policy

# Whom a page speaks for. A session may change hands in another tab; what waits here must not go out in another's name.
ACCOUNT_HEADER = "X-Tagwork-Account"


class Unauthenticated(Refusal):
    code = "unauthenticated"


class CsrfFailed(Refusal):
    code = "csrf_failed"


class SecondFactorNeeded(Refusal):
    code = "second_factor_needed"


def check(policy: Policy, person: Any) -> None:
    entry = entry_of(policy, person)
    if entry is Entry.SIGN_IN:
        raise Unauthenticated("Sign in, or send a token that is still valid.", next_step="/accounts/login/")
    if entry is Entry.SECOND_FACTOR:
        raise SecondFactorNeeded(
            "This needs a second factor: add an authenticator app or a passkey.", next_step="/accounts/2fa/"
        )
    if entry is not Entry.ALLOWED:
        raise Forbidden(gettext("This is for others: %(value)s.") % {"value": policy.value})


class _Bearer(HttpBearer):
    """`Authorization: Bearer`: a token made on the security page."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.policy = policy

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        found = person_for_token(token)
        if found is None:
            raise Unauthenticated("This token is unknown or was revoked.", next_step="/security")
        request.user, request.api_token = found  # type: ignore[attr-defined]
        check(self.policy, found[0])
        return found[0]


class _Session(APIKeyCookie):
    """The session cookie of the pages, with Django's CSRF token on everything that changes something."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, policy: Policy) -> None:
        super().__init__(csrf=True)
        self.policy = policy

    def _get_key(self, request: HttpRequest) -> str | None:
        # Who has no session has to sign in; a missing CSRF token is the trouble of somebody who has one.
        if self.param_name not in request.COOKIES:
            return None
        try:
            return super()._get_key(request)
        except HttpError:
            raise CsrfFailed(
                "Send the page's CSRF token as X-CSRFToken, or a bearer token instead of the session."
            ) from None

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        person = request.user
        if key is None or not person.is_authenticated:
            return None
        meant = request.headers.get(ACCOUNT_HEADER)
        if meant is not None and meant != encode("p", person.pk):
            raise Unauthenticated(
                "Somebody else is signed in in this browser now. What you did is kept; sign in again to send it.",
                next_step="/accounts/login/",
            )
        check(self.policy, person)
        assert isinstance(person, Person)
        return person


class Guard(list[Any]):
    """What ninja takes as `auth`; remembers the policy for the access matrix."""

    def __init__(self, policy: Policy) -> None:
        super().__init__([_Bearer(policy), _Session(policy)])
        self.policy = policy


signed_in = Guard(Policy.SIGNED_IN)
worker = Guard(Policy.WORKER)
client = Guard(Policy.CLIENT)
moderator = Guard(Policy.MODERATOR)
moderator_or_operator = Guard(Policy.MODERATOR_OR_OPERATOR)
operator = Guard(Policy.OPERATOR)
