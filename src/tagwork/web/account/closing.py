from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tagwork.kit.errors import WrongState
from tagwork.people.access import Policy, fresh, policy
from tagwork.people.models import Person
from tagwork.people.operations.close_account import close_account, what_holds


class ClosingForm(forms.Form):
    is_sure = forms.BooleanField(label=gettext_lazy("I understand that there is no way back"))


@policy(Policy.SIGNED_IN)
def close(request: HttpRequest) -> HttpResponse:
    return _close(request) if request.method == "POST" else _page(request, ClosingForm())


@fresh
def _close(request: HttpRequest) -> HttpResponse:
    """The password or the second factor is asked for once more; then it is done, and this session ends with it."""
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    person = cast(Person, request.user)
    try:
        close_account(person, by=person)
    except WrongState:
        return _page(request, form, status=409)
    logout(request)
    messages.success(request, _("Your account is closed. Thank you for your work."))
    return redirect("home")


def _page(request: HttpRequest, form: ClosingForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "holds": what_holds(cast(Person, request.user))}
    return render(request, "web/account/close.html", context, status=422 if form.errors else status)
