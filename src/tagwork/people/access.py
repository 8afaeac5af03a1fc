"""The door of every page: `@policy(Policy.WORKER)`. The rule is in rules.py; here it meets requests.

Refusals: nobody signed in goes to the sign-in page and comes back; a page for another role says whom it is for (403);
moderators' and operators' pages do not exist for others (404).
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from tagwork.kit.errors import Forbidden
from tagwork.people.queries import SECOND_FACTORS
from tagwork.people.rules import Entry, Facts, Policy, entry

__all__ = [
    "Entry",
    "Policy",
    "entry_of",
    "facts_of",
    "fresh",
    "fresh_factor",
    "policy",
    "recently_authenticated",
    "recently_confirmed",
    "record_mail_code",
]

# How a session's record names the proofs that are worth a second factor: allauth's, and ours for who has none.
ENROLLED_FACTOR, MAIL_CODE = "mfa", "mail_code"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def facts_of(user: Any) -> Facts:
    """What the rule wants to know of a Person, or of nobody (AnonymousUser, None)."""
    if user is None or not user.is_authenticated:
        return Facts()
    is_housekeeper = user.is_moderator or user.is_operator
    return Facts(
        is_signed_in=True,
        is_worker=user.is_worker,
        is_client=user.is_client,
        is_moderator=user.is_moderator,
        is_operator=user.is_operator,
        has_second_factor=is_housekeeper and user.has_second_factor,
    )


def entry_of(policy_: Policy, user: Any) -> Entry:
    """May `user` enter a page, or use an API operation, of this policy?"""
    return entry(policy_, facts_of(user), is_demo=settings.IS_DEMO)


def policy(policy_: Policy) -> Callable[[View], View]:
    """Every view of ours is under this decorator, or a test fails."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            verdict = entry_of(policy_, request.user)
            if verdict is Entry.ALLOWED:
                return view(request, *args, **kwargs)
            if verdict is Entry.SIGN_IN:
                return redirect_to_login(request.get_full_path())
            refuse(verdict, policy_)
            raise AssertionError("refuse() always raises")

        guarded.policy = policy_  # type: ignore[attr-defined]
        return cast(View, guarded)

    return guard


def refuse(verdict: Entry, policy_: Policy) -> None:
    """Raise what a page answers to somebody who is signed in and not allowed."""
    if verdict is Entry.SECOND_FACTOR:
        raise Forbidden(
            "This page needs a second factor. It handles other people's work and money, so a password alone is not "
            "enough. Add an authenticator app or a passkey; it takes two minutes, then come back.",
            next_step=reverse("mfa_index"),
        )
    if verdict is Entry.FORBIDDEN and policy_ is Policy.CLIENT:
        raise Forbidden(
            "This page is for clients. You do not act for an organisation yet. Create one, or ask a colleague to "
            "invite you.",
            next_step=reverse("organisations"),
        )
    if verdict is Entry.FORBIDDEN:
        raise Forbidden("This page is for workers. Your account has no worker's role; an operator can give it to you.")
    raise Http404


def recently_authenticated(request: HttpRequest) -> bool:
    """Did who asks prove it in the last minutes (settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)? For moving money.

    Signing in counts. A request with a bearer token (`request.api_token`) is never fresh, but a demo's stock tokens
    stand for it.
    """
    return _proved_lately(request, None)


def recently_confirmed(request: HttpRequest) -> bool:
    """Like `recently_authenticated`, but only a second factor counts: for sending money out, or changing where to.

    Who has enrolled one must use it; for who has none, a code sent to their address stands for it. A password alone,
    however fresh, is what a thief of passwords has.
    """
    is_enrolled = request.user.is_authenticated and cast(Any, request.user).has_second_factor
    return _proved_lately(request, ENROLLED_FACTOR if is_enrolled else MAIL_CODE)


def _proved_lately(request: HttpRequest, method: str | None) -> bool:
    token = getattr(request, "api_token", None)
    if token is not None:
        return bool(settings.IS_DEMO and token.counts_as_fresh)
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if method in (None, record["method"])]
    return bool(proofs) and time.time() - max(proofs) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def record_mail_code(request: HttpRequest) -> None:
    """The session remembers that its person has just proved to read the mail of their address."""
    record_authentication(request, cast(Any, request.user), MAIL_CODE, reauthenticated=True)


def _record_enrolment(request: HttpRequest, user: Any, authenticator: Any, **_rest: Any) -> None:
    # Whoever has just enrolled an app or a key has just used it: asking for its next number half a minute later, to
    # add the second one or to see the recovery codes, would prove nothing new.
    if authenticator.type in SECOND_FACTORS:
        record_authentication(request, user, ENROLLED_FACTOR, type=authenticator.type, reauthenticated=True)


def listen() -> None:
    """Called once, when the application starts."""
    authenticator_added.connect(_record_enrolment, dispatch_uid="tagwork.people.access")


def fresh(view: View) -> View:
    """Under `@policy`, for a page that moves money: asks again who is there, then repeats the request, also a POST."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not recently_authenticated(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def fresh_factor(view: View) -> View:
    """Under `@policy`, for a page that sends money out or changes where it goes: asks for the second factor, or for a
    code by mail where none is enrolled, then repeats the request, also a POST."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not recently_confirmed(request):
            return cast(HttpResponseBase, suspend_request(request, _where_to_confirm(request)))
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def _where_to_confirm(request: HttpRequest) -> str:
    enrolled = [
        way for way in get_adapter().get_reauthentication_methods(request.user) if way["id"] != "reauthenticate"
    ]
    return str(enrolled[0]["url"]) if enrolled else reverse("mail-code")
