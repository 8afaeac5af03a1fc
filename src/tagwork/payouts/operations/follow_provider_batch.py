"""An accepted batch: what the service says of each payee is booked, once, in whatever order it is said."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from tagwork.kit import clock
from tagwork.ledger.operations.post import post_many
from tagwork.ledger.rules import Entry
from tagwork.payouts import journals, rules
from tagwork.payouts.models import ProviderBatch, ProviderItem, Withdrawal
from tagwork.payouts.operations import provider_step, step
from tagwork.payouts.operations.freeze import freeze
from tagwork.payouts.operations.keep_difference import keep_difference
from tagwork.payouts.operations.provider_fees import fee_entries
from tagwork.payouts.operations.provider_step import ProviderSession
from tagwork.payouts.rails.provider import NOT_PAID, PAID, WAITING, BatchSeen, ItemSeen, PayoutLine, ProviderSurprise
from tagwork.payouts.reconcile_rules import PAID_AFTER_ALL, Difference

# A payout can be reversed for this long after it arrived (PayPal's disputes: 180 days).
WATCHED_DAYS = 180


def follow_provider_batch(session: ProviderSession, batch: ProviderBatch) -> None:
    """One look, and whatever follows from it; repeats harmlessly. Raises ProviderUnavailable, ProviderSurprise: also,
    once everything else was booked, when somebody was paid after all."""
    assert batch.provider_id is not None
    session.alive()
    seen = session.provider.look_up(batch.provider_id, provider_step.lines_of(batch))
    if seen is not None:
        provider_step.require_same(batch, seen)
        said = _said(batch, seen)
        found = Withdrawal.objects.filter(provider_batch=batch).values_list("id", "state")
        states = {str(one): state for one, state in found}
        late = [item for item_id, item in said.items() if rules.is_paid_after_all(states[item_id], item.meaning)]
        is_part = any(state == rules.BROADCAST and item_id not in said for item_id, state in states.items())
        said, is_unproved = _proved(session, said, states)
    stops = ""
    with session.writing():
        locked = provider_step.lock(batch.id)
        if seen is None:
            _look_later(locked, locked.status, "not_found")
        else:
            _record(locked, said)
            is_missing = is_part and _is_old(locked)
            _look_later(locked, seen.status, "not_proved" if is_unproved else rules.ITEMS_MISSING if is_missing else "")
            stops = _stop_paid_after_all(session.method, late, states)
    batch.refresh_from_db()
    if stops:
        raise ProviderSurprise(rules.RECONCILIATION, stops)


def follow_given_up(session: ProviderSession, batch: ProviderBatch) -> None:
    """One look at a batch that a person gave up, daily for WATCHED_DAYS: where the service is asked by our own ids, or
    somebody found the service's id of it since. One that it knows after all and has not refused is paid, or will be.
    Raises as follow_provider_batch."""
    session.alive()
    seen = session.provider.look_up(batch.provider_id or str(batch.id), provider_step.lines_of(batch))
    with session.writing():
        locked = provider_step.lock(batch.id)
        now = clock.now()
        until = (locked.settled_at or locked.signed_at) + timedelta(days=WATCHED_DAYS)
        ProviderBatch.objects.filter(id=batch.id).update(look_at=now + timedelta(days=1), is_watched=now < until)
        _, stops = stop_known_after_all(locked, seen)
    batch.refresh_from_db()
    if stops:
        raise ProviderSurprise(rules.RECONCILIATION, stops)


def stop_known_after_all(batch: ProviderBatch, seen: BatchSeen | None) -> tuple[int, str]:
    """In the caller's transaction: how many of a given-up batch the service has paid or will pay, and those that nobody
    knew of, in words; they stop the method."""
    if seen is None:
        return 0, ""
    found = Withdrawal.objects.filter(provider_batch=batch).values_list("id", "state")
    said = _said(batch, seen)
    late = [item for item in said.values() if item.meaning != NOT_PAID]
    return len(late), _stop_paid_after_all(batch.method, late, {str(one): state for one, state in found})


def _stop_paid_after_all(method: str, late: list[ItemSeen], states: Mapping[str, str]) -> str:
    """A difference each, as the daily comparison names it, and a freeze when one is new; what an operator explained is
    passed over. While it is open nobody refunds the withdrawal. Returns what is new, in words."""
    fresh = []
    for item in late:
        key = journals.key("confirmed", UUID(item.line.item_id))
        one = Difference(PAID_AFTER_ALL, item.line.item_id, states[item.line.item_id], item.status, (key,))
        if keep_difference(method, one):
            fresh.append(f"{one.code} {one.subject}")
    if fresh:
        freeze(method, rules.RECONCILIATION, "; ".join(fresh[:5]))
    return "; ".join(fresh[:5])


def _said(batch: ProviderBatch, seen: BatchSeen) -> dict[str, ItemSeen]:
    """By our item id. A denied batch says not paid of everybody it does not list or lists as waiting."""
    said = {item.line.item_id: item for item in seen.items}
    if seen.is_denied:
        for line in provider_step.lines_of(batch):
            item = said.get(line.item_id) or _unlisted(line)
            if item.meaning == PAID:
                raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, f"batch {batch.id} is denied and yet paid")
            if item.meaning == WAITING:
                said[line.item_id] = replace(item, meaning=NOT_PAID, status=seen.status)
    return said


def _unlisted(line: PayoutLine) -> ItemSeen:
    return ItemSeen(line, "", WAITING, "", None, "", "")


def _proved(
    session: ProviderSession, said: dict[str, ItemSeen], states: Mapping[str, str]
) -> tuple[dict[str, ItemSeen], bool]:
    """Without those whose bad end only the list tells: failed needs proof, so the item itself is asked for, too."""
    kept, is_unproved = {}, False
    for item_id, item in said.items():
        is_end = item.meaning == NOT_PAID and rules.following_state(states[item_id], item.meaning) is not None
        if is_end and item.provider_item_id:
            session.alive()
            again = session.provider.look_up_item(item.provider_item_id)
            is_batch_word = item.status == "DENIED" and again is not None and again.meaning == WAITING
            if again is None or again.line != item.line or (again.meaning != NOT_PAID and not is_batch_word):
                is_unproved = True
                continue
            item = replace(item, reason=again.reason or item.reason)
        kept[item_id] = item
    return kept, is_unproved


def _record(batch: ProviderBatch, said: dict[str, ItemSeen]) -> None:
    entries: list[Entry] = []
    of_fees: list[tuple[Withdrawal, ItemSeen]] = []
    for row in provider_step.withdrawals_of(batch):
        item = said.get(str(row.id))
        if item is None:
            continue
        entries += _move(row, item)
        was_confirmed = bool(row.txid)
        states_its_fee = rules.states_its_fee(was_confirmed, row.state, item.meaning)
        if states_its_fee:
            of_fees.append((row, item))
        changes = {
            "provider_item_id": item.provider_item_id or row.provider_item.provider_item_id,
            "status": item.status,
            "transaction_id": item.transaction_id or row.provider_item.transaction_id,
        }
        if item.fee_micros is not None and (states_its_fee or not was_confirmed):
            ProviderItem.objects.filter(withdrawal=row).update(fee_micros=item.fee_micros, **changes)
        else:
            ProviderItem.objects.filter(withdrawal=row).update(**changes)
    post_many([*entries, *fee_entries(batch.method, of_fees)])


def _move(row: Withdrawal, item: ItemSeen) -> list[Entry]:
    to_state = rules.following_state(row.state, item.meaning)
    if to_state is None:
        return []
    detail = {"status": item.status, "item": item.provider_item_id, "reason": item.reason}
    if to_state == rules.CONFIRMED:
        step.move(row, to_state, rules.RULE, detail, txid=item.transaction_id or item.provider_item_id)
        return [provider_step.entry(row, "confirmed", journals.confirmed_lines, detail)]
    step.move(row, to_state, rules.RULE, detail)
    if to_state == rules.RETURNED:
        return [provider_step.entry(row, "returned", journals.returned_lines, detail)]
    return []


def _look_later(batch: ProviderBatch, status: str, attention: str) -> None:
    """When it is looked at again, and whether all of it has come to an end."""
    now = clock.now()
    is_settled = not Withdrawal.objects.filter(provider_batch=batch, state=rules.BROADCAST).exists()
    if is_settled and batch.state == rules.BROADCAST:
        provider_step.move(batch, rules.CONFIRMED, settled_at=now)
    ProviderBatch.objects.filter(id=batch.id).update(
        status=status,
        attention=attention,
        look_at=now + _pause(batch, now),
        is_watched=batch.settled_at is None or batch.settled_at > now - timedelta(days=WATCHED_DAYS),
    )


def _pause(batch: ProviderBatch, now: datetime) -> timedelta:
    if batch.settled_at is not None:
        return timedelta(days=1)
    # Unclaimed ones take weeks.
    return timedelta(hours=1) if _is_old(batch) else timedelta(minutes=10)


def _is_old(batch: ProviderBatch) -> bool:
    """The service has had it for so long that all of it should be listed."""
    assert batch.accepted_at is not None
    return batch.accepted_at <= clock.now() - timedelta(hours=rules.UNKNOWN_HOURS)
