"""Asking the operator's own screening service (sanctions lists, its own lists) about who and where money goes.

One POST for many, JSON both ways (docs/operate/screening.md). Whatever is not a clear answer is `review`: one that does
not come, cannot be read, or leaves somebody out never lets money pass. Without an address nobody is asked.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from tagwork.kit.outbound import Outbound, OutboundLimits, OutboundRefused
from tagwork.payouts.rules import CLEAR, REVIEW, SCREENING_ANSWERS, SCREENING_REASON_MOST

log = logging.getLogger(__name__)
# At a form a person waits; a batch of 400 may take its time.
FORM_LIMITS = OutboundLimits(body_bytes=64 * 1024, total_seconds=5, silence_seconds=5, redirects=0)
BATCH_LIMITS = OutboundLimits(body_bytes=1024 * 1024, total_seconds=20, silence_seconds=20, redirects=0)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who would be paid where. `id` comes back with the answer; `amount_micros` is 0 where no amount is known yet."""

    id: str
    person: str
    name: str
    country: str
    method: str
    network: str
    address: str
    amount_micros: int


@dataclass(frozen=True, slots=True)
class Answer:
    answer: str
    reason: str = ""


def is_on() -> bool:
    return bool(settings.SCREENING[0])


def screen(moment: str, subjects: Sequence[Subject]) -> dict[str, Answer]:
    """One answer for each subject. `moment` is "destination" or "batch". No transaction may be open."""
    if not is_on() or not subjects:
        return {one.id: Answer(CLEAR) for one in subjects}
    url, token = settings.SCREENING
    body = json.dumps({"moment": moment, "subjects": [asdict(one) for one in subjects]}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    limits = BATCH_LIMITS if moment == "batch" else FORM_LIMITS
    try:
        answer = Outbound(own_url=url).fetch("POST", url, content=body, headers=headers, limits=limits)
        problem = "" if answer.status == 200 else f"the screening service answered with {answer.status}"
        told = {} if problem else _read(answer.body)
    except OutboundRefused as refusal:
        problem, told = f"the screening service did not answer ({refusal.code})", {}
    except ValueError:
        problem, told = "the screening service's answer cannot be read", {}
    if problem:
        log.error("screening: %s; everything goes to review", problem)
    missing = Answer(REVIEW, problem or "the screening service left this one out")
    return {one.id: told.get(one.id, missing) for one in subjects}


def _read(body: bytes) -> Mapping[str, Answer]:
    """Raises ValueError."""
    decoded = json.loads(body)
    listed = decoded.get("answers") if isinstance(decoded, dict) else None
    if not isinstance(listed, list):
        raise ValueError("answers")
    return {identifier: answer for one in listed for identifier, answer in [_one(one)]}


def _one(said: Any) -> tuple[str, Answer]:
    identifier, answer = (said.get("id"), said.get("answer")) if isinstance(said, dict) else (None, None)
    if not isinstance(identifier, str) or answer not in SCREENING_ANSWERS:
        raise ValueError("answer")
    reason = said.get("reason", "")
    return identifier, Answer(answer, reason[:SCREENING_REASON_MOST] if isinstance(reason, str) else "")
