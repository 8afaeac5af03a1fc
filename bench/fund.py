"""Give the load's newest workers a main balance, and print a Litecoin address for each: `bench.fund MICROS WORKERS`.

In a site's environment. The addresses are witness programs made of counted bytes: well formed, and nobody's.
"""

import sys

from tagwork.jobs.setup import start_django

start_django()

from bip_utils import SegwitBech32Encoder  # noqa: E402

from tagwork.ledger.operations.post import post  # noqa: E402
from tagwork.ledger.rules import HOUSE, AccountRef, Kind  # noqa: E402
from tagwork.people.models import Person  # noqa: E402

micros, count = int(sys.argv[1]), int(sys.argv[2])
workers = Person.objects.filter(is_worker=True, email__startswith="load-").order_by("-created_at")[:count]
for number, worker in enumerate(workers):
    owner = f"worker:{worker.pk}"
    post(
        key=f"bench:{worker.pk}",
        kind="bench",
        lines=[(AccountRef(Kind.EXTERNAL_IN, HOUSE), -micros), (AccountRef(Kind.WORKER_MAIN, owner), micros)],
        subject=owner,
    )
    print(SegwitBech32Encoder.Encode("ltc", 0, number.to_bytes(20, "big")))
