"""A strict stand-in for Payoneer's mass payouts v4, as far as public clients agree on it. What they do not know, the
repeat of a client_reference_id, is the worst case here: it pays again, so that a test sees it."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tagwork.kit import clock
from tagwork.payouts.rails.payoneer.client import notice_signature
from tests.builders.listening import Asked, listening

PROGRAM, CLIENT_ID, SECRET, WEBHOOK_SECRET = "100123", "tagwork-client", "tagwork-secret", "hook-secret"
TOKEN = "payoneer-token"
STATUS = re.compile(rf"/v4/programs/{PROGRAM}/payouts/([0-9a-f-]{{36}})/status")
FIELDS = {"client_reference_id", "payee_id", "amount", "currency", "description"}
# How the answer to the next submission is lost: before or after it was taken, with a 503 or with nothing.
LOSSES = ("cut_before", "cut_after", "503_before", "503_after")


class Cut(Exception):
    """The connection ends without an answer."""


@dataclass
class Payout:
    sent: dict[str, Any]
    status: str = "Pending"


@dataclass
class FakePayoneer:
    url: str = ""
    payouts: list[Payout] = field(default_factory=list)
    posts: int = 0
    complaints: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    refusal: int = 0

    def settings(self) -> tuple[str, ...]:
        return (self.url, self.url, PROGRAM, CLIENT_ID, SECRET, WEBHOOK_SECRET)

    def of(self, reference: object) -> Payout:
        (found,) = [one for one in self.payouts if one.sent["client_reference_id"] == str(reference)]
        return found

    def webhook(self, reference: object, nonce: str, *, age_seconds: int = 0) -> tuple[bytes, dict[str, str]]:
        body = json.dumps({"Payee Id": "ana-1", "IntPaymentId": str(reference)}).encode()
        name, moment = "Webhook-IPCNSender-sandbox", str(int(clock.now().timestamp()) - age_seconds)
        signature = notice_signature(WEBHOOK_SECRET.encode(), name, nonce, moment, body)
        return body, {"Authorization": f"hmacauth {name}:{signature}:{nonce}:{moment}"}

    def answer(self, method: str, path: str, headers: Any, content: bytes) -> tuple[int, dict[str, Any]]:
        if (method, path) == ("POST", "/api/v2/oauth2/token"):
            login = "Basic " + base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
            is_good = headers["Authorization"] == login and content.startswith(b"grant_type=client_credentials")
            return (200, {"access_token": TOKEN, "expires_in": 2_592_000}) if is_good else (401, {"error": "no"})
        if headers["Authorization"] != f"Bearer {TOKEN}":
            return 401, {"error": "Unauthorized"}
        if (method, path) == ("POST", f"/v4/programs/{PROGRAM}/masspayouts"):
            return self._create(content)
        found = STATUS.fullmatch(path)
        if method == "GET" and found:
            return self._status(found[1])
        self.complaints.append(f"{method} {path} does not exist")
        return 404, {}

    def _create(self, content: bytes) -> tuple[int, dict[str, Any]]:
        self.posts += 1
        body = json.loads(content, parse_float=Decimal)
        if set(body) != {"Payments"} or not 1 <= len(body["Payments"]) <= 500:
            self.complaints.append("not 1 to 500 Payments")
        for one in body["Payments"]:
            if set(one) != FIELDS or one["currency"] != "USD" or not isinstance(one["amount"], Decimal):
                self.complaints.append(f"another payment than the document's: {one}")
            elif one["amount"].as_tuple().exponent != -2 or one["amount"] <= 0:
                self.complaints.append(f"an amount without cents: {one['amount']}")
        loss = self.losses.pop(0) if self.losses else ""
        if loss == "cut_before":
            raise Cut
        if loss == "503_before":
            return 503, {}
        if self.refusal:
            return self.refusal, {"error": "Bad Request"}
        self.payouts += [Payout(one) for one in body["Payments"]]
        if loss == "cut_after":
            raise Cut
        if loss == "503_after":
            return 503, {}
        return 201, {"result": "Payments Created"}

    def _status(self, reference: str) -> tuple[int, dict[str, Any]]:
        found = [one for one in self.payouts if one.sent["client_reference_id"] == reference]
        if not found:
            return 404, {"error": "Not Found", "error_description": "Payout not found"}
        sent = found[0].sent
        result = {
            "payout_id": f"P{self.payouts.index(found[0])}",
            "status": found[0].status,
            "payee_id": sent["payee_id"],
            "amount": float(sent["amount"]),
            "currency": sent["currency"],
            "payout_date": "2026-11-22",
        }
        return 200, {"result": result}


@contextmanager
def fake_payoneer() -> Iterator[FakePayoneer]:
    """Listens on this machine. Complaints fail whoever used it."""
    fake, guard = FakePayoneer(), threading.Lock()

    class Handler(Asked):
        def _serve(self) -> None:
            content = self.content()
            try:
                with guard:
                    status, found = fake.answer(self.command, self.path, self.headers, content)
            except Cut:
                self.close_connection = True
                return
            except Exception as error:
                fake.complaints.append(repr(error))
                status, found = 500, {}
            self.answer(status, json.dumps(found).encode())

        do_GET = do_POST = _serve

    with listening(Handler) as fake.url:
        yield fake
    assert fake.complaints == []
