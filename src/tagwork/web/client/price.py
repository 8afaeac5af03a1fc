"""Price, how many answers, budget: with the arithmetic of the floor and what it all may cost."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tagwork.core.money import MAX_OBJECTS, Price
from tagwork.kit.errors import Refusal
from tagwork.kit.settings import in_force
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.people.access import Policy, policy
from tagwork.projects import queries, rules
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.versions import floor_of
from tagwork.projects.policy import FEE_BASIS_POINTS
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.fields import AmountField, add_refusal


class PriceForm(forms.Form):
    seconds = forms.DecimalField(
        label=_("Seconds a task typically takes"),
        min_value=rules.SHORTEST_TASK_MILLISECONDS / 1000,
        max_value=rules.LONGEST_TASK_MILLISECONDS / 1000,
        decimal_places=1,
        help_text=_("Your estimate. From 20 answers on it is measured, and the measure counts."),
    )
    base = AmountField(label=_("Pay for a task, in dollars"))
    rate = AmountField(
        label=_("and for each accepted object"), required=False, help_text=_("Leave empty for a flat price.")
    )
    max_objects = forms.IntegerField(
        label=_("for at most so many objects"), required=False, min_value=0, max_value=MAX_OBJECTS
    )
    overlap = forms.IntegerField(
        label=_("Answers to each task"),
        min_value=1,
        max_value=rules.MAX_OVERLAP,
        help_text=_("1 with gold tasks suits most work; 3 where people may well disagree."),
    )
    budget = AmountField(
        label=_("Budget, in dollars"),
        help_text=_("The most this project may ever cost: redone and gold tasks and fees included. It can be raised."),
    )

    def price(self) -> Price:
        """Raises ValueError when the numbers are out of range."""
        given = self.cleaned_data
        return Price(given["base"], given["rate"] or 0, given["max_objects"] or 0)


@policy(Policy.CLIENT)
def price(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """`act` is save or preview."""
    found = project_of(request, project_id)
    form = PriceForm(request.POST or None, initial=_now(found))
    if request.method != "POST" or request.POST.get("act") == "preview" or not form.is_valid():
        return _page(request, found, form)
    given = form.cleaned_data
    try:
        change_project(
            person_of(request),
            project_id=found.pk,
            terms={
                "price": {
                    "base_micros": given["base"],
                    "object_micros": given["rate"] or 0,
                    "max_objects": given["max_objects"] or 0,
                },
                "estimated_milliseconds": int(given["seconds"] * 1000),
                "overlap": given["overlap"],
                "budget_micros": given["budget"],
            },
        )
    except Refusal as refusal:
        add_refusal(form, refusal, price="base", estimated_milliseconds="seconds", budget_micros="budget")
        return _page(request, found, form)
    messages.success(request, _("Saved. The price holds for tasks taken from now on; taken work keeps its own."))
    return redirect("client-price", project_id=found.pk)


def _now(found: Project) -> dict[str, Any]:
    terms = queries.prices_in_force([found]).get(found.pk)
    return {
        "seconds": f"{found.estimated_milliseconds / 1000:g}",
        "base": terms.base_micros if terms else None,
        "rate": terms.object_micros or None if terms else None,
        "max_objects": terms.max_objects or None if terms else None,
        "overlap": found.overlap,
        "budget": found.budget_micros or None,
    }


def _page(request: HttpRequest, found: Project, form: PriceForm) -> HttpResponse:
    context = {
        "project": found,
        "form": form,
        "forecast": _forecast(found, form if form.is_bound else PriceForm(_shown(form))),
        "available_micros": balance_micros(AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{found.organisation_id}")),
    }
    is_refused = form.is_bound and bool(form.errors) and request.POST.get("act") != "preview"
    return render(request, "web/client/price.html", context, status=422 if is_refused else 200)


def _shown(form: PriceForm) -> dict[str, Any]:
    """The form as it stands on the page, so that the forecast is the same before the first change."""
    return {name: "" if (value := form[name].value()) is None else value for name in form.fields}


def _forecast(found: Project, form: PriceForm) -> dict[str, Any]:
    """What can be said of the numbers as they are typed: the floor from the seconds, the rest once all are there."""
    form.is_valid()
    given = form.cleaned_data
    if given.get("seconds"):
        found.estimated_milliseconds = int(given["seconds"] * 1000)  # in memory: the floor of what is typed
    floor = floor_of(found)
    shown: dict[str, Any] = {"floor": floor, "floor_seconds": floor.milliseconds / 1000}
    if given.get("base") is None or not given.get("overlap"):
        return shown
    try:
        offered = form.price()
    except (KeyError, ValueError):
        return shown
    ready = queries.image_counts(found.pk).ready
    fee = int(in_force(FEE_BASIS_POINTS))
    cost = rules.cost_forecast(ready, given["overlap"], offered, fee)
    return shown | {
        "price": offered,
        "fault": rules.price_fault(offered, floor, gettext),
        # To the cent: the typical time behind it is not finer.
        "hourly_micros": rules.hourly_micros(offered.max_micros, floor.milliseconds) // 10_000 * 10_000,
        "images": ready,
        "overlap": given["overlap"],
        "cost": cost,
        "fee_percent": fee / 100,
        "budget": given.get("budget"),
        "answers_in_budget": (given["budget"] // cost.per_answer_most_micros) if given.get("budget") else None,
    }
