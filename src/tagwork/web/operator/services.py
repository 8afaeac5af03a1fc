"""A payment service's batch: where it stands, what exactly to check, and the answers a person can give."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tagwork.kit.errors import NotFound, Refusal
from tagwork.kit.ids import encode
from tagwork.payouts import console, rules
from tagwork.payouts.advice import SAYS_OF_A_PAYEE, advice_on_service
from tagwork.payouts.operations.settle_provider_batch import (
    adopt_provider_batch,
    ask_about_given_up,
    give_up_provider_batch,
)
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.models import Person
from tagwork.web.operator.actors import named

# What a payee's status means for the operator, while there is something to come.
OPEN_TO_ACT = (rules.BROADCAST, rules.FAILED, rules.RETURNED)


def service_batch(row: console.ServiceBatchRow) -> dict[str, Any]:
    return {
        "row": row,
        "advice": advice_on_service(row.attention, row.is_in_doubt),
        "public_id": encode("sb", row.id),
    }


@policy(Policy.OPERATOR)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    return _page(request, batch_id)


def _page(
    request: HttpRequest, batch_id: UUID, *, refused: str = "", problem: str = "", note: str = "", provider_id: str = ""
) -> HttpResponse:
    view = console.service_batch_view(batch_id)
    names = named([view.started_by, *(str(item.worker_id) for item in view.items)])
    context = {
        **service_batch(view.row),
        "batch": view,
        "started_by": names.get(view.started_by, _("by itself")),
        "items": [
            {
                "row": item,
                "worker": names.get(str(item.worker_id), ""),
                "means": SAYS_OF_A_PAYEE.get(item.status, "") if item.state in OPEN_TO_ACT else "",
            }
            for item in view.items
        ],
        "may_adopt": view.row.state == "signed" and view.attempted_at is not None,
        "refused": refused,
        "problem": problem,
        "note": note,
        "provider_id": provider_id,
    }
    return render(request, "web/operator/service_batch.html", context, status=409 if problem else 200)


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def adopt(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Asks the service at once whether the batch it has is ours: the operator waits for that, a minute at most."""
    return _answer(
        request, batch_id, "adopt", lambda who, found, note: adopt_provider_batch(who, batch_id, found, note)
    )


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def ask_again(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Asks the service at once, as `adopt` does."""

    def act(who: Person, found: str, note: str) -> None:
        paid = ask_about_given_up(who, batch_id, found, note)
        if paid:
            text = _("It was taken after all. Paid, or to be paid: %(count)d. The comparison names each.")
            messages.warning(request, text % {"count": paid})
        else:
            messages.info(request, _("The service has it and paid nobody in it. It is asked again daily."))

    return _answer(request, batch_id, "ask-again", act)


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def give_up(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    return _answer(request, batch_id, "give-up", lambda who, _found, note: give_up_provider_batch(who, batch_id, note))


def _answer(request: HttpRequest, batch_id: UUID, name: str, act: Callable[[Person, str, str], object]) -> HttpResponse:
    """`act` is given the operator, the service's id of the batch (where the form asks for one) and the note."""
    provider_id, note = request.POST.get("provider_id", "").strip(), request.POST.get("note", "")
    try:
        act(cast(Person, request.user), provider_id, note)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, batch_id, refused=name, problem=refusal.text, note=note, provider_id=provider_id)
    messages.success(request, _("Done, and written into the history."))
    return redirect("operate-service-batch", batch_id=batch_id)
