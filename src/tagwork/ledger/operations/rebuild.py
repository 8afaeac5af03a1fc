"""Rebuild: what the postings say an account holds, put in the place of a balance that says something else."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from tagwork.kit import audit
from tagwork.ledger.models import Account
from tagwork.ledger.rules import MAY_BE_NEGATIVE, AccountRef

# Rows locked at once: whoever posts to one of them waits so long.
ACCOUNTS_AT_ONCE = 100


@dataclass(frozen=True)
class Difference:
    """An account whose stored balance is not the sum of its postings.

    `is_possible` is False when the postings would make a balance negative that never may be: then they are what is
    wrong, not the balance, and nothing is written.
    """

    account: AccountRef
    stored_micros: int
    posted_micros: int

    @property
    def is_possible(self) -> bool:
        return self.posted_micros >= 0 or self.account.kind in MAY_BE_NEGATIVE


def differing_balances() -> list[Difference]:
    """Reads only, in one statement: a posting that is committed meanwhile is in both sums or in neither."""
    return [_difference(account) for account in _differing(Account.objects.order_by("id"))]


def rebuild_balances(actor: object) -> list[Difference]:
    """Writes what the postings say into each balance that differs; returns what was found, as it was under the lock.

    Beside a running site: an account is summed again after its row is locked, so a posting that came meanwhile counts
    and none can come between. Accounts are locked in ascending id, some at a time. What is not `is_possible` stays.
    """
    ids = list(_differing(Account.objects.order_by("id")).values_list("id", flat=True))
    found: list[Difference] = []
    for start in range(0, len(ids), ACCOUNTS_AT_ONCE):
        found += _rebuild(ids[start : start + ACCOUNTS_AT_ONCE], actor)
    return found


@transaction.atomic
def _rebuild(ids: Collection[int], actor: object) -> list[Difference]:
    # NO KEY UPDATE, as posting takes it. Summed by a statement of its own: it sees what was committed before the lock.
    locked = list(Account.objects.filter(id__in=ids).select_for_update(no_key=True).order_by("id"))
    found = []
    for account in _differing(Account.objects.filter(id__in=[row.id for row in locked]).order_by("id")):
        difference = _difference(account)
        found.append(difference)
        if not difference.is_possible:
            continue
        Account.objects.filter(id=account.id).update(balance_micros=difference.posted_micros)
        detail = {"stored_micros": difference.stored_micros, "posted_micros": difference.posted_micros}
        audit.record(actor, "ledger.rebuilt", f"account:{account.kind}:{account.owner}", detail)
    return found


def _differing(accounts: QuerySet[Account]) -> QuerySet[Account]:
    posted = Coalesce(Sum("postings__amount_micros"), 0)
    return accounts.annotate(posted=posted).exclude(balance_micros=F("posted"))


def _difference(account: Account) -> Difference:
    posted: int = account.posted  # type: ignore[attr-defined]  # annotated by _differing
    return Difference(AccountRef(account.kind, account.owner), account.balance_micros, posted)
