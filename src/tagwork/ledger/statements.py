"""What a stranger is given: a signed checkpoint, and the way from one owner's accounts to its root."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tagwork.kit.errors import NotFound
from tagwork.ledger.merkle import Node, levels, path
from tagwork.ledger.models import Checkpoint, CheckpointLeaf, Posting
from tagwork.ledger.proofs import STATEMENT_FORMAT, fingerprint, public_key_of
from tagwork.ledger.rules import AccountRef

# More lines than this are left out of a statement: the path still proves the amount.
MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """A published checkpoint. `body` is what was signed, byte for byte."""

    number: int
    date: date
    body: bytes
    signature: str
    public_key: str
    fingerprint: str

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


def checkpoints(limit: int = 60) -> list[CheckpointView]:
    """Newest first."""
    return [_view(row) for row in Checkpoint.objects.order_by("-number")[:limit]]


def checkpoint_of(number: int) -> CheckpointView:
    """Raises NotFound."""
    row = Checkpoint.objects.filter(number=number).first()
    if row is None:
        raise NotFound("There is no such checkpoint.")
    return _view(row)


def _view(row: Checkpoint) -> CheckpointView:
    raw = bytes(row.public_key)
    return CheckpointView(
        row.number,
        row.date,
        bytes(row.body),
        base64.b64encode(bytes(row.signature)).decode(),
        base64.b64encode(raw).decode(),
        fingerprint(public_key_of(raw)),
    )


def statement(accounts: Sequence[AccountRef], *, number: int | None = None) -> dict[str, Any]:
    """What `ledger check-proof` reads: these accounts' amounts at a checkpoint (the newest), each with its path.

    Accounts that held nothing then are left out. Raises NotFound when there is no checkpoint, or its leaves are gone.
    """
    found = Checkpoint.objects.order_by("-number")
    row = found.first() if number is None else found.filter(number=number).first()
    if row is None:
        raise NotFound("Nothing was signed yet: the first checkpoint comes within a day.")
    leaves = list(CheckpointLeaf.objects.filter(checkpoint=row).order_by("place"))
    if not leaves:
        raise NotFound("The statement of that day cannot be made any more; ask for a newer one.")
    tree = levels([Node(bytes(leaf.digest), leaf.amount_micros) for leaf in leaves])
    view = _view(row)
    at = datetime.fromisoformat(view.document["at"])
    wanted = set(accounts)
    return {
        "format": STATEMENT_FORMAT,
        "checkpoint": view.document,
        "signature": view.signature,
        "public_key": view.public_key,
        "items": [
            {
                "kind": leaf.kind,
                "owner": leaf.owner,
                "amount_micros": leaf.amount_micros,
                "nonce": bytes(leaf.nonce).hex(),
                "path": [
                    {"side": side, "hash": node.digest.hex(), "sum_micros": node.sum_micros}
                    for side, node in path(tree, leaf.place)
                ],
                "lines": _lines(AccountRef(leaf.kind, leaf.owner), leaf.amount_micros, at),
            }
            for leaf in leaves
            if AccountRef(leaf.kind, leaf.owner) in wanted
        ],
    }


def _lines(account: AccountRef, amount_micros: int, at: datetime) -> list[dict[str, Any]] | None:
    """Every posting up to the checkpoint, oldest first, which sum to the amount; None for too many.

    The checkpoint saw one moment and holds no cursor of each account: the newest posting of about that time whose
    running balance is the amount signed is where it stood.
    """
    postings = (
        Posting.objects.filter(account__kind=account.kind, account__owner=account.owner, journal__created_at__lte=at)
        .order_by("id")
        .values_list("amount_micros", "journal__created_at", "journal__kind", "journal__subject", "journal__key")
    )[: MOST_LINES + 1]
    rows = list(postings)
    if len(rows) > MOST_LINES:
        return None
    running = 0
    last: int | None = None
    for place, row in enumerate(rows, 1):
        running += row[0]
        if running == amount_micros:
            last = place
    return (
        None
        if last is None
        else [
            {"amount_micros": amount, "at": when.isoformat(), "kind": kind, "subject": subject, "journal": key}
            for amount, when, kind, subject, key in rows[:last]
        ]
    )
