"""Paying in with a coin: the organisation's own address, and what has arrived at it."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tagwork.core.money import UNITS_PER_COIN
from tagwork.kit.errors import NotFound, Refusal
from tagwork.payouts import policy as payout_policy
from tagwork.payouts.deposits import coin_deposits
from tagwork.payouts.operations.give_deposit_address import give_deposit_address
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.people.queries import organisations_of
from tagwork.web.client.mine import person_of
from tagwork.web.worker.destinations import in_fours, qr_of


@policy(Policy.CLIENT)
def coin(request: HttpRequest, organisation_id: UUID, method: str) -> HttpResponse:
    """A look makes no address; the button does, once for ever."""
    organisation = next((one for one in organisations_of(person_of(request)) if one.pk == organisation_id), None)
    if organisation is None or method not in payout_policy.deposit_methods():
        raise NotFound(_("There is no such way to pay in for an organisation of yours."))
    problem = ""
    if request.method == "POST":
        try:
            give_deposit_address(organisation, method, cast(Person, request.user))
        except Refusal as refusal:
            problem = refusal.text
        else:
            return redirect("client-coin", organisation_id, method)
    view = coin_deposits(organisation, method)
    rate = view.micros_per_coin
    context = {
        "organisation": organisation,
        "coin": view,
        "groups": in_fours(view.address),
        "qr": qr_of(view.address) if view.address else "",
        # What about $100 are in coins today: for a feeling, never a promise.
        "hundred_units": 100_000_000 * UNITS_PER_COIN // rate if rate else None,
        "is_moving": any(one.state == "seen" for one in view.receipts),
        "problem": problem,
    }
    return render(request, "web/client/coin.html", context, status=409 if problem else 200)
