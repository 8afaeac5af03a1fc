"""The text of a bearer token and the digest that is kept of it."""

import hashlib
import secrets

# 256 random bits: a plain SHA-256 is enough at rest, there is nothing to guess (unlike a password).
PREFIX = "tgw_"


def new_text() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(text: str) -> bytes:
    """SHA-256 of the token as it was shown, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()
