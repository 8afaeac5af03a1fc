"""Reading the books. Every sum is micro-dollars."""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat, Substr, TruncDate

from tagwork.kit.triggers import missing_triggers
from tagwork.ledger.models import Account, Checkpoint, Hold, Journal, Link, Posting, Seal, Unlinked
from tagwork.ledger.proofs import fingerprint, is_signed, public_key_of
from tagwork.ledger.rules import (
    FIRST_PREVIOUS,
    MAY_BE_NEGATIVE,
    RESERVING,
    SETTLE,
    AccountRef,
    HoldState,
    Kind,
    Line,
    canonical_journal,
    chain_hash,
    settle_key,
)

OFFENDERS_NAMED = 5
LINKS_AT_ONCE = 1000
# What a link hashes of a journal besides its identifier and its postings, in the order of `_canonical`.
CANONICAL_FIELDS = ("key", "kind", "subject", "detail", "created_at", "reverses_id")


@dataclass(frozen=True)
class AccountLine:
    """One posting as its owner sees it. `running_micros` is the balance after it; `id` is the cursor for `before`."""

    id: int
    journal_id: uuid.UUID
    kind: str
    subject: str
    detail: dict[str, Any]
    amount_micros: int
    running_micros: int
    at: datetime


@dataclass(frozen=True)
class HeldPay:
    """One hold as its owner sees it. `id` is the cursor for `before`; what was paid is None until it settles."""

    id: int
    key: str
    owner: str
    source: AccountRef
    amount_micros: int
    fee_micros: int
    subject: str
    detail: dict[str, Any]
    state: str
    paid_micros: int | None
    paid_fee_micros: int | None
    at: datetime


@dataclass(frozen=True)
class VerifyReport:
    """Each check as (name, ok, detail); `ok` when all are."""

    checks: list[tuple[str, bool, str]]

    @property
    def ok(self) -> bool:
        return all(ok for _, ok, _ in self.checks)


@dataclass(frozen=True)
class JournalMark:
    """That a journal was written, and when."""

    id: uuid.UUID
    at: datetime


def journal_marks(keys: Collection[str]) -> dict[str, JournalMark]:
    """The journals of these keys that exist, by key; ONE query."""
    rows = Journal.objects.filter(key__in=keys).values_list("key", "id", "created_at")
    return {key: JournalMark(identifier, at) for key, identifier, at in rows}


def balance_micros(ref: AccountRef) -> int:
    """What the account holds; zero for one that nothing was ever posted to."""
    balance = Account.objects.filter(kind=ref.kind, owner=ref.owner).values_list("balance_micros", flat=True).first()
    return balance or 0


def balances(owner: str) -> dict[str, int]:
    """Kind of account to balance, for the accounts that this owner has."""
    return dict(Account.objects.filter(owner=owner).values_list("kind", "balance_micros"))


def pending_micros(owner: str) -> int:
    """Promised to the owner and not judged yet: the sum of the open holds, without the house's fee."""
    return _sum(Hold.objects.filter(owner=owner, state=HoldState.OPEN), F("amount_micros"))


def reserved_micros(source: AccountRef) -> int:
    """Promised out of the source, pay and fee: open holds, and withheld ones whose appeal may still come."""
    return _sum(_reserving(source.kind, source.owner), F("amount_micros") + F("fee_micros"))


def lines_of(ref: AccountRef, before: int | None = None, limit: int = 50) -> list[AccountLine]:
    """The account's postings, newest first; `before` is the `id` of the last line seen."""
    postings = Posting.objects.filter(account__kind=ref.kind, account__owner=ref.owner).select_related("journal")
    if before is not None:
        postings = postings.filter(id__lt=before)
    page = list(postings.order_by("-id")[:limit])
    if not page:
        return []
    # Back from today's balance, in one statement: both sides of the subtraction are of one moment.
    newer = Posting.objects.filter(account=OuterRef("pk"), id__gt=page[0].id).order_by().values("account")
    running = (
        Account.objects.filter(pk=page[0].account_id)
        .annotate(newer=Coalesce(Subquery(newer.annotate(s=Sum("amount_micros")).values("s")), 0))
        .values_list(F("balance_micros") - F("newer"), flat=True)
        .get()
    )
    lines = []
    for posting in page:
        journal = posting.journal
        lines.append(
            AccountLine(
                posting.id,
                journal.id,
                journal.kind,
                journal.subject,
                journal.detail,
                posting.amount_micros,
                running,
                journal.created_at,
            )
        )
        running -= posting.amount_micros
    return lines


@dataclass(frozen=True)
class KeyedLine:
    """One posting by the key of its journal; `id` is the cursor for `after`."""

    id: int
    key: str
    amount_micros: int


def lines_after(ref: AccountRef, after: int) -> Iterator[KeyedLine]:
    """The account's postings behind the one with this id, oldest first, a thousand at a time. None that is committed
    later comes before one that was read: ids ascend under the account's lock."""
    found = Posting.objects.filter(account__kind=ref.kind, account__owner=ref.owner, id__gt=after).order_by("id")
    for row in found.values_list("id", "journal__key", "amount_micros").iterator(chunk_size=1000):
        yield KeyedLine(*row)


def amounts_by_key(ref: AccountRef, keys: Collection[str]) -> dict[str, int]:
    """What these journals brought the account, by key, for those that exist and touch it; a query for 500 keys."""
    wanted = sorted(keys)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        rows = Posting.objects.filter(
            account__kind=ref.kind, account__owner=ref.owner, journal__key__in=wanted[start : start + 500]
        )
        found.update(rows.values_list("journal__key", "amount_micros"))
    return found


def journal_lines(keys: Collection[str]) -> dict[str, list[Line]]:
    """The postings of these journals, by key, in the order they were written; ONE query. Absent: no such journal."""
    found: dict[str, list[Line]] = defaultdict(list)
    rows = Posting.objects.filter(journal__key__in=keys).order_by("journal__key", "id")
    for key, kind, owner, micros in rows.values_list(
        "journal__key", "account__kind", "account__owner", "amount_micros"
    ):
        found[key].append((AccountRef(kind, owner), micros))
    return dict(found)


def holds_of(
    owner: str, state: str | None = HoldState.OPEN, before: int | None = None, limit: int = 50
) -> list[HeldPay]:
    """The owner's holds in `state` (None: in any), newest first; `before` is the `id` of the last one seen."""
    holds = Hold.objects.filter(owner=owner)
    if state is not None:
        holds = holds.filter(state=state)
    if before is not None:
        holds = holds.filter(id__lt=before)
    return [
        HeldPay(
            hold.id,
            hold.key,
            hold.owner,
            AccountRef(hold.source_kind, hold.source_owner),
            hold.amount_micros,
            hold.fee_micros,
            hold.subject,
            hold.detail,
            hold.state,
            hold.paid_micros,
            hold.paid_fee_micros,
            hold.created_at,
        )
        for hold in holds.order_by("-id")[:limit]
    ]


def settled_by_day(ref: AccountRef, since: datetime, zone: tzinfo) -> dict[date, int]:
    """What settlements brought the account from `since` on, by the day on which they were posted in `zone`."""
    postings = Posting.objects.filter(
        account__kind=ref.kind, account__owner=ref.owner, journal__kind=SETTLE, journal__created_at__gte=since
    )
    by_day = postings.order_by().annotate(day=TruncDate("journal__created_at", tzinfo=zone)).values_list("day")
    return {day: int(total) for day, total in by_day.annotate(total=Sum("amount_micros"))}


@dataclass(frozen=True)
class Settled:
    """What settlements took out of one source: how many, the workers' pay, the house's fee."""

    count: int
    pay_micros: int
    fee_micros: int


def settled_from(kind: str, owners: Collection[str], since: datetime, until: datetime) -> dict[str, Settled]:
    """By source owner, what was settled in [since, until); ONE query. Absent: nothing was."""
    settled = Journal.objects.filter(kind=SETTLE, created_at__gte=since, created_at__lt=until)
    sources = Posting.objects.filter(journal=OuterRef("journal"), account__kind=kind, account__owner__in=owners)
    rows = (
        Posting.objects.filter(journal__in=settled, account__kind__in=(Kind.WORKER_MAIN, Kind.PLATFORM_FEE))
        .annotate(source=Subquery(sources.values("account__owner")[:1]))
        .filter(source__isnull=False)
        .order_by()
        .values_list("source")
        .annotate(
            count=Count("journal", distinct=True),
            pay=Coalesce(Sum("amount_micros", filter=Q(account__kind=Kind.WORKER_MAIN)), 0),
            fee=Coalesce(Sum("amount_micros", filter=Q(account__kind=Kind.PLATFORM_FEE)), 0),
        )
    )
    return {owner: Settled(count, int(pay), int(fee)) for owner, count, pay, fee in rows}


def moved_by_kind(ref: AccountRef, since: datetime, until: datetime) -> dict[str, int]:
    """What each kind of journal added to one account in [since, until), taken away negative."""
    postings = Posting.objects.filter(
        account__kind=ref.kind,
        account__owner=ref.owner,
        journal__created_at__gte=since,
        journal__created_at__lt=until,
    )
    rows = postings.order_by().values_list("journal__kind").annotate(total=Sum("amount_micros"))
    return {kind: int(total) for kind, total in rows}


def held_at(kind: str, owners: Collection[str], at: datetime) -> int:
    """What the accounts of these owners held together just before `at`."""
    postings = Posting.objects.filter(account__kind=kind, account__owner__in=owners, journal__created_at__lt=at)
    return _sum(postings, F("amount_micros"))


def settled_to(kind: str, since: datetime, until: datetime) -> dict[str, int]:
    """By owner, what settlements brought accounts of `kind` in [since, until), for everybody; ONE query."""
    postings = Posting.objects.filter(
        account__kind=kind, journal__kind=SETTLE, journal__created_at__gte=since, journal__created_at__lt=until
    )
    return {
        owner: int(total)
        for owner, total in postings.order_by().values_list("account__owner").annotate(total=Sum("amount_micros"))
    }


def totals_by_kind() -> dict[str, int]:
    """What all accounts of each kind hold together; the values sum to zero."""
    totals = dict(Account.objects.order_by().values_list("kind").annotate(total=Sum("balance_micros")))
    return {kind.value: totals.get(kind.value, 0) for kind in Kind}


def canonical_journals(journal_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Each journal as the chain hashes it (rules.canonical_journal)."""
    lines: dict[uuid.UUID, list[Line]] = defaultdict(list)
    for journal_id, kind, owner, amount_micros in Posting.objects.filter(journal__in=journal_ids).values_list(
        "journal_id", "account__kind", "account__owner", "amount_micros"
    ):
        lines[journal_id].append((AccountRef(kind, owner), amount_micros))
    found = Journal.objects.filter(id__in=journal_ids).values_list("id", *CANONICAL_FIELDS)
    return {journal_id: _canonical(journal_id, *journal, lines=lines[journal_id]) for journal_id, *journal in found}


def verify(*, chain: bool = True) -> VerifyReport:
    """Prove the books, beside a running site. `chain=False` leaves out the hashing of every journal.

    Each check is one statement, or walks rows that never change: it sees one moment, so that work going on cannot
    look like a fault, and no lock is taken.
    """
    checks: list[Callable[[], tuple[str, bool, str]]] = [
        _triggers_in_force,
        _journals_sealed,
        _journals_balanced,
        _balances_are_postings,
        _balances_sum_to_zero,
        _none_negative,
        _holds_covered,
        _settlements_posted,
        _settlements_held,
        _all_linked_or_waiting,
    ]
    if chain:
        checks += [_chain_unbroken, _checkpoints_hold]
    return VerifyReport([_answered(check) for check in checks])


def _answered(check: Callable[[], tuple[str, bool, str]]) -> tuple[str, bool, str]:
    """What was damaged from outside may not even be a number or a date any more: that is an answer, too, and the other
    checks are still made. Whatever it is, the books are not proved."""
    try:
        return check()
    except Exception as error:
        return check.__name__.strip("_").replace("_", " "), False, _unreadable(error)


def _unreadable(error: Exception) -> str:
    return f"cannot be read: {type(error).__name__}: {error}"[:300]


def _triggers_in_force() -> tuple[str, bool, str]:
    return _none_of("triggers are in force", missing_triggers(connection))


def _journals_sealed() -> tuple[str, bool, str]:
    unsealed = Journal.objects.filter(~Exists(Seal.objects.filter(journal=OuterRef("pk"))))
    return _none_of("every journal is sealed", unsealed.values_list("key", flat=True))


def _journals_balanced() -> tuple[str, bool, str]:
    wrong = (
        Journal.objects.annotate(count=Count("postings"), total=Coalesce(Sum("postings__amount_micros"), 0))
        .filter(Q(count__lt=2) | ~Q(total=0))
        .values_list("key", flat=True)
    )
    return _none_of("every journal sums to zero", wrong)


def _balances_are_postings() -> tuple[str, bool, str]:
    wrong = (
        Account.objects.annotate(posted=Coalesce(Sum("postings__amount_micros"), 0))
        .exclude(balance_micros=F("posted"))
        .values_list("kind", "owner", "balance_micros", "posted")
    )
    return _none_of(
        "balances are the sums of their postings",
        (
            f"{kind} of {owner} says {balance}, postings say {posted}"
            for kind, owner, balance, posted in wrong.iterator()
        ),
    )


def _balances_sum_to_zero() -> tuple[str, bool, str]:
    total = _sum(Account.objects.all(), F("balance_micros"))
    return "all balances sum to zero", total == 0, f"{total} micros"


def _none_negative() -> tuple[str, bool, str]:
    below = Account.objects.filter(balance_micros__lt=0).exclude(kind__in=MAY_BE_NEGATIVE)
    return _none_of(
        "nobody is below zero", (f"{kind} of {owner}" for kind, owner in below.values_list("kind", "owner").iterator())
    )


def _holds_covered() -> tuple[str, bool, str]:
    held = Account.objects.filter(kind=OuterRef("source_kind"), owner=OuterRef("source_owner"))
    short = (
        Hold.objects.filter(state__in=RESERVING)
        .order_by()
        .values("source_kind", "source_owner")
        .annotate(
            reserved=Sum(F("amount_micros") + F("fee_micros")),
            held=Coalesce(Subquery(held.values("balance_micros")), 0, output_field=BigIntegerField()),
        )
        .filter(reserved__gt=F("held"))
        .values_list("source_kind", "source_owner", "reserved", "held")
    )
    return _none_of(
        "what is promised lies in its source",
        (f"{kind} of {owner} promises {reserved}, holds {held}" for kind, owner, reserved, held in short.iterator()),
    )


def _settlements_posted() -> tuple[str, bool, str]:
    """Every settled hold that paid has its journal, with just that pay and fee."""

    def posted(**where: Any) -> Coalesce:
        postings = Posting.objects.filter(journal__kind=SETTLE, journal__key=OuterRef("journal_key"), **where)
        total = postings.order_by().values("journal").annotate(total=Sum("amount_micros")).values("total")
        return Coalesce(Subquery(total), 0, output_field=BigIntegerField())

    wrong = (
        Hold.objects.filter(state=HoldState.SETTLED)
        .annotate(journal_key=Concat(Value(settle_key("")), "key"))
        .annotate(
            pay=posted(account__kind=Kind.WORKER_MAIN, account__owner=OuterRef("owner")),
            fee=posted(account__kind=Kind.PLATFORM_FEE),
        )
        .filter(~Q(pay=F("paid_micros")) | ~Q(fee=F("paid_fee_micros")))
        .values_list("key", flat=True)
    )
    return _none_of("every settled hold was paid", wrong)


def _settlements_held() -> tuple[str, bool, str]:
    """No settlement without its settled hold."""
    hold = Hold.objects.filter(key=OuterRef("hold_key"), state=HoldState.SETTLED)
    wrong = (
        Journal.objects.filter(kind=SETTLE)
        .annotate(hold_key=Substr("key", len(settle_key("")) + 1))
        .filter(~Exists(hold))
        .values_list("key", flat=True)
    )
    return _none_of("every settlement had its hold", wrong)


def _all_linked_or_waiting() -> tuple[str, bool, str]:
    forgotten = Seal.objects.filter(
        ~Exists(Link.objects.filter(journal=OuterRef("pk"))), ~Exists(Unlinked.objects.filter(journal=OuterRef("pk")))
    )
    return _none_of("every journal is in the chain or waits for it", forgotten.values_list("journal__key", flat=True))


def _chain_unbroken() -> tuple[str, bool, str]:
    name = "the hash chain is unbroken"
    try:
        return name, *_walk_chain()
    except Exception as error:
        return name, False, f"{_first_unreadable()}: {_unreadable(error)}"


def _first_unreadable() -> str:
    """The link whose journal or postings cannot be read: one is asked for at a time, which is slow and rare."""
    for place in Link.objects.order_by("position").values_list("position", flat=True).iterator():
        try:
            for _place, _previous, _said, journal_id, *journal in _linked().filter(position=place):
                lines = [
                    (AccountRef(kind, owner), micros)
                    for _, kind, owner, micros in _posted().filter(journal__link__position=place)
                ]
                _canonical(journal_id, *journal, lines=lines)
        except Exception:
            return f"position {place}"
    return "a link"


def _walk_chain() -> tuple[bool, str]:
    previous_hash, position = FIRST_PREVIOUS, 0
    for links in _links_in_order():
        lines: dict[int, list[Line]] = defaultdict(list)
        # By position, not by identifier: a thousand identifiers are a long statement.
        posted = _posted().filter(journal__link__position__range=(links[0][0], links[-1][0]))
        for place, kind, owner, amount_micros in posted:
            lines[place].append((AccountRef(kind, owner), amount_micros))
        for place, previous, said, journal_id, *journal in links:
            position += 1
            expected = chain_hash(previous_hash, _canonical(journal_id, *journal, lines=lines[place]))
            if place != position or bytes(previous) != previous_hash or bytes(said) != expected:
                return False, f"broken at position {position}, journal {journal_id}"
            previous_hash = expected
    # A link whose journal is gone is not walked: in the middle the next one is out of place, at the end none is.
    if (last := Link.objects.aggregate(last=Max("position"))["last"] or 0) > position:
        return False, f"broken at position {position + 1}, up to {last}: no such journal"
    return True, f"{position} journals, head {previous_hash.hex()}"


def _checkpoints_hold() -> tuple[str, bool, str]:
    """Every checkpoint is signed by this house's key, follows the one before, and names a head that the chain still
    has at that place."""
    name = "every checkpoint is signed and stands on the chain"
    previous: bytes | None = None
    count = 0
    for number in Checkpoint.objects.order_by("number").values_list("number", flat=True).iterator():
        count += 1
        try:
            body, wrong = _judge_checkpoint(number, count, previous)
        except Exception as error:
            return name, False, f"checkpoint {number} {_unreadable(error)}"
        if wrong:
            return name, False, f"checkpoint {number}: {', '.join(wrong)}"
        previous = body
    return name, True, f"{count} checkpoints"


def _judge_checkpoint(number: int, wanted: int, previous: bytes | None) -> tuple[bytes, list[str]]:
    """Its body, and what is wrong with it. Raises whatever reading damaged bytes raises."""
    row = Checkpoint.objects.get(number=number)
    body, key = bytes(row.body), public_key_of(bytes(row.public_key))
    document = json.loads(body)
    said = document["chain"]
    link = Link.objects.filter(position=said["position"]).values_list("hash", flat=True).first()
    head = bytes(link) if link is not None else FIRST_PREVIOUS
    faults = {
        "its number": row.number == document["number"] == wanted,
        "its date": document["at"][:10] == row.date.isoformat(),
        # The key stored beside it proves nothing: who rewrites the database writes a key of his own.
        f"its key ({fingerprint(key)}) is not this house's; one of before is named in TAGWORK_PROOF_FORMER_KEYS": (
            fingerprint(key) in _own_fingerprints()
        ),
        "its signature": is_signed(key, body, bytes(row.signature)),
        "the one before": document["previous"] == (previous and hashlib.sha256(previous).hexdigest()),
        "the chain": head.hex() == said["hash"],
    }
    return body, [what for what, holds in faults.items() if not holds]


def _own_fingerprints() -> frozenset[str]:
    own = Ed25519PrivateKey.from_private_bytes(settings.PROOF_SEED).public_key()
    return frozenset({fingerprint(own), *settings.PROOF_FORMER_KEYS})


def _linked() -> QuerySet[Link, tuple[Any, ...]]:
    return Link.objects.order_by("position").values_list(
        "position", "previous_hash", "hash", "journal_id", *(f"journal__{name}" for name in CANONICAL_FIELDS)
    )


def _posted() -> QuerySet[Posting, tuple[Any, ...]]:
    return Posting.objects.values_list("journal__link__position", "account__kind", "account__owner", "amount_micros")


def _links_in_order() -> Iterator[list[tuple[Any, ...]]]:
    """(position, previous hash, hash, journal, and what `_canonical` wants of it), a thousand at a time: however long
    the chain is, so much lies in memory. Values, not models: there is nothing else to this walk than their making."""
    last = 0
    while links := list(_linked().filter(position__gt=last)[:LINKS_AT_ONCE]):
        yield links
        last = links[-1][0]


def _canonical(
    journal_id: uuid.UUID,
    key: str,
    kind: str,
    subject: str,
    detail: Any,
    at: datetime,
    reverses: uuid.UUID | None,
    *,
    lines: Iterable[Line],
) -> bytes:
    return canonical_journal(
        journal_id=journal_id, key=key, kind=kind, subject=subject, detail=detail, at=at, reverses=reverses, lines=lines
    )


def _reserving(kind: Any, owner: Any) -> QuerySet[Hold]:
    return Hold.objects.filter(source_kind=kind, source_owner=owner, state__in=RESERVING)


def _sum(rows: QuerySet[Any], amount: Any) -> int:
    return int(rows.aggregate(total=Coalesce(Sum(amount), 0))["total"])


def _none_of(name: str, offenders: Iterable[object]) -> tuple[str, bool, str]:
    """Names the first few and counts the rest: books that are wrong throughout must not fill the memory."""
    if isinstance(offenders, QuerySet):
        offenders = offenders.iterator()
    named: list[str] = []
    more = 0
    for offender in offenders:
        if len(named) < OFFENDERS_NAMED:
            named.append(str(offender))
        else:
            more += 1
    text = "; ".join(named) + (f"; and {more} more" if more else "")
    return name, not named, text


def balances_by_owner(kind: str, owners: Collection[str]) -> dict[str, int]:
    """What each owner's account of this kind holds; ONE query. Absent: nothing was ever posted to it."""
    rows = Account.objects.filter(kind=kind, owner__in=owners)
    return dict(rows.values_list("owner", "balance_micros"))


def reserved_by_owner(kind: str, owners: Collection[str]) -> dict[str, int]:
    """`reserved_micros` of many sources of one kind, by owner; ONE query. Absent: nothing is promised out of it."""
    rows = Hold.objects.filter(source_kind=kind, source_owner__in=owners, state__in=RESERVING).order_by()
    totals = rows.values_list("source_owner").annotate(total=Sum(F("amount_micros") + F("fee_micros")))
    return {owner: int(total) for owner, total in totals}
