"""A request with an Idempotency-Key has its effect once; a replay gets the first answer, byte for byte."""

import hashlib
from dataclasses import dataclass

from tagwork.kit import clock
from tagwork.kit.models import IdempotencyKey
from tagwork.kit.rows import ask, insert


class KeyReusedError(Exception):
    """The key was used before with another request."""


@dataclass(frozen=True)
class StoredAnswer:
    status: int
    body: bytes


def request_hash(path: str, body: bytes) -> bytes:
    return hashlib.sha256(path.encode() + b"\0" + body).digest()


def recall(account: str, operation: str, key: str, digest: bytes) -> StoredAnswer | None:
    """The stored answer, or None when the key is new. Raises KeyReusedError."""
    rows = ask(
        """SELECT request_hash, status, answer FROM kit_idempotencykey
           WHERE account = %s AND operation = %s AND key = %s""",
        [account, operation, key],
    )
    if not rows:
        return None
    [(request, status, body)] = rows
    if bytes(request) != digest:
        raise KeyReusedError
    return StoredAnswer(status, bytes(body))


def remember(account: str, operation: str, key: str, digest: bytes, answer: StoredAnswer) -> None:
    """Store the answer inside the transaction of its effect: neither can be there without the other.

    Raises django.db.IntegrityError when another request with this key committed first; the caller's transaction
    is then rolled back with its effect, and `recall` finds the winner's answer.
    """
    row = IdempotencyKey(
        account=account,
        operation=operation,
        key=key,
        request_hash=digest,
        status=answer.status,
        answer=answer.body,
        created_at=clock.now(),
    )
    insert([row])
