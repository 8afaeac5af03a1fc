from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tagwork.people.access import Policy, fresh, policy
from tagwork.people.models import Person
from tagwork.people.operations.create_token import create_token
from tagwork.people.operations.revoke_token import revoke_token
from tagwork.people.queries import tokens_of


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the new token"),
        max_length=80,
        help_text=gettext_lazy("For example the script that will use it."),
    )


@policy(Policy.SIGNED_IN)
def security(request: HttpRequest) -> HttpResponse:
    return _page(request, TokenForm())


@never_cache
@policy(Policy.SIGNED_IN)
@fresh
def create(request: HttpRequest) -> HttpResponse:
    """The text is in this one answer and nowhere else: not in a message, a session or a log."""
    if request.method != "POST":
        return redirect("security")
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    _token, text = create_token(cast(Person, request.user), form.cleaned_data["name"])
    return _page(request, TokenForm(), token_text=text)


@require_POST
@policy(Policy.SIGNED_IN)
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    revoke_token(cast(Person, request.user), token_id)
    messages.success(request, _("The token is revoked. Whatever used it is refused from now on."))
    return redirect("security")


def _page(request: HttpRequest, form: TokenForm, *, token_text: str = "", status: int = 200) -> HttpResponse:
    person = cast(Person, request.user)
    context = {"form": form, "tokens": tokens_of(person), "token_text": token_text}
    return render(request, "web/account/security.html", context, status=status)
