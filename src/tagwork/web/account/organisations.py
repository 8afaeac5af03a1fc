from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tagwork.kit.errors import NotFound, Refusal
from tagwork.people import queries
from tagwork.people.access import Policy, policy
from tagwork.people.models import Membership, Person
from tagwork.people.operations.accept_invitation import accept_invitation
from tagwork.people.operations.create_organisation import create_organisation
from tagwork.people.operations.invite_member import invite_member
from tagwork.people.operations.remove_member import remove_member
from tagwork.people.operations.set_member_role import set_member_role
from tagwork.people.operations.withdraw_invitation import withdraw_invitation


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=120)


class InviteForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[
            ("member", gettext_lazy("Member: runs projects")),
            ("owner", gettext_lazy("Owner: also invites and removes people")),
        ],
    )


@policy(Policy.SIGNED_IN)
def organisations(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = create_organisation(person, form.cleaned_data["name"])
        messages.success(request, _("The organisation is created. You are its owner."))
        return redirect("organisation", organisation_id=made.pk)
    context = {
        "form": form,
        "memberships": queries.memberships_of(person),
        "invitations": queries.invitations_for(person),
    }
    return render(request, "web/account/organisations.html", context)


@policy(Policy.SIGNED_IN)
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    return _page(request, _membership(request, organisation_id), InviteForm())


@require_POST
@policy(Policy.SIGNED_IN)
def invite(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    mine = _membership(request, organisation_id)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, form, status=422)
    role = Membership.Role(form.cleaned_data["role"])
    invite_member(mine.organisation, form.cleaned_data["email"], by=cast(Person, request.user), role=role)
    messages.success(request, _("The invitation is on its way."))
    return redirect("organisation", organisation_id=organisation_id)


@require_POST
@policy(Policy.SIGNED_IN)
def remove(request: HttpRequest, organisation_id: UUID, person_id: UUID) -> HttpResponse:
    person = cast(Person, request.user)
    mine = _membership(request, organisation_id)
    try:
        remove_member(mine.organisation, person_id, by=person)
    except Refusal as refusal:
        messages.error(request, refusal.text)
        return redirect("organisation", organisation_id=organisation_id)
    messages.success(request, _("Removed."))
    if person_id == person.pk:
        return redirect("organisations")
    return redirect("organisation", organisation_id=organisation_id)


@require_POST
@policy(Policy.SIGNED_IN)
def change_role(request: HttpRequest, organisation_id: UUID, person_id: UUID) -> HttpResponse:
    mine = _membership(request, organisation_id)
    role = Membership.Role.OWNER if request.POST.get("role") == "owner" else Membership.Role.MEMBER
    try:
        set_member_role(mine.organisation, person_id, role, by=cast(Person, request.user))
    except Refusal as refusal:
        messages.error(request, refusal.text)
    return redirect("organisation", organisation_id=organisation_id)


@require_POST
@policy(Policy.SIGNED_IN)
def withdraw(request: HttpRequest, organisation_id: UUID, invitation_id: UUID) -> HttpResponse:
    withdraw_invitation(
        _membership(request, organisation_id).organisation, invitation_id, by=cast(Person, request.user)
    )
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("organisation", organisation_id=organisation_id)


@require_POST
@policy(Policy.SIGNED_IN)
def accept(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    joined = accept_invitation(cast(Person, request.user), invitation_id)
    messages.success(request, _("You now act for %(name)s.") % {"name": joined.organisation.name})
    return redirect("organisation", organisation_id=joined.organisation_id)


def _membership(request: HttpRequest, organisation_id: UUID) -> Membership:
    """A stranger does not learn that the organisation exists."""
    mine = queries.membership(cast(Person, request.user), organisation_id)
    if mine is None:
        raise NotFound("There is no such organisation.")
    return mine


def _page(request: HttpRequest, mine: Membership, form: InviteForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "organisation": mine.organisation,
        "mine": mine,
        "is_owner": mine.role == Membership.Role.OWNER,
        "members": queries.members_of(mine.organisation),
        "invitations": queries.invitations_of(mine.organisation),
        "form": form,
    }
    return render(request, "web/account/organisation.html", context, status=status)
