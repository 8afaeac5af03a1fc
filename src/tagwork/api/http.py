"""Parsing and answering: what every route needs and no route should write again."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from tagwork.kit import idempotency, ids
from tagwork.kit.errors import NotFound, Refusal
from tagwork.people.models import Person

LONGEST_KEY = 255


class IdempotencyKeyMissing(Refusal):
    code = "idempotency_key_missing"


class IdempotencyKeyReused(Refusal):
    code = "idempotency_key_reused"


class InProgress(Refusal):
    code = "in_progress"


def dumps(payload: Any) -> bytes:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return when(value) or ""
    raise TypeError(f"{type(value).__name__} has no JSON form")


def when(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def reply(payload: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(dumps(payload), status=status, content_type="application/json")


def nothing() -> HttpResponse:
    return HttpResponse(status=204)


def page(items: list[Any], following: str | None = None) -> HttpResponse:
    return reply({"items": items, "next": following})


def person_of(request: HttpRequest) -> Person:
    person = request.auth  # type: ignore[attr-defined]
    assert isinstance(person, Person)
    return person


def identifier(prefix: str, text: str) -> uuid.UUID:
    """The UUID in a path; NotFound for anything that is none, as for one that does not exist."""
    found = ids.decode(prefix, text)
    if found is None:
        raise NotFound("There is nothing with this identifier.")
    return found


def once(request: HttpRequest, operation: str, produce: Callable[[str], tuple[int, Any]]) -> HttpResponse:
    """Run `produce` once for an Idempotency-Key; a replay gets the first answer, byte for byte.

    `produce` runs in the transaction that stores its answer. Of two requests with one key at the same moment the second
    waits on the row they both change, fails, and is given the first one's answer.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise IdempotencyKeyMissing("Send an Idempotency-Key header of 1 to 255 characters, such as a UUID.")
    account = str(person_of(request).pk)
    digest = idempotency.request_hash(request.path, request.body)
    stored = _recalled(account, operation, key, digest)
    if stored is not None:
        return stored
    try:
        with transaction.atomic():
            status, payload = produce(key)
            answer = idempotency.StoredAnswer(status, dumps(payload))
            idempotency.remember(account, operation, key, digest, answer)
    except (Refusal, IntegrityError) as error:
        stored = _recalled(account, operation, key, digest)
        if stored is not None:
            return stored
        if isinstance(error, IntegrityError):
            raise InProgress("The same request is being carried out; ask again in a moment.") from error
        raise
    return HttpResponse(answer.body, status=answer.status, content_type="application/json")


def _recalled(account: str, operation: str, key: str, digest: bytes) -> HttpResponse | None:
    try:
        stored = idempotency.recall(account, operation, key, digest)
    except idempotency.KeyReusedError:
        raise IdempotencyKeyReused("This Idempotency-Key was used before with another request.") from None
    if stored is None:
        return None
    return HttpResponse(stored.body, status=stored.status, content_type="application/json")
