"""Post: the one way money moves."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from tagwork.kit import clock
from tagwork.kit.rows import insert_new, update_each
from tagwork.ledger.errors import InsufficientFunds, KeyReused
from tagwork.ledger.models import Account, Journal, Posting, Seal, Unlinked
from tagwork.ledger.rules import (
    MAY_BE_NEGATIVE,
    RESERVED_KINDS,
    AccountRef,
    Entry,
    Line,
    check_detail,
    check_micros,
    movements,
    net_by_account,
)


def post(
    *,
    key: str,
    kind: str,
    lines: Sequence[Line],
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> uuid.UUID:
    """Write one journal and change the balances it names; returns its identifier.

    `lines` are (account, micros): positive increases what the account holds, the sum is zero, zeros are left out.
    The same key with the same kind, subject and lines returns the first journal and changes nothing.
    Raises Unbalanced, InsufficientFunds, KeyReused. Runs in the caller's transaction, or in one of its own; after a
    refusal the caller's transaction can go on.
    """
    return post_many([Entry(key, kind, lines, subject, detail or {}, at)])[0]


def post_many(entries: Sequence[Entry]) -> list[uuid.UUID]:
    """Write many journals in one transaction, all or none; identifiers in the order of `entries`.

    Each balance row is changed once, by the sum of what the journals add to it: only that sum may not make it
    negative, not each journal in turn. Raises as `post` does.
    """
    for entry in entries:
        if entry.kind in RESERVED_KINDS:
            raise ValueError(f"journals of kind {entry.kind} are written by the ledger alone")
    return write(entries)


def write(entries: Sequence[Entry]) -> list[uuid.UUID]:
    """As `post_many`, for the ledger's own operations."""
    moment = clock.now()
    lines_by_key: dict[str, tuple[Line, ...]] = {}
    journals: dict[str, Journal] = {}
    for entry in entries:
        lines, journal = movements(entry), _journal(entry, moment)
        if entry.key in journals and not (
            _same_body(journals[entry.key], journal) and lines_by_key[entry.key] == lines
        ):
            raise KeyReused(entry.key)
        journals.setdefault(entry.key, journal)
        lines_by_key[entry.key] = lines
    with transaction.atomic():
        # The unique key decides who writes: a second transaction with the same key waits here until the first has
        # committed (its journal is then found below) or rolled back (then this one goes on).
        new = insert_new(list(journals.values()), unique="key")
        _recall({key: journal for key, journal in journals.items() if key not in new}, lines_by_key)
        _move({journal: lines_by_key[key] for key, journal in journals.items() if key in new})
    return [journals[entry.key].id for entry in entries]


def _journal(entry: Entry, moment: datetime) -> Journal:
    if not entry.key:
        raise ValueError("a journal needs an idempotency key")
    check_detail(entry.detail)
    return Journal(
        key=entry.key,
        kind=entry.kind,
        subject=entry.subject,
        detail=dict(entry.detail),
        created_at=entry.at or moment,
        reverses_id=entry.reverses,
    )


def _same_body(first: Journal, second: Journal) -> bool:
    """Detail and time are not compared: a retry may well have read the clock again."""
    return (first.kind, first.subject, first.reverses_id) == (second.kind, second.subject, second.reverses_id)


def _recall(journals: dict[str, Journal], lines_by_key: Mapping[str, Sequence[Line]]) -> None:
    """Give each replayed journal the identifier of the first one. Raises KeyReused when it was another."""
    if not journals:
        return
    firsts = {first.key: first for first in Journal.objects.filter(key__in=list(journals))}
    written: dict[uuid.UUID, list[Line]] = defaultdict(list)
    postings = Posting.objects.filter(journal__in=list(firsts.values())).select_related("account")
    for posting in postings:
        ref = AccountRef(posting.account.kind, posting.account.owner)
        written[posting.journal_id].append((ref, posting.amount_micros))
    for key, journal in journals.items():
        first = firsts[key]
        if not _same_body(first, journal) or sorted(written[first.id]) != list(lines_by_key[key]):
            raise KeyReused(key)
        journal.id = first.id


def _move(lines_by_journal: Mapping[Journal, Sequence[Line]]) -> None:
    """Change the balances, write the postings, seal. Raises InsufficientFunds."""
    if not lines_by_journal:
        return
    net = net_by_account(lines_by_journal.values())
    accounts = _locked(net)
    for ref in sorted(net):
        account = accounts[ref]
        if account.balance_micros + net[ref] < 0 and ref.kind not in MAY_BE_NEGATIVE:
            raise InsufficientFunds(ref, account.balance_micros, -net[ref])
        # SQLite would go on with a floating-point number.
        check_micros(account.balance_micros + net[ref])
    changes = [(accounts[ref].id, net[ref]) for ref in net if net[ref]]
    update_each(Account, "balance_micros = balance_micros + v.column2", changes)
    # In the order of the journals' times, so that ids of postings ascend with them within this batch.
    Posting.objects.bulk_create(
        Posting(journal=journal, account=accounts[ref], amount_micros=amount_micros)
        for journal, lines in lines_by_journal.items()
        for ref, amount_micros in lines
    )
    Seal.objects.bulk_create(Seal(journal=journal) for journal in lines_by_journal)
    Unlinked.objects.bulk_create(Unlinked(journal=journal) for journal in lines_by_journal)


def _locked(refs: Iterable[AccountRef]) -> dict[AccountRef, Account]:
    """The accounts, made where they are missing, locked in ascending id (docs/policies/locking.md).

    Without the lock in order, two batches that share accounts could each hold what the other waits for.
    """
    wanted = sorted(refs)
    found = _lock(wanted)
    missing = [ref for ref in wanted if ref not in found]
    if missing:
        Account.objects.bulk_create([Account(kind=kind, owner=owner) for kind, owner in missing], ignore_conflicts=True)
        found = _lock(wanted)
    return found


def _lock(refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
    owners_by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, owner in refs:
        owners_by_kind[kind].append(owner)
    named = Q()
    for kind, owners in owners_by_kind.items():
        named |= Q(kind=str(kind), owner__in=owners)
    # NO KEY UPDATE: postings of other transactions may go on pointing at these rows.
    accounts = Account.objects.filter(named).select_for_update(no_key=True).order_by("id")
    return {AccountRef(account.kind, account.owner): account for account in accounts}
