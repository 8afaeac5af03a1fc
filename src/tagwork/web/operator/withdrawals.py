"""Payouts by hand: the queue, and each withdrawal's way from the request to the confirmation, or back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tagwork.kit.errors import NotFound, Refusal
from tagwork.kit.ids import decode, encode
from tagwork.kit.settings import in_force
from tagwork.payouts import policy as payout_policy
from tagwork.payouts import queries, rules
from tagwork.payouts.advice import HISTORY
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.record_confirmed import record_confirmed
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.record_returned import record_returned
from tagwork.payouts.operations.record_sent import record_sent
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.release_held import release_held
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.models import Person
from tagwork.web.operator.actors import named
from tagwork.web.status import look_of

PER_PAGE = 50
# What somebody must do something about; the rest is history.
TO_DO = ("held", "approved", "signed", "broadcast", "failed", "returned")


@dataclass(frozen=True)
class Act:
    """One step that an operator may take. `wants` names the text it asks for, "" for none."""

    title: object
    states: frozenset[str]
    run: Callable[[Person, UUID, str], Any]
    wants: object = ""
    hint: object = ""
    is_grave: bool = False


ACTS = {
    "release": Act(
        _("Approve it"), frozenset({rules.HELD}), release_held, _("Why it is in order"),
        _("Of an amount that needs two operators another one pays it."),
    ),
    "sign": Act(
        _("I pay it now"), frozenset({rules.APPROVED}), lambda who, key, _text: mark_signed(who, key),
        hint=_("From here it cannot be cancelled, and no other operator can pay it. Press before you send."),
    ),
    "sent": Act(
        _("It is sent"), frozenset({rules.SIGNED}), lambda who, key, text: record_sent(who, key, text.strip()),
        _("Transaction id or reference"),
    ),
    "confirm": Act(
        _("It has arrived"), frozenset({rules.BROADCAST}), lambda who, key, _text: record_confirmed(who, key),
    ),
    "hold": Act(
        _("Hold it"), frozenset({rules.REQUESTED, rules.APPROVED, rules.HELD}), hold_withdrawal,
        _("Why it needs a look"), _("Until an operator approves it; no waiting time ends this."),
    ),
    "fail": Act(
        _("It failed"), frozenset({rules.SIGNED, rules.BROADCAST}), record_failed,
        _("Proof that it will never arrive"), _("An unclear answer is no proof: wait."), is_grave=True,
    ),
    "return": Act(
        _("It came back"), frozenset({rules.CONFIRMED}), record_returned, _("Proof that it came back"), is_grave=True,
    ),
    "refund": Act(
        _("Put it back on the balance"), frozenset({rules.FAILED, rules.RETURNED}),
        lambda who, key, _text: refund_withdrawal(who, key),
        hint=_("Amount and fee return to the worker's main balance."),
    ),
    "cancel": Act(
        _("Cancel it"), rules.CANCELLABLE, cancel_withdrawal, _("Why, for the record"), is_grave=True,
    ),
}  # fmt: skip


def _is_offered(name: str, row: queries.WithdrawalView) -> bool:
    """What a person holds already is not held once more."""
    is_held_by_a_person = row.state == rules.HELD and rules.BY_OPERATOR in row.hold_reasons
    return row.state in ACTS[name].states and not (name == "hold" and is_held_by_a_person)


@policy(Policy.OPERATOR)
def withdrawals(request: HttpRequest) -> HttpResponse:
    """`?state=` is one state; without it what somebody must act on, oldest first."""
    counts = queries.counts_by_state()
    state = request.GET.get("state", "")
    wanted = [state] if state in counts else list(TO_DO)
    rows = queries.operator_queue(wanted, after=decode("w", request.GET.get("after", "")), limit=PER_PAGE)
    names = named(str(row.worker_id) for row in rows)
    context = {
        "rows": [{"row": row, "worker": names.get(str(row.worker_id), "")} for row in rows],
        "tabs": [
            ("", _("To do"), sum(counts[one] for one in TO_DO)),
            *[(one, look_of(one).word, number) for one, number in counts.items() if number or one == state],
        ],
        "state": state,
        "next": encode("w", rows[-1].id) if len(rows) == PER_PAGE else None,
    }
    return render(request, "web/operator/withdrawals.html", context)


@policy(Policy.OPERATOR)
def withdrawal(request: HttpRequest, withdrawal_id: UUID) -> HttpResponse:
    return _page(request, withdrawal_id)


def _said(detail: dict[str, Any]) -> list[dict[str, Any]]:
    """What the history wrote beside a step; `page` is the batch's, a coin's (it counts units) or a service's."""
    page = "operate-batch" if "units" in detail else "operate-service-batch"
    return [
        {
            "name": name,
            "word": HISTORY.get(name, name),
            "value": UUID(value) if name == "batch" else _("yes") if value is True else value,
            "page": page if name == "batch" else "",
        }
        for name, value in detail.items()
        # Above it, in dollars, or not so: 0 is said (0 == False).
        if name not in ("reasons", "cents") and value is not False and value not in ("", None)
    ]


def _page(
    request: HttpRequest, withdrawal_id: UUID, *, refused: str = "", problem: str = "", text: str = ""
) -> HttpResponse:
    """`refused` is the act that was refused, `problem` why, `text` what was typed."""
    row = queries.withdrawal_for_operator(withdrawal_id)
    entries = queries.timeline(withdrawal_id)
    sharing = queries.others_with_its_destination(withdrawal_id) if row.state == rules.HELD else []
    names = named([str(row.worker_id), *map(str, sharing), *(entry.actor for entry in entries)])
    limit_micros = int(in_force(payout_policy.SECOND_OPERATOR_FROM_MICROS))
    context = {
        "row": row,
        "public_id": encode("w", row.id),
        "worker": names.get(str(row.worker_id), ""),
        "entries": [
            {
                "entry": entry,
                "actor": names.get(entry.actor, _("by itself")),
                "detail": _said(entry.detail),
            }
            for entry in entries
        ],
        "sharing": [(one, names[str(one)]) for one in sharing if str(one) in names],
        "acts": [
            {"name": name, "act": one, "problem": problem if name == refused else "", "text": text}
            for name, one in ACTS.items()
            if _is_offered(name, row)
        ],
        "stray_problem": problem if refused and not _is_offered(refused, row) else "",
        "needs_two": rules.needs_second_operator(row.amount_micros, limit_micros),
        "limit_micros": limit_micros,
    }
    return render(request, "web/operator/withdrawal.html", context, status=409 if problem else 200)


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def act(request: HttpRequest, withdrawal_id: UUID) -> HttpResponse:
    name, text = request.POST.get("act", ""), request.POST.get("text", "")
    if name not in ACTS:
        raise NotFound("There is no such step.")
    try:
        ACTS[name].run(cast(Person, request.user), withdrawal_id, text)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, withdrawal_id, refused=name, problem=refusal.text, text=text)
    messages.success(request, _("Done, and written into the history."))
    return redirect("operate-withdrawal", withdrawal_id=withdrawal_id)
