"""Destinations and withdrawals. A withdrawal asks for a fresh second factor."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tagwork.api import access
from tagwork.api.http import identifier, once, page, person_of, reply, when
from tagwork.api.schemas import bodies, payouts
from tagwork.api.schemas.shared import answers
from tagwork.kit.errors import Forbidden
from tagwork.kit.ids import encode
from tagwork.payouts import queries
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.remove_destination import remove_destination
from tagwork.payouts.operations.request_withdrawal import ask_about, store_request
from tagwork.people.access import recently_authenticated, recently_confirmed

router = Router(tags=["withdrawals"], auth=access.worker, by_alias=True)


def withdrawal_json(row: queries.WithdrawalView) -> dict[str, Any]:
    return {
        "id": encode("w", row.id),
        "state": row.state,
        "method": row.method,
        "network": row.network,
        "address": row.address,
        "destination_id": encode("d", row.destination_id),
        "amount_micros": row.amount_micros,
        "fee_micros": row.fee_micros,
        "net_micros": row.net_micros,
        "unsendable_micros": row.unsendable_micros,
        "txid": row.txid,
        "can_cancel": row.can_cancel,
        "held_because": list(row.hold_texts),
        "requested_at": when(row.requested_at),
        "moved_at": when(row.moved_at),
    }


def _coin_json(withdrawal_id: UUID) -> dict[str, Any] | None:
    coin = queries.coin_payments([withdrawal_id]).get(withdrawal_id)
    if coin is None:
        return None
    return {
        "units": coin.units,
        "micros_per_coin": coin.micros_per_coin,
        "rate_at": when(coin.rate_at),
        "confirmations": coin.confirmations,
        "confirmations_wanted": coin.confirmations_wanted,
        "explorer_url": coin.explorer_url or None,
    }


def destination_json(row: queries.DestinationView) -> dict[str, Any]:
    return {
        "id": encode("d", row.id),
        "method": row.method,
        "title": row.title,
        "network": row.network,
        "address": row.address,
        "created_at": when(row.created_at),
        "usable_from": when(row.usable_from),
    }


def _require_fresh(request: HttpRequest, *, with_factor: bool) -> None:
    """A page asks, a script is told where to go: a bearer token never counts as fresh (but for a demo's own)."""
    if with_factor and not recently_confirmed(request):
        raise access.SecondFactorNeeded(
            "This moves money: confirm it on the withdrawals page with your second factor, or a code by mail.",
            next_step="/withdrawals/",
        )
    if not recently_authenticated(request):
        raise Forbidden(
            "This moves money: confirm that it is you, then try again.", next_step="/accounts/reauthenticate/"
        )


@router.get("/destinations", response=answers(200, payouts.Destinations))
def list_destinations(request: HttpRequest) -> HttpResponse:
    return page([destination_json(row) for row in queries.destinations_of(person_of(request))])


@router.post("/destinations", response=answers(201, payouts.Destination))
def post_destination(request: HttpRequest, body: bodies.DestinationBody) -> HttpResponse:
    """Where to be paid. The address is checked for the coin and the network."""
    _require_fresh(request, with_factor=queries.has_destination(person_of(request)))
    return reply(destination_json(add_destination(person_of(request), body.method, body.address)), 201)


@router.delete("/destinations/{destination_id}", response=answers(204, None))
def delete_destination(request: HttpRequest, destination_id: str) -> HttpResponse:
    remove_destination(person_of(request), identifier("d", destination_id))
    return HttpResponse(status=204)


@router.post("/withdrawals", response=answers(201, payouts.Withdrawal))
def post_withdrawal(request: HttpRequest, body: bodies.WithdrawalBody) -> HttpResponse:
    """Request a withdrawal; amount and fee are frozen now. Idempotency-Key required."""
    _require_fresh(request, with_factor=True)
    person, destination_id = person_of(request), identifier("d", body.destination_id)
    # Before `once` opens its transaction: the coin's node may take seconds to answer.
    ask_about(person, destination_id, request.headers.get("Idempotency-Key", ""))

    def produce(key: str) -> tuple[int, Any]:
        return 201, withdrawal_json(store_request(person, destination_id, body.amount_micros, key))

    return once(request, "withdraw", produce)


@router.get("/withdrawals", response=answers(200, payouts.Withdrawals))
def list_withdrawals(request: HttpRequest, before: str = "") -> HttpResponse:
    rows = queries.withdrawals_of(person_of(request), before=identifier("w", before) if before else None)
    following = encode("w", rows[-1].id) if len(rows) == queries.PAGE else None
    return page([withdrawal_json(row) for row in rows], following)


@router.get("/withdrawals/{withdrawal_id}", response=answers(200, payouts.WithdrawalWithSteps))
def get_withdrawal(request: HttpRequest, withdrawal_id: str) -> HttpResponse:
    """One withdrawal with its way so far."""
    person = person_of(request)
    row = queries.withdrawal_of(person, identifier("w", withdrawal_id))
    steps = [
        {"from": one.from_state, "to": one.to_state, "by": one.actor, "at": when(one.at)}
        for one in queries.timeline_of(person, row.id)
    ]
    return reply(withdrawal_json(row) | {"steps": steps, "coin": _coin_json(row.id)})


@router.post("/withdrawals/{withdrawal_id}/cancel", response=answers(200, payouts.Withdrawal))
def post_cancel(request: HttpRequest, withdrawal_id: str) -> HttpResponse:
    """Take the money back into the main balance; possible until it is in a batch."""
    return reply(withdrawal_json(cancel_withdrawal(person_of(request), identifier("w", withdrawal_id))))
