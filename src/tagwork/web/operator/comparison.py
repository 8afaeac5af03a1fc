"""The daily comparison of the books with the nodes and services, and what an operator knows of a difference."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tagwork.kit.errors import NotFound, Refusal
from tagwork.kit.ids import encode
from tagwork.payouts import console, reconcile_rules
from tagwork.payouts.operations.explain_difference import explain_difference
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.models import Person
from tagwork.web.operator.actors import named

PAGES = {
    "batch": ("b", "operate-batch"),
    "service_batch": ("sb", "operate-service-batch"),
    "withdrawal": ("w", "operate-withdrawal"),
}


@policy(Policy.OPERATOR)
def comparison(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, refused: UUID | None = None, problem: str = "", note: str = "") -> HttpResponse:
    past = console.differences(is_open=False)
    names = named(one.explained_by for one in past)
    context = {
        "methods": console.comparisons(),
        "open": [_shown(one) for one in console.differences(is_open=True)],
        "past": [{"row": one, "by": names.get(one.explained_by, ""), "about": _about(one)} for one in past],
        "refused": refused,
        "problem": problem,
        "note": note,
    }
    return render(request, "web/operator/comparison.html", context, status=409 if problem else 200)


def _about(one: console.DifferenceView) -> dict[str, Any]:
    """The thing's name as its own page has it, and that page; else what the comparison calls it."""
    if one.about is None:
        return {"text": one.subject}
    kind, key = one.about
    prefix, page = PAGES[kind]
    return {"text": encode(prefix, key), "page": page, "id": key}


def _shown(one: console.DifferenceView) -> dict[str, Any]:
    """With its figures as numbers, where they are some: what is missing has no other name than its amount."""
    figure = reconcile_rules.figure
    about = _about(one) | {"word": _("About"), "number": None}
    if one.code in reconcile_rules.OF_WALLET:
        is_short = one.code == reconcile_rules.WALLET_SHORT
        about |= {"word": _("Missing") if is_short else _("Too much"), "number": abs(figure(one.subject) or 0)}
    said = [(_("The books say"), one.books), (_("Outside"), one.outside)]
    figures = [about, *({"word": word, "text": text, "number": figure(text)} for word, text in said)]
    return {"row": one, "figures": figures}


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def explain(request: HttpRequest, difference_id: UUID) -> HttpResponse:
    note = request.POST.get("note", "")
    try:
        explain_difference(cast(Person, request.user), difference_id, note)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, refused=difference_id, problem=refusal.text, note=note)
    messages.success(request, _("Explained. If the method is frozen, lift the freeze on the console."))
    return redirect("operate-comparison")
