"""`/confirm/`: a code by mail, for whoever has no second factor, before money moves or its way changes."""

from typing import cast

from allauth.account.internal.flows.reauthentication import resume_request
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tagwork.people.access import Policy, policy, record_mail_code
from tagwork.people.errors import TooManyCodes, WrongCode
from tagwork.people.models import Person
from tagwork.people.operations.send_mail_code import send_mail_code
from tagwork.people.operations.use_mail_code import use_mail_code


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code from the letter"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


@never_cache
@policy(Policy.SIGNED_IN)
def confirm(request: HttpRequest) -> HttpResponse:
    """Two steps on one page: send the letter, type its number. Then the request that was stopped goes on."""
    person = cast(Person, request.user)
    if request.method == "POST" and "code" in request.POST:
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                use_mail_code(person, form.cleaned_data["code"])
            except WrongCode as refusal:
                form.add_error("code", refusal.text)
            else:
                record_mail_code(request)
                return cast(HttpResponse | None, resume_request(request)) or redirect("home")
        return _page(request, form, status=422)
    if request.method == "POST":
        notice = _("The letter is on its way. It can take a minute; look among unwanted mail, too.")
        try:
            send_mail_code(person)
        except TooManyCodes as refusal:
            notice = refusal.text
        return _page(request, CodeForm(), notice=notice)
    return _page(request, None)


def _page(request: HttpRequest, form: CodeForm | None, *, notice: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "notice": notice, "address": cast(Person, request.user).email}
    # The page it came from rides along, as in allauth's own pages; resume_request checks it.
    context["next"] = request.POST.get("next") or request.GET.get("next", "")
    return render(request, "web/account/mail_code.html", context, status=status)
