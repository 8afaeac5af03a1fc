"""Secrets of people that must be read again (a tax number): encrypted in the database, under keys of the site's own.

AES-128-CBC with HMAC-SHA-256 (Fernet), the key derived from SECRET_KEY and the purpose (HKDF, RFC 5869). Whoever has a
copy of the database alone reads nothing; whoever changes SECRET_KEY without a look here loses what was sealed.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LABEL = b"tagwork.kit.sealing/1:"


def _box(purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=LABEL + purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))


def seal(text: str, purpose: str) -> bytes:
    """Another result each time: two equal texts cannot be told to be equal."""
    return _box(purpose).encrypt(text.encode())


def unseal(sealed: bytes, purpose: str) -> str | None:
    """None for what this site's key does not open."""
    try:
        return _box(purpose).decrypt(sealed).decode()
    except InvalidToken:
        return None
