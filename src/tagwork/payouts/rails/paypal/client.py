"""Our own small client of PayPal Payouts v1 (version 1.9 of its OpenAPI document) and of its webhook verification.

Nothing is read but what decides; an answer that lacks it is no answer. Texts of errors are never looked at, but for
their stable names: PayPal's advice to "try again with a different sender_batch_id" would pay everybody twice.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

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
    ProviderShort,
    ProviderSurprise,
    ProviderUnavailable,
)

LIMITS = OutboundLimits(body_bytes=16 * 1024 * 1024, total_seconds=60, silence_seconds=60, redirects=0)
# While PayPal itself waits for the answer to its message.
QUICK_LIMITS = OutboundLimits(body_bytes=64 * 1024, total_seconds=10, silence_seconds=10, redirects=0)
PAYOUTS = "/v1/payments/payouts"
# `transaction_enum`. UNCLAIMED waits: PayPal returns it after 30 days, or the payee opens an account.
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "PENDING": WAITING,
        "ONHOLD": WAITING,
        "UNCLAIMED": WAITING,
        "SUCCESS": PAID,
        "FAILED": NOT_PAID,
        "BLOCKED": NOT_PAID,
        "RETURNED": NOT_PAID,
        "REFUNDED": NOT_PAID,
        "REVERSED": NOT_PAID,
    }
)
# `batch_enum`; a CANCELED batch (of a file, which we never send) is left to what its items say.
BATCH_STATUSES = frozenset({"DENIED", "PENDING", "PROCESSING", "SUCCESS", "CANCELED"})
_EARLIER_BATCH = re.compile(rf"{PAYOUTS}/([A-Za-z0-9]{{1,30}})")
_ID = re.compile(r"[A-Za-z0-9-]{1,36}")
# The headers of a webhook and the fields of the verification call that they become.
_SIGNATURE = (
    ("auth_algo", "paypal-auth-algo"),
    ("cert_url", "paypal-cert-url"),
    ("transmission_id", "paypal-transmission-id"),
    ("transmission_sig", "paypal-transmission-sig"),
    ("transmission_time", "paypal-transmission-time"),
)


class PayPal:
    def __init__(self, api: str, client_id: str, secret: str, webhook_id: str) -> None:
        # A new client id may be of another PayPal account, which does not know our batch ids.
        self.account = f"{api} {hashlib.sha256(client_id.encode()).hexdigest()[:16]}"
        self._api = api
        # Never in a log, an error or a repr: only in the header.
        self._login = "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        self._webhook_id = webhook_id
        self._token = ""
        self._outbound = Outbound(own_url=api)

    def sign_in(self, limits: OutboundLimits = LIMITS) -> None:
        if not self._token:
            self._token = self._new_token(limits)

    def submit(self, batch_id: str, lines: Sequence[PayoutLine]) -> Accepted:
        content = json.dumps(payout_request(batch_id, lines)).encode()
        status, found = self._call("POST", PAYOUTS, content, {"PayPal-Request-Id": batch_id})
        if status in (200, 201):
            header = _object(found, "batch_header")
            if _object(header, "sender_batch_header").get("sender_batch_id") != batch_id:
                raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, "a batch was taken under another id than ours")
            return Accepted(_id(header, "payout_batch_id"), False)
        earlier = self._earlier_batch(found)
        if earlier:
            return Accepted(earlier, True)
        if found.get("name") == "INSUFFICIENT_FUNDS":
            raise ProviderShort
        raise ProviderSurprise(rules.PROVIDER_REFUSED, f"the batch was refused with {status} {_name(found)}")

    def look_up(self, provider_id: str, lines: Sequence[PayoutLine]) -> BatchSeen | None:
        del lines  # PayPal lists them itself
        query = "page=1&page_size=1000&total_required=true"
        status, found = self._call("GET", f"{PAYOUTS}/{quote(provider_id, safe='')}?{query}")
        if status == 404:
            return None
        _require_ok(status, found)
        header = _object(found, "batch_header")
        if _id(header, "payout_batch_id") != provider_id:
            raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, "another batch than the one that was asked for")
        batch_status = str(header.get("batch_status"))
        if batch_status not in BATCH_STATUSES:
            raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, "a batch status that the document lacks")
        items = found.get("items", [])
        if not isinstance(items, list):
            raise ProviderUnavailable("the answer's items are no list")
        return BatchSeen(
            batch_id=str(_object(header, "sender_batch_header").get("sender_batch_id")),
            status=batch_status,
            is_denied=batch_status == "DENIED",
            items=tuple(_item(entry) for entry in items),
        )

    def look_up_item(self, provider_item_id: str) -> ItemSeen | None:
        status, found = self._call("GET", f"/v1/payments/payouts-item/{quote(provider_item_id, safe='')}")
        if status == 404:
            return None
        _require_ok(status, found)
        return _item(found)

    def batch_named_in(self, body: bytes) -> str:
        try:
            resource = json.loads(body)["resource"]
            named = resource.get("payout_batch_id") or resource.get("batch_header", {}).get("payout_batch_id")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return ""
        return named if isinstance(named, str) and _ID.fullmatch(named) else ""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        lowered = {name.lower(): value for name, value in headers.items()}
        signature = {field: lowered.get(header, "") for field, header in _SIGNATURE}
        provider_id = self.batch_named_in(body)
        if not (self._webhook_id and provider_id and all(signature.values())):
            return None
        # The event's own bytes: PayPal signed those, and writing them anew may change a number or an escape.
        fields = json.dumps(signature | {"webhook_id": self._webhook_id}).encode()
        content = fields[:-1] + b', "webhook_event": ' + body + b"}"
        status, found = self._call("POST", "/v1/notifications/verify-webhook-signature", content, limits=QUICK_LIMITS)
        if status != 200 or found.get("verification_status") != "SUCCESS":
            return None
        event = json.loads(body)
        event_id, kind = event.get("id"), event.get("event_type")
        if not (isinstance(event_id, str) and isinstance(kind, str) and 0 < len(event_id) <= 100):
            return None
        return Notice(event_id, kind[:100], provider_id)

    def _call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        limits: OutboundLimits = LIMITS,
    ) -> tuple[int, Mapping[str, Any]]:
        """Status below 500, and the object that came with it."""
        answer = self._fetch_signed_in(method, path, content, headers or {}, limits)
        if answer.status == 401:
            self._token = ""
            answer = self._fetch_signed_in(method, path, content, headers or {}, limits)
        if answer.status in (401, 403):
            raise ProviderSurprise(rules.PROVIDER_LOGIN, f"{method} of payouts was answered with {answer.status}")
        return answer.status, _parsed(answer)

    def _fetch_signed_in(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str], limits: OutboundLimits
    ) -> Answer:
        self.sign_in(limits)
        sent = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **headers}
        return self._fetch(method, path, content, sent, limits)

    def _new_token(self, limits: OutboundLimits) -> str:
        headers = {"Authorization": self._login, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._fetch("POST", "/v1/oauth2/token", b"grant_type=client_credentials", headers, limits)
        if answer.status in (400, 401, 403):
            raise ProviderSurprise(rules.PROVIDER_LOGIN, f"signing in was answered with {answer.status}")
        token = _parsed(answer).get("access_token")
        if answer.status != 200 or not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]{1,4096}", token):
            raise ProviderUnavailable("signing in gave no token")
        return token

    def _fetch(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str], limits: OutboundLimits
    ) -> Answer:
        try:
            answer = self._outbound.fetch(method, self._api + path, content=content, headers=headers, limits=limits)
        except OutboundRefused as error:
            raise ProviderUnavailable(error.code) from None
        if answer.status >= 500 or answer.status in (408, 409, 425, 429) or 300 <= answer.status < 400:
            raise ProviderUnavailable(f"answered with {answer.status}")
        return answer

    def _earlier_batch(self, error: Mapping[str, Any]) -> str:
        """The batch that an error links, which is how PayPal names the first one under the same sender_batch_id."""
        links = error.get("links")
        for link in links if isinstance(links, list) else []:
            href = link.get("href") if isinstance(link, dict) else None
            match = _EARLIER_BATCH.fullmatch(urlsplit(href).path) if isinstance(href, str) else None
            if match is not None:
                return match[1]
        return ""


def payout_request(batch_id: str, lines: Sequence[PayoutLine]) -> dict[str, Any]:
    """The body of POST /v1/payments/payouts."""
    return {
        "sender_batch_header": {
            "sender_batch_id": batch_id,
            "recipient_type": "EMAIL",
            "email_subject": "Your payout",
            "email_message": "The payout that you asked for is on its way.",
        },
        "items": [
            {
                "recipient_type": "EMAIL",
                "receiver": line.receiver,
                "amount": {"currency": "USD", "value": f"{line.cents // 100}.{line.cents % 100:02d}"},
                "sender_item_id": line.item_id,
            }
            for line in lines
        ],
    }


def paypal_of_environment() -> PayPal | None:
    """None where the operator named no credentials: then the method is not offered."""
    api, client_id, secret, webhook_id = settings.PAYPAL
    return PayPal(api, client_id, secret, webhook_id) if client_id and secret else None


def _parsed(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        # A proxy's page, a cut answer: whatever its status says, PayPal did not.
        raise ProviderUnavailable(f"answered with {answer.status} and no object")
    return found


def _require_ok(status: int, found: Mapping[str, Any]) -> None:
    if status != 200:
        raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, f"a question was refused with {status} {_name(found)}")


def _name(error: Mapping[str, Any]) -> str:
    name = error.get("name")
    return name if isinstance(name, str) and re.fullmatch(r"[A-Z_]{1,60}", name) else "without a name"


def _object(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name)
    if not isinstance(value, dict):
        raise ProviderUnavailable(f"an answer without {name}")
    return value


def _id(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ProviderUnavailable(f"an answer without {name}")
    return value


def _dollars(found: Mapping[str, Any], name: str, unit_micros: int) -> int:
    """An amount in whole units of so many micro-dollars."""
    amount = _object(found, name)
    try:
        units = Decimal(str(amount.get("value"))) * 1_000_000 / unit_micros
        is_whole = units.is_finite() and units == units.to_integral_value() and 0 <= units < 10**15
    except InvalidOperation:
        is_whole = False
    if amount.get("currency") != "USD" or not is_whole:
        raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, f"{name} is not an amount of dollars")
    return int(units)


def _item(found: Any) -> ItemSeen:
    if not isinstance(found, dict):
        raise ProviderUnavailable("an item that is no object")
    sent = _object(found, "payout_item")
    # A batch that has only begun lists items without a status.
    status = str(found.get("transaction_status", "PENDING"))
    if status not in MEANINGS:
        raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, "an item status that the document lacks")
    errors = found.get("errors")
    transaction_id = found.get("transaction_id", "")
    return ItemSeen(
        line=PayoutLine(str(sent.get("sender_item_id")), str(sent.get("receiver")), _dollars(sent, "amount", 10_000)),
        provider_item_id=_id(found, "payout_item_id"),
        meaning=MEANINGS[status],
        status=status,
        fee_micros=_dollars(found, "payout_item_fee", 1) if "payout_item_fee" in found else None,
        transaction_id=transaction_id if isinstance(transaction_id, str) and _ID.fullmatch(transaction_id) else "",
        reason=_name(errors) if isinstance(errors, dict) else "",
    )
