"""Our own small client of Payoneer's mass payouts v4 and of its webhooks (IPCN).

The document is for partners only: what stands here is what public clients agree on (pcriv/go-payoneer,
zametica/payoneer-rb; read, not copied), and nothing is built on what none of them knows. Above all nobody says what a
repeated client_reference_id does, so an unanswered sending is never repeated (Rail.repeats_safely): each payout is
asked for by its reference instead. A status word that nobody knows waits.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, quote_plus

from django.conf import settings

from tagwork.kit import clock
from tagwork.kit.outbound import Answer, Outbound, OutboundLimits, OutboundRefused
from tagwork.payouts import rules
from tagwork.payouts.rails.provider import (
    NOT_PAID,
    PAID,
    WAITING,
    Accepted,
    BatchSeen,
    ItemSeen,
    Notice,
    PayoutLine,
    ProviderSurprise,
    ProviderUnavailable,
)

LIMITS = OutboundLimits(body_bytes=4 * 1024 * 1024, total_seconds=60, silence_seconds=60, redirects=0)
MOST_PAYMENTS = 500
MEANINGS: Mapping[str, str] = MappingProxyType({"Transferred": PAID, "Cancelled": NOT_PAID})
# A message older or newer than this was not sent just now.
MOST_SKEW_SECONDS = 300
HOOK_PATH = "/hooks/payouts/payoneer"
_WORD = re.compile(r"[A-Za-z0-9 _-]{1,36}")
_REFERENCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Payoneer:
    def __init__(self, api: str, login: str, program_id: str, client_id: str, secret: str, webhook_secret: str) -> None:
        # Another program does not know our references.
        self.account = f"{api} {program_id}"[:200]
        self._api, self._login_url = f"{api}/v4/programs/{quote(program_id, safe='')}", login
        # Never in a log, an error or a repr: only in the header.
        self._login = "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        self._webhook_secret = webhook_secret.encode()
        self._token = ""
        self._to_api, self._to_login = Outbound(own_url=api), Outbound(own_url=login)

    def sign_in(self) -> None:
        if not self._token:
            self._token = self._new_token()

    def submit(self, batch_id: str, lines: Sequence[PayoutLine]) -> Accepted:
        status, found = self._call("POST", "/masspayouts", mass_payout(lines))
        if status == 201 and found.get("result") == "Payments Created":
            # Payoneer gives a batch no name: ours is the only one.
            return Accepted(batch_id, False)
        if status in (400, 403, 404, 422):
            raise ProviderSurprise(rules.PROVIDER_REFUSED, f"the batch was refused with {status}")
        raise ProviderUnavailable(f"the batch was answered with {status}")

    def look_up(self, provider_id: str, lines: Sequence[PayoutLine]) -> BatchSeen | None:
        items = [item for item in map(self.look_up_item, (line.item_id for line in lines)) if item is not None]
        return BatchSeen(provider_id, "", False, tuple(items)) if items else None

    def look_up_item(self, provider_item_id: str) -> ItemSeen | None:
        status, found = self._call("GET", f"/payouts/{quote(provider_item_id, safe='')}/status")
        if status == 404:
            return None
        result = found.get("result")
        if status != 200 or not isinstance(result, dict):
            raise ProviderUnavailable(f"a question was answered with {status} and no result")
        return _item(provider_item_id, result)

    def batch_named_in(self, body: bytes) -> str:
        try:
            named = json.loads(body)["IntPaymentId"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return ""
        return named if isinstance(named, str) and _REFERENCE.fullmatch(named) else ""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        header = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
        scheme, _, rest = header.partition(" ")
        parts = rest.split(":")
        named = self.batch_named_in(body)
        if not (self._webhook_secret and scheme.lower() == "hmacauth" and len(parts) == 4 and all(parts) and named):
            return None
        application, signature, nonce, timestamp = parts
        if not timestamp.isdecimal() or len(timestamp) > 12 or len(nonce) > 100:
            return None
        expected = notice_signature(self._webhook_secret, application, nonce, timestamp, body)
        is_now = abs(clock.now().timestamp() - int(timestamp)) <= MOST_SKEW_SECONDS
        if not is_now or not hmac.compare_digest(expected.encode(), signature.encode()):
            return None
        # Events have neither name nor number of their own: the nonce is what is never sent twice.
        return Notice(nonce, application[:100], named)

    def _call(self, method: str, path: str, content: bytes | None = None) -> tuple[int, Mapping[str, Any]]:
        self.sign_in()
        answer = self._authorized(method, path, content)
        if answer.status == 401:
            # The token has run out; nothing was taken without one.
            self._token = self._new_token()
            answer = self._authorized(method, path, content)
        if answer.status == 401:
            raise ProviderSurprise(rules.PROVIDER_LOGIN, "a fresh token was refused")
        return answer.status, {} if answer.status == 404 else _parsed(answer)

    def _authorized(self, method: str, path: str, content: bytes | None) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return _fetch(self._to_api, method, self._api + path, content, headers)

    def _new_token(self) -> str:
        headers = {"Authorization": self._login, "Content-Type": "application/x-www-form-urlencoded"}
        content = b"grant_type=client_credentials&scope=read+write"
        answer = _fetch(self._to_login, "POST", f"{self._login_url}/api/v2/oauth2/token", content, headers)
        if answer.status in (400, 401, 403):
            raise ProviderSurprise(rules.PROVIDER_LOGIN, f"signing in was answered with {answer.status}")
        token = _parsed(answer).get("access_token")
        if answer.status != 200 or not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]{1,4096}", token):
            raise ProviderUnavailable("signing in gave no token")
        return token


def mass_payout(lines: Sequence[PayoutLine]) -> bytes:
    """The body of POST …/masspayouts. Amounts are JSON numbers with two decimals; no floating-point number is made."""
    payments = []
    for line in lines:
        head = {
            "client_reference_id": line.item_id,
            "payee_id": line.receiver,
            "currency": "USD",
            "description": "Your payout",
        }
        payments.append(f'{json.dumps(head)[:-1]}, "amount": {line.cents // 100}.{line.cents % 100:02d}}}')
    return f'{{"Payments": [{", ".join(payments)}]}}'.encode()


def notice_signature(secret: bytes, application: str, nonce: str, timestamp: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over name, method, our address (lower case, form-encoded, lower case), time, nonce and the
    Base64 of the body's MD5, as Payoneer's verifier for partners has it (by go-payoneer)."""
    address = quote_plus(f"{settings.SITE_URL}{HOOK_PATH}".lower(), safe="").replace("~", "%7e").lower()
    digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    signed = f"{application}POST{address}{timestamp}{nonce}{digest}".encode()
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def payoneer_of_environment() -> Payoneer | None:
    """None where the operator named no credentials: then the method is not offered."""
    api, login, program_id, client_id, secret, webhook_secret = settings.PAYONEER
    if not (program_id and client_id and secret):
        return None
    return Payoneer(api, login, program_id, client_id, secret, webhook_secret)


def _fetch(outbound: Outbound, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
    try:
        answer = outbound.fetch(method, url, content=content, headers=headers, limits=LIMITS)
    except OutboundRefused as error:
        raise ProviderUnavailable(error.code) from None
    if answer.status >= 500 or answer.status in (408, 409, 425, 429) or 300 <= answer.status < 400:
        raise ProviderUnavailable(f"answered with {answer.status}")
    return answer


def _parsed(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ProviderUnavailable(f"answered with {answer.status} and no object")
    return found


def _item(reference: str, found: Mapping[str, Any]) -> ItemSeen:
    status = found.get("status")
    if not isinstance(status, str) or not _WORD.fullmatch(status):
        raise ProviderUnavailable("a payout without a status")
    if found.get("currency") != "USD":
        raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, "a payout in another currency than dollars")
    payout_id, reason = str(found.get("payout_id") or ""), str(found.get("cancel_reason_code") or "")
    return ItemSeen(
        line=PayoutLine(reference, str(found.get("payee_id")), _cents(found.get("amount"))),
        provider_item_id=reference,
        meaning=MEANINGS.get(status, WAITING),
        status=status,
        fee_micros=None,
        transaction_id=payout_id if _WORD.fullmatch(payout_id) else "",
        reason=reason if _WORD.fullmatch(reason) else "",
    )


def _cents(amount: object) -> int:
    """A number or, as one article has it, a text."""
    try:
        cents = Decimal(str(amount)) * 100
        is_whole = cents.is_finite() and cents == cents.to_integral_value() and 0 < cents < 10**15
    except InvalidOperation:
        is_whole = False
    if not is_whole:
        raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, "a payout whose amount is none")
    return int(cents)
