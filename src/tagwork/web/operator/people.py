"""People: who they are, what they may do, what is held against them, and on what evidence."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tagwork.kit.errors import Invalid, Refusal
from tagwork.kit.ids import decode, encode
from tagwork.kit.settings import in_force
from tagwork.ledger import queries as ledger_queries
from tagwork.people import queries
from tagwork.people.access import Policy, fresh, policy
from tagwork.people.models import Person
from tagwork.people.operations.close_account import close_account, what_holds
from tagwork.people.operations.grant_role import Role, grant_role
from tagwork.people.operations.revoke_role import revoke_role
from tagwork.standing import queries as standing_queries
from tagwork.standing.models import Restriction
from tagwork.standing.operations.restrict import confirm_ban, lift_by_person, restrict_by_person
from tagwork.web.fields import add_refusal
from tagwork.web.forms import Filters
from tagwork.web.operator.actors import named

PER_PAGE = 50
ROLES = [("", _("Everybody")), ("worker", _("Workers")), ("client", _("Clients")), ("moderator", _("Moderators")),
         ("operator", _("Operators"))]  # fmt: skip
ROLE_WORDS = {Role.WORKER: _("Worker"), Role.MODERATOR: _("Moderator"), Role.OPERATOR: _("Operator")}
KINDS = [
    ("warning", _("Warning: nothing is taken away")),
    ("throttle", _("Fewer offers, for days")),
    ("pause", _("Pause of a project or a task type, for days")),
    ("suspension", _("Suspension from all paid work, for days")),
    ("ban", _("Ban: a second operator must confirm it")),
]
TASK_TYPES = {
    "classification": _("Classification"),
    "detection": _("Detection"),
    "segmentation": _("Segmentation"),
    "transcription": _("Transcription"),
    "points": _("Points"),
    "lines": _("Lines"),
    "custom": _("Custom"),
}
SCOPES = [
    ("all", _("All paid work")),
    *[(f"type:{one}", word) for one, word in TASK_TYPES.items()],
    ("project", _("One project")),
]


class SearchForm(Filters):
    text = forms.CharField(label=_("Name or address"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    role = forms.ChoiceField(label=_("Role"), required=False, choices=ROLES)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[(one.value, word) for one, word in ROLE_WORDS.items()])
    act = forms.ChoiceField(label=_("What"), choices=[("grant", _("Give it")), ("revoke", _("Take it"))])
    reason = forms.CharField(label=_("Why"), max_length=200, min_length=3)


class ClosingForm(forms.Form):
    reason = forms.CharField(label=_("Why it is closed"), max_length=500, min_length=10)
    is_sure = forms.BooleanField(label=_("There is no way back"))


class RestrictionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    scope = forms.ChoiceField(label=_("Where"), choices=SCOPES)
    project = forms.CharField(
        label=_("Project"), required=False, max_length=40, help_text=_("Its identifier, pr_…, for one project.")
    )
    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=1,
        max_value=30,
        help_text=_("The end: 1 to 30 days from now; a suspension lasts 7 or 30."),
    )
    text = forms.CharField(
        label=_("What happened, for the person"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They read this sentence, with the evidence, the end, and how to appeal."),
    )
    note = forms.CharField(
        label=_("Evidence"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    subjects = forms.CharField(
        label=_("Answers it rests on"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        help_text=_("Identifiers of submissions, s_…, one on a line."),
    )
    fraud = forms.BooleanField(label=_("It is about fraud"), required=False)

    def clean_subjects(self) -> list[str]:
        found = []
        for text in self.cleaned_data["subjects"].split():
            key = decode("s", text)
            if key is None:
                raise forms.ValidationError(_("“%(text)s” is no identifier of a submission.") % {"text": text})
            found.append(f"submission:{key}")
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("scope") == "project":
            key = decode("pr", given.get("project", ""))
            if key is None:
                self.add_error("project", _("Name the project by its identifier, pr_…"))
            else:
                given["scope"] = f"project:{key}"
        return given

    def evidence(self) -> dict[str, Any]:
        given = self.cleaned_data
        found = {"note": given["note"], "subjects": given["subjects"], "fraud": given["fraud"]}
        return {name: value for name, value in found.items() if value}


@policy(Policy.OPERATOR)
def people(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = queries.search_people(wanted.get("text", ""), wanted.get("role", ""))
    context = {"form": form, "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))}
    return render(request, "web/operator/people.html", context)


@policy(Policy.OPERATOR)
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    return _page(request, queries.person_by_id(person_id))


def _page(
    request: HttpRequest,
    found: Person,
    *,
    form: RestrictionForm | None = None,
    role_form: RoleForm | None = None,
    closing_form: ClosingForm | None = None,
) -> HttpResponse:
    owner = f"worker:{found.pk}"
    restrictions = list(standing_queries.decided_about(found.pk))
    names = named([name for one in restrictions for name in (one.by, one.second_by) if name])
    me = str(cast(Person, request.user).pk)
    balances = ledger_queries.balances(owner)
    proposal = queries.proposed_operators().filter(person=found).first()
    context = {
        "person": found,
        "public_id": encode("p", found.pk),
        "memberships": queries.memberships_of(found),
        "skills": standing_queries.skills_of(found.pk),
        "act_after": in_force("standing.act_after"),
        "main_micros": balances.get("worker_main", 0),
        "pending_micros": ledger_queries.pending_micros(owner),
        "restrictions": [
            {
                "row": one,
                "by": names.get(one.by, one.by),
                "second_by": names.get(one.second_by, one.second_by),
                "can_confirm": one.state == Restriction.State.PROPOSED and me not in (one.by, str(one.worker_id)),
                "can_lift": one.state in (Restriction.State.PROPOSED, Restriction.State.ACTIVE),
                "facts": [(name, value) for name, value in one.evidence.items() if value not in (None, "", [])],
            }
            for one in restrictions
        ],
        "form": form or RestrictionForm(),
        "role_form": role_form or RoleForm(initial={"role": Role.OPERATOR.value} if proposal else None),
        "closing_form": closing_form or ClosingForm(auto_id="id_closing_%s"),
        "holds": what_holds(found) if found.is_active else [],
        "is_oneself": found.pk == request.user.pk,
        "proposal": proposal,
    }
    return render(
        request, "web/operator/person.html", context, status=422 if form or role_form or closing_form else 200
    )


@require_POST
@policy(Policy.OPERATOR)
@fresh
def role(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = queries.person_by_id(person_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        operator, chosen, proposed = cast(Person, request.user), Role(given["role"]), None
        try:
            if given["act"] == "grant":
                proposed = grant_role(found, chosen, by=operator, reason=given["reason"])
            else:
                revoke_role(found, chosen, by=operator, reason=given["reason"])
        except Refusal as refusal:
            messages.error(request, refusal.text)
        else:
            if proposed is None:
                messages.success(request, _("Changed, and written into the audit log."))
            else:
                messages.info(request, _("Proposed. It takes force when another operator gives the same role."))
        return redirect("operate-person", person_id=found.pk)
    return _page(request, found, role_form=form)


@require_POST
@policy(Policy.OPERATOR)
@fresh
def close(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = queries.person_by_id(person_id)
    form = ClosingForm(request.POST, auto_id="id_closing_%s")
    if form.is_valid():
        try:
            close_account(found, by=cast(Person, request.user), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            messages.error(request, refusal.text)
        else:
            messages.success(request, _("Closed. The books and the audit log keep what was done, without the name."))
        return redirect("operate-person", person_id=found.pk)
    return _page(request, found, closing_form=form)


@require_POST
@policy(Policy.OPERATOR)
@fresh
def impose(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = queries.person_by_id(person_id)
    form = RestrictionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = restrict_by_person(
                cast(Person, request.user),
                worker=found,
                kind=given["kind"],
                scope=given["scope"],
                text=given["text"],
                evidence=form.evidence(),
                days=given["days"],
            )
        except Invalid as refusal:
            add_refusal(form, refusal, evidence="note")
        else:
            if made.state == Restriction.State.PROPOSED:
                messages.info(request, _("Proposed. It takes force when another operator confirms it."))
            else:
                messages.success(request, _("In force. The person is told, with the evidence and how to appeal."))
            return redirect(reverse("operate-person", args=[found.pk]) + "#restrictions")
    return _page(request, found, form=form)


@require_POST
@policy(Policy.OPERATOR)
@fresh
def confirm(request: HttpRequest, person_id: UUID, restriction_id: UUID) -> HttpResponse:
    found = standing_queries.restriction_of(person_id, restriction_id)
    try:
        confirm_ban(cast(Person, request.user), found.pk)
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, _("The ban is in force. The person can still sign in, appeal and withdraw."))
    return redirect(reverse("operate-person", args=[person_id]) + "#restrictions")


@require_POST
@policy(Policy.OPERATOR)
@fresh
def lift_(request: HttpRequest, person_id: UUID, restriction_id: UUID) -> HttpResponse:
    found = standing_queries.restriction_of(person_id, restriction_id)
    try:
        lift_by_person(cast(Person, request.user), found.pk, request.POST.get("because", ""))
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, _("Lifted."))
    return redirect(reverse("operate-person", args=[person_id]) + "#restrictions")
