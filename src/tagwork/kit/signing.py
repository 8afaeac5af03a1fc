"""Short-lived addresses of private files: valid for one account, one purpose, one path, until one second.

The account is not in the token; whoever serves the file says who asks. A leaked address is worth nothing to others.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from django.conf import settings

from tagwork.kit.errors import Refusal

KEY_LABEL: Final = b"tagwork.kit.signing/1"
# 128 of 256 bits: forging one address takes 2^127 requests, and an address is worth minutes.
MAC_BYTES: Final = 16
EXPIRY_BYTES: Final = 5
TOKEN_CHARACTERS: Final = 28  # 21 bytes in base64 without padding
PARAMETER: Final = "s"


class Purpose(StrEnum):
    LEASE = "lease"
    RECEIPT = "receipt"
    MODERATION = "moderation"
    CLIENT = "client"
    TUTORIAL = "tutorial"
    PRACTICE = "practice"


class SignatureRefused(Refusal):
    """`code` is signature_invalid or signature_expired."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@lru_cache(maxsize=8)
def _key(secret: str | bytes) -> bytes:
    return hmac.digest(secret.encode() if isinstance(secret, str) else secret, KEY_LABEL, hashlib.sha256)


def _mac(secret: str | bytes, path: str, account_id: str, purpose: Purpose, expiry: bytes) -> bytes:
    key = _key(secret)
    # Lengths before the parts: no path can be read as the end of an account id.
    parts = [part.encode() for part in (purpose.value, account_id, path)]
    message = expiry + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key, message, hashlib.sha256)[:MAC_BYTES]


def token(path: str, *, account_id: str, purpose: Purpose, expires_at: datetime) -> str:
    """28 characters of base64url. `expires_at` is aware; whole seconds count, the rest is cut."""
    assert expires_at.tzinfo is not None, "a time without a zone has no meaning here"
    expiry = int(expires_at.timestamp()).to_bytes(EXPIRY_BYTES, "big")
    mac = _mac(settings.SECRET_KEY, path, account_id, purpose, expiry)
    return base64.urlsafe_b64encode(expiry + mac).decode().rstrip("=")


def sign_url(path: str, *, account_id: str, purpose: Purpose, expires_at: datetime) -> str:
    """`path` (no query, no fragment) with its token."""
    assert "?" not in path and "#" not in path, path
    return f"{path}?{PARAMETER}={token(path, account_id=account_id, purpose=purpose, expires_at=expires_at)}"


def verify(path: str, given: str, *, account_id: str, purpose: Purpose, now: datetime) -> datetime:
    """When `given` ends, if it allows `account_id` to fetch `path` for `purpose` at `now`; raises SignatureRefused.

    Keys in SECRET_KEY_FALLBACKS still verify, so that a change of key breaks no page that is open."""
    try:
        if len(given) != TOKEN_CHARACTERS or not given.isascii():
            raise ValueError
        raw = base64.b64decode(given, altchars=b"-_", validate=True)
    except ValueError:
        raise SignatureRefused("signature_invalid", "This address is not one we made. Reload the page.") from None
    expiry, mac = raw[:EXPIRY_BYTES], raw[EXPIRY_BYTES:]
    genuine = False
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        genuine |= hmac.compare_digest(mac, _mac(secret, path, account_id, purpose, expiry))
    if not genuine:
        raise SignatureRefused("signature_invalid", "This address was not made for you. Reload the page.")
    expires_at = datetime.fromtimestamp(int.from_bytes(expiry, "big"), UTC)
    if now >= expires_at:
        raise SignatureRefused("signature_expired", "This address has expired. Reload the page for a new one.")
    return expires_at
