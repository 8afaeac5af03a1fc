"""In a site's environment: the parts of `bench/run ledger`. Prints one JSON object.

python -m bench.books fill JOURNALS | chain | promise HOLDS | settle FIRST COUNT | verify
"""

import json
import resource
import sys
import time
from typing import Any

from bench.series import series
from tagwork.jobs.setup import start_django

start_django()

from django.db import connection, transaction  # noqa: E402

from tagwork.kit import clock  # noqa: E402
from tagwork.ledger.models import Account, Hold, Journal  # noqa: E402
from tagwork.ledger.operations.hold import Settlement, settle_holds  # noqa: E402
from tagwork.ledger.operations.post import post  # noqa: E402
from tagwork.ledger.operations.seal import extend_chain  # noqa: E402
from tagwork.ledger.queries import verify  # noqa: E402
from tagwork.ledger.rules import SETTLE, AccountRef, Kind  # noqa: E402

PAY_MICROS, FEE_MICROS, WORKERS = 6_000, 600, 1_000
ESCROW = AccountRef(Kind.PROJECT_ESCROW, "project:bench")
HOUSE_FEE = AccountRef(Kind.PLATFORM_FEE, "house")
# As a verdict hands them over (docs/policies/locking.md).
AT_ONCE = 200


def pay_in(key: str, micros: int) -> None:
    outside = AccountRef(Kind.EXTERNAL_IN, "method:bench")
    post(key=key, kind="bench", lines=[(outside, -micros), (ESCROW, micros)])


def promise(count: int, first: int, state: str = "open") -> None:
    """Open holds, as submissions leave them, made by the database itself; the trigger lets none be born settled."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_hold (key, owner, source_kind, source_owner, amount_micros, fee_micros, subject, "
            "detail, state, created_at) SELECT 'bench:' || (%s + n), 'worker:' || (n %% %s), %s, %s, %s, %s, '', '{}', "
            f"'open', %s FROM {series('%s')}",
            [
                first,
                WORKERS,
                str(ESCROW.kind),
                ESCROW.owner,
                PAY_MICROS,
                FEE_MICROS,
                connection.ops.adapt_datetimefield_value(now),
                count,
            ],
        )
        if state == "settled":
            cursor.execute(
                "UPDATE ledger_hold SET state = 'settled', paid_micros = amount_micros, paid_fee_micros = fee_micros "
                "WHERE state = 'open'"
            )


def fill(count: int) -> dict[str, Any]:
    """`count` settlements with their holds, postings and seals: what as many verdicts leave, past every trigger."""
    pay_in("bench:fill", count * (PAY_MICROS + FEE_MICROS))
    refs = [HOUSE_FEE, *(AccountRef(Kind.WORKER_MAIN, f"worker:{number}") for number in range(WORKERS))]
    Account.objects.bulk_create(Account(kind=ref.kind, owner=ref.owner) for ref in refs)
    fee_id = Account.objects.get(kind=Kind.PLATFORM_FEE).id
    escrow_id = Account.objects.get(kind=Kind.PROJECT_ESCROW).id
    is_sqlite = connection.vendor == "sqlite"
    prefix = f"{clock.now().timestamp() * 1000:.0f}"
    lead = f"{int(prefix):012x}7"
    journal_id = f"printf('{lead}%%019x', n)" if is_sqlite else f"('{lead}' || lpad(to_hex(n), 19, '0'))::uuid"
    now = connection.ops.adapt_datetimefield_value(clock.now())
    promise(count, 0, "settled")
    owner = "(SELECT id, CAST(substr(owner, 8) AS INTEGER) AS number FROM ledger_account WHERE kind = 'worker_main')"
    numbers = series(str(count))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_journal (id, key, kind, subject, detail, created_at) "
            f"SELECT {journal_id}, 'settle:bench:' || n, %s, '', '{{}}', %s FROM {numbers}",
            [SETTLE, now],
        )
        posting = "INSERT INTO ledger_posting (journal_id, account_id, amount_micros) "
        cursor.execute(f"{posting} SELECT {journal_id}, %s, %s FROM {numbers}", [escrow_id, -PAY_MICROS - FEE_MICROS])
        cursor.execute(f"{posting} SELECT {journal_id}, %s, %s FROM {numbers}", [fee_id, FEE_MICROS])
        cursor.execute(
            f"{posting} SELECT {journal_id}, payee.id, %s FROM {numbers} "
            f"JOIN {owner} AS payee ON payee.number = n %% %s",
            [PAY_MICROS, WORKERS],
        )
        for table in ("ledger_seal", "ledger_unlinked"):
            cursor.execute(f"INSERT INTO {table} (journal_id) SELECT {journal_id} FROM {numbers}", [])
        cursor.execute(
            "UPDATE ledger_account SET balance_micros = (SELECT COALESCE(SUM(amount_micros), 0) FROM ledger_posting "
            "WHERE account_id = ledger_account.id)"
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"journals": Journal.objects.count()}


def chain() -> dict[str, Any]:
    linked, started = 0, time.perf_counter()
    while found := extend_chain():
        linked += found
    return {"linked": linked, "seconds": time.perf_counter() - started}


def settle(first: int, count: int) -> dict[str, Any]:
    started, cpu = time.perf_counter(), time.process_time()
    for start in range(first, first + count, AT_ONCE):
        keys = range(start + 1, min(start + AT_ONCE, first + count) + 1)
        settle_holds([Settlement(f"bench:{number}", PAY_MICROS, FEE_MICROS) for number in keys])
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}


def prove() -> dict[str, Any]:
    idle_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    sums = verify(chain=False)
    between = time.perf_counter()
    cpu = time.process_time()
    whole = verify()
    ended = time.perf_counter()
    assert sums.ok and whole.ok, [check for check in whole.checks if not check[1]]
    peak_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "journals": Journal.objects.count(),
        "holds": Hold.objects.count(),
        "sums_seconds": between - started,
        "whole_seconds": ended - between,
        "cpu_seconds": time.process_time() - cpu,
        "idle_megabytes": idle_kilobytes / 1024,
        "peak_megabytes": peak_kilobytes / 1024,
    }


def main() -> None:
    action, numbers = sys.argv[1], [int(text) for text in sys.argv[2:]]
    if action == "fill":
        found = fill(numbers[0])
    elif action == "chain":
        found = chain()
    elif action == "promise":
        pay_in("bench:promise", numbers[0] * (PAY_MICROS + FEE_MICROS))
        promise(numbers[0], 10**9)
        found = {}
    elif action == "settle":
        found = settle(10**9 + numbers[0], numbers[1])
    else:
        found = prove()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
