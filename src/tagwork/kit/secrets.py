"""Where SECRET_KEY comes from, and the refusal to start with a weak one."""

import os
import re
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50
FEWEST_DISTINCT_CHARACTERS = 12
KNOWN_PREFIXES = ("django-insecure", "changeme", "change-me", "secret", "tagwork", "insecure")


def weakness(key: str) -> str | None:
    """Why `key` must not sign sessions, or None when it may."""
    if len(key) < SHORTEST_KEY:
        return f"it has {len(key)} characters, at least {SHORTEST_KEY} are needed"
    if len(set(key)) < FEWEST_DISTINCT_CHARACTERS:
        return "it repeats a few characters"
    if key.lower().startswith(KNOWN_PREFIXES):
        return "it looks like an example key"
    return None


def secret_key(given: str | None, environment: str, data_dir: Path) -> str:
    """The key of this process; demos and tests make and keep their own, production must be given one."""
    if environment == "production":
        problem = "it is not set" if not given else weakness(given)
        if problem:
            raise ImproperlyConfigured(
                f"TAGWORK_SECRET_KEY: {problem}. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
            )
        assert given is not None
        return given
    return given or _kept(data_dir / "secret-key", secrets.token_urlsafe(64))


def proof_seed(given: str | None, data_dir: Path) -> bytes:
    """The 32 bytes of the key that signs the ledger's checkpoints; made once and kept when none is given.

    Losing it breaks no books: the next checkpoint is signed by a new key, and everybody can see that it changed. What
    the old one signed is believed only when its fingerprint is named (former_keys).
    """
    text = given or _kept(data_dir / "proof-key", secrets.token_hex(32))
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise ImproperlyConfigured("TAGWORK_PROOF_KEY: use 64 hexadecimal digits, such as `openssl rand -hex 32` gives")
    return seed


def former_keys(given: str) -> frozenset[str]:
    """Fingerprints (SHA-256 of the public key, 64 hexadecimal digits) of keys that signed before this one."""
    found = frozenset(given.replace(",", " ").lower().split())
    if not all(re.fullmatch("[0-9a-f]{64}", one) for one in found):
        raise ImproperlyConfigured("TAGWORK_PROOF_FORMER_KEYS: use fingerprints of 64 hexadecimal digits, with commas")
    return found


def named_secret(variable: str) -> str:
    """The secret in the environment's `variable`, or in the file that `variable`_FILE names (its last line break is not
    part of it); empty when neither is set."""
    given, path = os.environ.get(variable, ""), os.environ.get(f"{variable}_FILE", "")
    if given and path:
        raise ImproperlyConfigured(f"{variable} and {variable}_FILE are both set; use one")
    if not path:
        return given
    try:
        return Path(path).read_text().removesuffix("\n")
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(f"{variable}_FILE: the file cannot be read") from None


def _kept(path: Path, new: str) -> str:
    """What the file holds; made with `new`, for this account's eyes only, when there is none."""
    try:
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(new)
    except FileExistsError:
        pass
    return path.read_text().strip()
