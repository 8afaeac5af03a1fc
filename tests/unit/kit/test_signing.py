import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tagwork.kit.signing import Purpose, SignatureRefused, sign_url, verify

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
PATH = "/images/ab/cd/1080.avif"


def signed(path: str = PATH, **changes: Any) -> tuple[str, str]:
    options: dict[str, Any] = {"account_id": "p_1", "purpose": Purpose.LEASE, "expires_at": NOW + timedelta(minutes=10)}
    where, _, token = sign_url(path, **(options | changes)).partition("?s=")
    return where, token


def refused(path: str, token: str, **changes: Any) -> str:
    options: dict[str, Any] = {"account_id": "p_1", "purpose": Purpose.LEASE, "now": NOW}
    with pytest.raises(SignatureRefused) as caught:
        verify(path, token, **(options | changes))
    return caught.value.code


def test_it_accepts_its_own_address_until_the_very_second() -> None:
    path, token = signed()
    end = NOW + timedelta(minutes=10)
    options: dict[str, Any] = {"account_id": "p_1", "purpose": Purpose.LEASE}
    assert verify(path, token, now=NOW, **options) == end
    assert verify(path, token, now=end - timedelta(microseconds=1), **options) == end
    assert refused(path, token, now=end) == "signature_expired"


def test_it_is_worth_nothing_to_another_account_purpose_or_path() -> None:
    path, token = signed()
    assert refused(path, token, account_id="p_2") == "signature_invalid"
    assert refused(path, token, account_id="") == "signature_invalid"
    for purpose in set(Purpose) - {Purpose.LEASE}:
        assert refused(path, token, purpose=purpose) == "signature_invalid"
    assert refused(path + "x", token) == "signature_invalid"
    assert refused("/images/ab/cd/2048.avif", token) == "signature_invalid"


def test_parts_cannot_be_moved_over_their_border() -> None:
    _, token = signed(path="/1/a", account_id="p_1")
    assert refused("1/a", token, account_id="p_1/") == "signature_invalid"


def test_no_bit_of_a_token_may_change() -> None:
    path, token = signed()
    raw = base64.urlsafe_b64decode(token)
    assert len(token) == 28
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        forged = base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("=")
        assert refused(path, forged) == "signature_invalid"


@pytest.mark.parametrize(
    "token", ["", "x", "é" * 28, "=" * 28, " " * 28, "A" * 27, "A" * 29, "A" * 28, "A" * 100_000, "+/" * 14]
)
def test_it_refuses_what_is_no_token(token: str) -> None:
    assert refused(PATH, token) == "signature_invalid"


def test_an_expired_forgery_says_invalid_not_expired() -> None:
    path, token = signed(expires_at=NOW - timedelta(days=1))
    assert refused(path, token) == "signature_expired"
    assert refused(path, token, account_id="p_2") == "signature_invalid"


def test_another_key_signs_otherwise_and_a_former_key_still_verifies(settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = []
    path, token = signed()
    former, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 60
    assert refused(path, token) == "signature_invalid"
    settings.SECRET_KEY_FALLBACKS = [former]
    verify(path, token, account_id="p_1", purpose=Purpose.LEASE, now=NOW)


def test_it_is_hmac_sha256_under_a_derived_key(settings: Any) -> None:
    # RFC 2104 written out with the standard library, independent of the code under test
    settings.SECRET_KEY = "s" * 60
    end = NOW + timedelta(minutes=10)
    _, token = signed(path="/a", account_id="p")
    key = hmac.new(b"s" * 60, b"tagwork.kit.signing/1", hashlib.sha256).digest()
    expiry = int(end.timestamp()).to_bytes(5, "big")
    message = expiry + b"\0\0\0\x05lease" + b"\0\0\0\x01p" + b"\0\0\0\x02/a"
    mac = hmac.new(key, message, hashlib.sha256).digest()[:16]
    assert base64.urlsafe_b64decode(token) == expiry + mac


def test_it_wants_a_time_with_a_zone_and_a_bare_path() -> None:
    with pytest.raises(AssertionError):
        signed(expires_at=datetime(2026, 11, 21))  # noqa: DTZ001
    with pytest.raises(AssertionError):
        signed(path="/a?b=c")
