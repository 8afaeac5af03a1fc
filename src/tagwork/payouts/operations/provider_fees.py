"""What a payment service took for each payee: the house's cost, booked as the service says it, and again when it says
another fee later. The journals of a payee's fee sum to what it said last."""

from collections.abc import Collection, Mapping
from uuid import UUID

from tagwork.ledger.queries import amounts_by_key
from tagwork.ledger.rules import Entry
from tagwork.payouts import journals
from tagwork.payouts.models import Withdrawal
from tagwork.payouts.rails.provider import ItemSeen


def fee_entries(method: str, said: Collection[tuple[Withdrawal, ItemSeen]]) -> list[Entry]:
    """What is missing in the books to these words, none where nothing is. The withdrawals are locked: two that book the
    same change would count the journals before it alike, and the key lets it in once."""
    stated = [(row, item, item.fee_micros) for row, item in said if item.fee_micros is not None]
    booked = booked_fees(method, [row.id for row, _, _ in stated])
    entries = []
    for row, item, fee_micros in stated:
        earlier = booked[row.id]
        change_micros = fee_micros - sum(earlier.values())
        if change_micros:
            entries.append(
                Entry(
                    key=journals.provider_fee_key(row.id, len(earlier)),
                    kind="network_fee_changed" if earlier else "network_fee",
                    lines=journals.network_fee_lines(method, change_micros),
                    subject=journals.subject(row.id),
                    detail={"status": item.status, "item": item.provider_item_id, "said_micros": fee_micros},
                )
            )
    return entries


def booked_fees(method: str, withdrawal_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """The fee journals of each, key to micros that went out, in the order they were written. A query, and one more for
    every time that the fee of any of them was booked."""
    found: dict[UUID, dict[str, int]] = {one: {} for one in withdrawal_ids}
    number, asked = 0, list(found)
    while asked:
        keys: Mapping[str, UUID] = {journals.provider_fee_key(one, number): one for one in asked}
        amounts = amounts_by_key(journals.went_out(method), keys.keys())
        for key, micros in amounts.items():
            found[keys[key]][key] = micros
        number, asked = number + 1, [keys[key] for key in amounts]
    return found
