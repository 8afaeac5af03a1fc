"""One case at a time. What has an image is judged in the workbench; what is only words, in a form."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from tagwork.kit import clock
from tagwork.kit.errors import Invalid, WrongState
from tagwork.kit.ids import encode
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.quality import queries
from tagwork.quality.models import Appeal, Dispute, Report
from tagwork.quality.operations.appeal import decide_appeal, is_second_signer
from tagwork.quality.operations.dispute import decide_dispute
from tagwork.quality.operations.report import answer_report
from tagwork.standing.models import Restriction
from tagwork.standing.queries import restriction_by_id
from tagwork.web.fields import add_refusal


class AppealForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("won", _("Won: the decision is taken back, and what rested on it repaired")),
            ("lost", _("Lost: the decision stands")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Why, for the person who appealed"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A lost appeal needs a sentence."),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What was found, and what is done about it. It goes to who reported; you are not named."),
    )


@policy(Policy.MODERATOR)
def next_(request: HttpRequest) -> HttpResponse:
    return _bench(request)


@policy(Policy.MODERATOR)
def submission(request: HttpRequest, case_id: UUID) -> HttpResponse:
    queries.case(cast(Person, request.user), case_id)
    return _bench(request, "submission", encode("s", case_id))


@policy(Policy.MODERATOR)
def flag(request: HttpRequest, case_id: UUID) -> HttpResponse:
    queries.flag_case(cast(Person, request.user), case_id)
    return _bench(request, "flag", encode("f", case_id))


def _bench(request: HttpRequest, kind: str = "", public_id: str = "") -> HttpResponse:
    """Without a kind the workbench takes the queue."""
    return render(request, "web/moderator/bench.html", {"kind": kind, "public_id": public_id})


def _decided(
    request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], object], said: Any
) -> HttpResponse | None:
    """Where a case's form leads when it was sent and took effect, or came too late; None: the page is drawn."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act(form.cleaned_data)
    except Invalid as refusal:
        add_refusal(form, refusal)
        return None
    except WrongState as refusal:
        messages.error(request, refusal.text)
        return redirect(request.path)
    messages.success(request, said)
    return redirect("moderation")


@policy(Policy.MODERATOR_OR_OPERATOR)
def appeal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    person = cast(Person, request.user)
    row = queries.appeal_case(person, case_id)
    if row.kind != Appeal.Decision.RESTRICTION and row.state == Appeal.State.OPEN:
        return _bench(request, "appeal", encode("ap", case_id))
    form = AppealForm(request.POST or None)

    def decide(given: dict[str, Any]) -> None:
        decide_appeal(person, row.pk, given["decision"], given["note"])

    decided = _decided(request, form, decide, _("Decided. The person who appealed is told."))
    if decided is not None:
        return decided
    context: dict[str, Any] = {
        "appeal": row,
        "form": form,
        "restriction": _shown(row),
        "is_open": row.state == Appeal.State.OPEN,
        "is_overdue": row.due_at < clock.now(),
        "is_second_signer": is_second_signer(person, row),
    }
    return render(request, "web/moderator/appeal.html", context, status=422 if form.errors else 200)


def _shown(row: Appeal) -> dict[str, Any] | None:
    """The restriction appealed against with its evidence, and without the name of who imposed it."""
    if row.kind != Appeal.Decision.RESTRICTION:
        return None
    restriction: Restriction = restriction_by_id(row.decision_id)
    evidence = dict(restriction.evidence)
    subjects = [str(one).partition(":") for one in evidence.pop("subjects", [])]
    return {
        "row": restriction,
        "submissions": [UUID(raw) for kind, _, raw in subjects if kind == "submission"],
        "facts": [(str(name).replace("_", " "), value) for name, value in evidence.items() if value not in (None, "")],
    }


class DisputeForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("upheld", _("Upheld: the answer leaves the dataset, and the task is asked again")),
            ("dismissed", _("Dismissed: the answer fits the guideline and stays")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Why, for the client"), max_length=4000, min_length=10, widget=forms.Textarea(attrs={"rows": 5})
    )


@policy(Policy.MODERATOR)
def dispute(request: HttpRequest, case_id: UUID) -> HttpResponse:
    person = cast(Person, request.user)
    row = queries.dispute_case(person, case_id)
    form = DisputeForm(request.POST or None)

    def decide(given: dict[str, Any]) -> None:
        decide_dispute(person, row.pk, given["decision"], given["note"])

    decided = _decided(request, form, decide, _("Decided. The client is told."))
    if decided is not None:
        return decided
    context = {
        "dispute": row,
        "form": form,
        "is_open": row.state == Dispute.State.OPEN,
        "is_overdue": row.due_at < clock.now(),
    }
    return render(request, "web/moderator/dispute.html", context, status=422 if form.errors else 200)


@policy(Policy.MODERATOR_OR_OPERATOR)
def report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    person = cast(Person, request.user)
    row = queries.report_case(person, case_id)
    form = AnswerForm(request.POST or None)

    def decide(given: dict[str, Any]) -> None:
        answer_report(person, row.pk, given["answer"])

    decided = _decided(request, form, decide, _("Answered."))
    if decided is not None:
        return decided
    context = {
        "report": row,
        "form": form,
        "is_open": row.state == Report.State.OPEN,
        "is_overdue": row.due_at < clock.now(),
    }
    return render(request, "web/moderator/report.html", context, status=422 if form.errors else 200)
