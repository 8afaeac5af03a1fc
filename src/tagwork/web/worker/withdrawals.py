"""Money on its way out: methods, request with a second look, and the way to the confirmation."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tagwork.core.money import UNITS_PER_COIN, format_usd
from tagwork.kit import ids
from tagwork.kit.errors import Refusal
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef
from tagwork.payouts import queries
from tagwork.payouts.errors import BelowMinimum
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.policy import unsendable_micros
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.models import Person
from tagwork.web.fields import AmountField
from tagwork.web.status import look_of
from tagwork.web.worker.destinations import in_fours

# The way of a withdrawal to which nothing happens, as the page draws it.
WAY = ("requested", "approved", "batched", "signed", "broadcast", "confirmed")
ACTORS = {"you": gettext_lazy("you"), "rule": gettext_lazy("by itself"), "operator": gettext_lazy("an operator")}


class RequestForm(forms.Form):
    destination = forms.ChoiceField(label=gettext_lazy("To"))
    amount = AmountField(label=gettext_lazy("Amount in US dollars"))

    def __init__(self, data: object = None, *, destinations: list[queries.DestinationView], **options: Any) -> None:
        super().__init__(data, **options)  # type: ignore[arg-type]
        choices = [(ids.encode("d", one.id), f"{one.title}: {_short(one.address)}") for one in destinations]
        cast(forms.ChoiceField, self.fields["destination"]).choices = choices


def _short(address: str) -> str:
    """For a list to choose from; the whole address stands beside it and on the next page."""
    return address if len(address) <= 18 else f"{address[:8]}…{address[-6:]}"


@policy(Policy.WORKER)
def withdrawals(request: HttpRequest) -> HttpResponse:
    return _page(request)


@policy(Policy.WORKER)
def new(request: HttpRequest) -> HttpResponse:
    """The second look: amount, fee, what arrives, and where, before anything moves."""
    person = cast(Person, request.user)
    destinations = queries.destinations_of(person)
    form = RequestForm(request.GET, destinations=destinations)
    main_micros = _main_micros(person)
    if not form.is_valid():
        return _page(request, form, status=422)
    amount = form.cleaned_data["amount"]
    key = form.cleaned_data["destination"]
    destination = next(one for one in destinations if ids.encode("d", one.id) == key)
    method = next((one for one in queries.method_table(person) if one.name == destination.method), None)
    if method is None:
        form.add_error("destination", _("This method is not offered any more. Choose another destination."))
    elif amount < method.minimum_micros or amount <= method.fee_on(amount):
        form.add_error("amount", _("The minimum is %(amount)s.") % {"amount": format_usd(method.minimum_micros)})
    elif amount > main_micros:
        form.add_error("amount", _("Your main balance is %(amount)s.") % {"amount": format_usd(main_micros)})
    if form.errors or method is None:
        return _page(request, form, status=422)
    net_micros = amount - method.fee_on(amount)
    unsendable = unsendable_micros(method.name, net_micros)
    context = {
        "destination": destination,
        "destination_key": key,
        "groups": in_fours(destination.address),
        "method": method,
        "amount_micros": amount,
        "fee_micros": method.fee_on(amount),
        "net_micros": net_micros - unsendable,
        "unsendable_micros": unsendable,
        "left_micros": main_micros - amount,
        "indicative_units": _units(net_micros, method.indicative_micros_per_coin),
        # One key for each time this page is drawn: sending it twice withdraws once.
        "idempotency_key": str(ids.opaque_id()),
    }
    return render(request, "web/worker/withdrawal_confirm.html", context)


@require_POST
@policy(Policy.WORKER)
@fresh_factor
def request_(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    destination_id = ids.decode("d", request.POST.get("destination", ""))
    amount = request.POST.get("amount_micros", "")
    if destination_id is None or not (amount.isascii() and amount.isdecimal() and len(amount) < 16):
        messages.error(request, _("Something in the form was not right. Start again."))
        return redirect("withdrawals")
    try:
        made = request_withdrawal(person, destination_id, int(amount), request.POST.get("key", ""))
    except BelowMinimum as refusal:
        least = format_usd(refusal.extra["minimum_micros"])
        messages.error(request, _("The minimum is %(amount)s.") % {"amount": least})
        return redirect("withdrawals")
    except Refusal as refusal:
        messages.error(request, refusal.text)
        return redirect("withdrawals")
    messages.success(request, _("Your withdrawal is requested. Amount and fee are fixed."))
    return redirect("withdrawal", withdrawal_id=made.id)


@policy(Policy.WORKER)
def withdrawal(request: HttpRequest, withdrawal_id: UUID) -> HttpResponse:
    person = cast(Person, request.user)
    row = queries.withdrawal_of(person, withdrawal_id)
    entries = queries.timeline_of(person, row.id)
    reached = {entry.to_state for entry in entries}
    context = {
        "row": row,
        "public_id": ids.encode("w", row.id),
        "groups": in_fours(row.address),
        "coin": queries.coin_payments([row.id]).get(row.id),
        "entries": [{"entry": entry, "actor": ACTORS[entry.actor]} for entry in entries],
        "way": [{"state": look_of(state).word, "is_done": state in reached} for state in WAY],
        "is_on_its_way": row.state in WAY and row.state != WAY[-1],
    }
    return render(request, "web/worker/withdrawal.html", context)


@require_POST
@policy(Policy.WORKER)
def cancel(request: HttpRequest, withdrawal_id: UUID) -> HttpResponse:
    try:
        cancel_withdrawal(cast(Person, request.user), withdrawal_id)
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        messages.error(request, refusal.text)
    else:
        messages.info(request, _("Cancelled. The money is back on your main balance."))
    return redirect("withdrawal", withdrawal_id=withdrawal_id)


def _main_micros(person: Person) -> int:
    return balance_micros(AccountRef("worker_main", f"worker:{person.pk}"))


def _units(net_micros: int, micros_per_coin: int | None) -> int | None:
    """About how much that is in the coin's smallest unit; None where nobody knows a rate."""
    return net_micros * UNITS_PER_COIN // micros_per_coin if micros_per_coin else None


def _page(request: HttpRequest, form: RequestForm | None = None, *, status: int = 200) -> HttpResponse:
    person = cast(Person, request.user)
    destinations = queries.destinations_of(person)
    rows = queries.withdrawals_of(person, before=ids.decode("w", request.GET.get("after", "")))
    coins = queries.coin_payments([row.id for row in rows])
    context = {
        "main_micros": _main_micros(person),
        "held_micros": queries.held_micros(person),
        "methods": queries.method_table(person),
        "destinations": [{"one": one, "groups": in_fours(one.address)} for one in destinations],
        "form": form or RequestForm(destinations=destinations),
        "rows": [{"row": row, "coin": coins.get(row.id)} for row in rows],
        "next_cursor": ids.encode("w", rows[-1].id) if len(rows) == queries.PAGE else None,
    }
    return render(request, "web/worker/withdrawals.html", context, status=status)
