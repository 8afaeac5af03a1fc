"""What payment services tell us by themselves: no session, no token, and nothing believed."""

import pytest
from django.test import Client

from tagwork.payouts.models import ProviderNotice
from tagwork.payouts.operations.run_by_provider import run_by_provider
from tests.builders.paypal import FakePayPal
from tests.unit.payouts.coin_setup import approved_to

pytestmark = pytest.mark.django_db
HOOK = "/hooks/payouts/paypal"


def test_it_takes_what_paypal_signed_and_nothing_else(paypal: FakePayPal) -> None:
    approved_to("ana@example.org", 5_000_000, 1, "paypal")
    run_by_provider("paypal")
    client = Client(enforce_csrf_checks=True)
    body, headers = paypal.webhook("WH-1", "PAYMENT.PAYOUTSBATCH.SUCCESS", payout_batch_id="BATCH1")

    def send(content: bytes, url: str = HOOK) -> int:
        return client.post(url, content, content_type="application/json", headers=headers).status_code

    assert send(body) == 204
    assert send(body) == 204
    assert send(body + b" ") == 403
    assert send(b"{}") == 404
    assert send(body, "/hooks/payouts/ltc") == 404
    assert send(b" " * 65_537) == 413
    assert client.get(HOOK).status_code == 405
    assert ProviderNotice.objects.count() == 1


def test_without_credentials_there_is_nobody_to_tell(db: None) -> None:
    assert Client().post(HOOK, b"{}", content_type="application/json").status_code == 404
