"""A strict stand-in for PayPal: Payouts v1 as its OpenAPI document says, OAuth and the verification of webhooks.

Requests and answers are both held to the document; whatever does not fit is kept in `complaints`. What the document
does not say is PayPal's documentation: a known sender_batch_id is answered with 400 USER_BUSINESS_ERROR and a link.
"""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs

from tests.builders.listening import Asked, listening

CLIENT_ID, SECRET, WEBHOOK_ID = "tagwork-client", "tagwork-secret", "WH-TAGWORK"
TOKEN = "A21AAtoken"
BATCH = re.compile(r"/v1/payments/payouts/([A-Z0-9]+)")
ITEM = re.compile(r"/v1/payments/payouts-item/([A-Z0-9]+)")
# How the answer to the next POST of a batch is lost: before or after PayPal took it, with a 503 or with nothing.
LOSSES = ("cut_before", "cut_after", "503_before", "503_after")


class Cut(Exception):
    """The connection ends without an answer."""


@dataclass
class Item:
    id: str
    sent: dict[str, Any]
    status: str = "PENDING"
    fee: str = "0.00"
    transaction_id: str = ""


@dataclass
class Batch:
    id: str
    sender_batch_id: str
    items: list[Item]
    status: str = "PENDING"


@dataclass
class FakePayPal:
    document: dict[str, Any]
    url: str = ""
    balance_cents: int = 1_000_000
    batches: dict[str, Batch] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    refusal: tuple[int, str] | None = None
    token: str = TOKEN
    asked_to_verify: int = 0
    # The process that is killed at a call ("token", "post", "batch", "item"): "before" PayPal hears of it, "after" it
    # has done it and before the answer, "later": some milliseconds after the answer.
    victim: subprocess.Popen[bytes] | None = None
    kill_at: tuple[str, str] = ("", "")
    kill_delay_seconds: float = 0.0

    def strikes(self, method: str, path: str, when: str) -> bool:
        parts = urlsplit(path).path
        names = {"/v1/oauth2/token": "token", "/v1/payments/payouts": "post"}
        name = names.get(parts) or ("batch" if BATCH.fullmatch(parts) else "item" if ITEM.fullmatch(parts) else "")
        if self.victim is None or self.kill_at != (name, when):
            return False
        time.sleep(self.kill_delay_seconds if when == "later" else 0)
        self.victim.kill()
        self.victim.wait()
        self.victim = None
        return True

    def only(self) -> Batch:
        (batch,) = self.batches.values()
        return batch

    def item(self, item_id: object) -> Item:
        (found,) = [
            one for batch in self.batches.values() for one in batch.items if one.sent["sender_item_id"] == str(item_id)
        ]
        return found

    def settle(self, item_id: object, status: str, fee: str = "0.25") -> None:
        item = self.item(item_id)
        item.status, item.fee = status, fee
        item.transaction_id = "TX" + item.id

    def paid_cents(self, receiver: str) -> int:
        """What arrived at one address, over all batches."""
        return sum(
            round(float(item.sent["amount"]["value"]) * 100)
            for batch in self.batches.values()
            for item in batch.items
            if item.sent["receiver"] == receiver and item.status == "SUCCESS"
        )

    def webhook(self, event_id: str, kind: str, **resource: str) -> tuple[bytes, dict[str, str]]:
        """An event as PayPal would send it: spaces and escapes of its own, and the headers that sign them."""
        body = json.dumps(
            {"id": event_id, "event_type": kind, "amount": 1.50, "note": "caf\u00e9", "resource": resource}, indent=1
        ).encode()
        headers = {
            "PAYPAL-AUTH-ALGO": "SHA256withRSA",
            "PAYPAL-CERT-URL": "https://api.paypal.com/v1/notifications/certs/CERT-1",
            "PAYPAL-TRANSMISSION-ID": f"t-{event_id}",
            "PAYPAL-TRANSMISSION-TIME": "2026-11-21T12:00:00Z",
        }
        headers["PAYPAL-TRANSMISSION-SIG"] = self._signature(
            headers["PAYPAL-TRANSMISSION-ID"], headers["PAYPAL-TRANSMISSION-TIME"], body
        )
        return body, headers

    def _signature(self, transmission_id: str, time: str, event: bytes) -> str:
        # PayPal signs transmission id, time, webhook id and the CRC-32 of the event's bytes.
        signed = f"{transmission_id}|{time}|{WEBHOOK_ID}|{zlib.crc32(event)}".encode()
        return hmac.new(b"paypal's own key", signed, hashlib.sha256).hexdigest()

    # What follows is PayPal's side.

    def answer(self, method: str, path: str, headers: Any, content: bytes) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(path)
        if parts.path == "/v1/oauth2/token":
            return self._sign_in(headers, content)
        if headers["Authorization"] != f"Bearer {self.token}":
            return 401, self._error("AUTHENTICATION_FAILURE")
        if method == "POST" and parts.path == "/v1/notifications/verify-webhook-signature":
            return self._verify(content)
        if method == "POST" and parts.path == "/v1/payments/payouts":
            return self._create(headers, content)
        found = BATCH.fullmatch(parts.path)
        if method == "GET" and found:
            query = dict(parse_qsl(parts.query))
            known = {
                parameter["$ref"].rpartition("/")[2]
                for parameter in self.document["paths"]["/v1/payments/payouts/{id}"]["get"]["parameters"]
            }
            self._require(set(query) <= known, f"the document lacks a parameter of {parts.query}")
            self._require(1 <= int(query.get("page_size", "1000")) <= 1000, "a page has at most 1000 items")
            return self._show(found[1])
        found = ITEM.fullmatch(parts.path)
        if method == "GET" and found:
            return self._show_item(found[1])
        self.complaints.append(f"{method} {path} does not exist")
        return 404, self._error("RESOURCE_NOT_FOUND")

    def _require(self, holds: bool, complaint: str) -> None:
        if not holds:
            self.complaints.append(complaint)

    def _fits(self, schema: str, value: Any) -> None:
        root = {"$ref": f"#/components/schemas/{schema}", "components": self.document["components"]}
        for error in jsonschema_rs.Draft7Validator(root).iter_errors(value):
            self.complaints.append(f"{schema}: {error.message}")

    def _sign_in(self, headers: Any, content: bytes) -> tuple[int, dict[str, Any]]:
        login = "Basic " + base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        self._require(content == b"grant_type=client_credentials", "OAuth: another grant")
        if headers["Authorization"] != login:
            return 401, {"error": "invalid_client", "error_description": "Client Authentication failed"}
        return 200, {"access_token": self.token, "token_type": "Bearer", "expires_in": 32_400}

    def _create(self, headers: Any, content: bytes) -> tuple[int, dict[str, Any]]:
        body = json.loads(content)
        self._fits("create_payout_request", body)
        sender_batch_id = body["sender_batch_header"]["sender_batch_id"]
        self._require(headers["PayPal-Request-Id"] == sender_batch_id, "another PayPal-Request-Id")
        self._require(all(one["amount"]["currency"] == "USD" for one in body["items"]), "another currency")
        self._require(
            all(re.fullmatch(r"[0-9]+\.[0-9]{2}", one["amount"]["value"]) for one in body["items"]), "no cents"
        )
        self.posts.append(sender_batch_id)
        loss = self.losses.pop(0) if self.losses else ""
        if loss == "cut_before":
            raise Cut
        if loss == "503_before":
            return 503, self._error("SERVICE_UNAVAILABLE")
        status, found = self._take(sender_batch_id, body)
        if loss == "cut_after":
            raise Cut
        if loss == "503_after":
            return 503, self._error("SERVICE_UNAVAILABLE")
        return status, found

    def _take(self, sender_batch_id: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.refusal is not None:
            return self.refusal[0], self._error(self.refusal[1])
        for earlier in self.batches.values():
            if earlier.sender_batch_id == sender_batch_id:
                detail = {"field": "SENDER_BATCH_ID", "location": "body", "issue": "DUPLICATE_SENDER_BATCH_ID"}
                link = {"href": f"{self.url}/v1/payments/payouts/{earlier.id}", "rel": "self", "method": "GET"}
                return 400, self._error("USER_BUSINESS_ERROR", details=[detail], links=[link])
        total = sum(round(float(one["amount"]["value"]) * 100) for one in body["items"])
        if total > self.balance_cents:
            return 422, self._error("INSUFFICIENT_FUNDS")
        number = len(self.batches) + 1
        items = [Item(f"ITEM{number}X{place}", sent) for place, sent in enumerate(body["items"])]
        batch = self.batches[f"BATCH{number}"] = Batch(f"BATCH{number}", sender_batch_id, items)
        found = {"batch_header": self._header(batch)}
        self._fits("payout", found)
        return 201, found

    def _header(self, batch: Batch) -> dict[str, Any]:
        return {
            "payout_batch_id": batch.id,
            "batch_status": batch.status,
            "sender_batch_header": {"sender_batch_id": batch.sender_batch_id},
        }

    def _show(self, batch_id: str) -> tuple[int, dict[str, Any]]:
        batch = self.batches.get(batch_id)
        if batch is None:
            return 404, self._error("RESOURCE_NOT_FOUND")
        found = {
            "batch_header": self._header(batch),
            "items": [self._item_view(batch, item) for item in batch.items],
            "total_items": len(batch.items),
            "total_pages": 1,
        }
        self._fits("payout_batch", found)
        return 200, found

    def _item_view(self, batch: Batch, item: Item) -> dict[str, Any]:
        found = {
            "payout_item_id": item.id,
            "transaction_status": item.status,
            "payout_item_fee": {"currency": "USD", "value": item.fee},
            "payout_batch_id": batch.id,
            "payout_item": item.sent,
        }
        return found | ({"transaction_id": item.transaction_id} if item.transaction_id else {})

    def _show_item(self, item_id: str) -> tuple[int, dict[str, Any]]:
        for batch in self.batches.values():
            for item in batch.items:
                if item.id == item_id:
                    found = self._item_view(batch, item) | {"sender_batch_id": batch.sender_batch_id}
                    self._fits("payout_item-2", found)
                    return 200, found
        return 404, self._error("RESOURCE_NOT_FOUND")

    def _verify(self, content: bytes) -> tuple[int, dict[str, Any]]:
        self.asked_to_verify += 1
        body = json.loads(content)
        fields = {"auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time"}
        self._require(set(body) == fields | {"webhook_id", "webhook_event"}, "verification: other fields")
        # The event's bytes as they stand in the request: one that was written anew has another CRC-32.
        event = content.partition(b'"webhook_event": ')[2][:-1]
        expected = self._signature(body["transmission_id"], body["transmission_time"], event)
        is_good = body["webhook_id"] == WEBHOOK_ID and hmac.compare_digest(body["transmission_sig"], expected)
        return 200, {"verification_status": "SUCCESS" if is_good else "FAILURE"}

    def _error(self, name: str, **more: Any) -> dict[str, Any]:
        found = {"name": name, "message": "In words.", "debug_id": "d3b06", **more}
        self._fits("error", found)
        return found


@contextmanager
def fake_paypal(shared_dir: Path) -> Iterator[FakePayPal]:
    """Listens on this machine. Complaints fail whoever used it."""
    document = json.loads((shared_dir / "payments" / "paypal_payouts_v1.json").read_text())
    fake, guard = FakePayPal(document), threading.Lock()

    class Handler(Asked):
        def _serve(self) -> None:
            content = self.content()
            try:
                with guard:
                    if fake.strikes(self.command, self.path, "before"):
                        raise Cut
                    status, found = fake.answer(self.command, self.path, self.headers, content)
                    if fake.strikes(self.command, self.path, "after"):
                        raise Cut
            except Cut:
                self.close_connection = True
                return
            except Exception as error:
                fake.complaints.append(repr(error))
                status, found = 500, {}
            self.answer(status, json.dumps(found).encode())
            fake.strikes(self.command, self.path, "later")

        do_GET = do_POST = _serve

    with listening(Handler) as fake.url:
        yield fake
    assert fake.complaints == []
