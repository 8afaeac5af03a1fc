"""Addresses of images. They name neither the image nor the file, and two accounts never see the same one.

`/i/<purpose>/<alias>/<width>.<ext>?s=<signature>`: the alias is the image's id encrypted under a key of this account,
so that workers who compare addresses cannot tell that they saw the same image; the signature (kit.signing) binds the
path to account and purpose and ends it. The alias alone opens nothing.

The cipher is a Luby-Rackoff network (1988): four rounds of HMAC-SHA-256 over the two halves of the 16 bytes make a
strong pseudorandom permutation, which is all that is needed for one block; a block cipher would be a new dependency.
"""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.conf import settings

from tagwork.kit.imaging import Derived
from tagwork.kit.signing import Purpose, sign_url
from tagwork.kit.storage import local_files

KEY_LABEL: Final = b"tagwork.projects.pictures/1"
ROUNDS: Final = 4
HALF_BYTES: Final = 8
ALIAS_CHARACTERS: Final = 22  # 16 bytes in base64 without padding
EXTENSIONS: Final = {"image/avif": "avif", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_TYPES: Final = {extension: media_type for media_type, extension in EXTENSIONS.items()}
_NAME: Final = re.compile(r"([1-9][0-9]{0,5})\.([a-z]{3,4})")

# What an upload is stored as until its row names it: the sweep of orphans looks at no other file.
ORIGINAL_SUFFIX: Final = ".original"


def alias(image_id: uuid.UUID, account_id: str) -> str:
    """22 characters of base64url that stand for `image_id` in addresses made for `account_id`."""
    block = _permuted(image_id.bytes, _key(settings.SECRET_KEY, account_id), range(ROUNDS))
    return base64.urlsafe_b64encode(block).decode().rstrip("=")


def image_ids(given: str, account_id: str) -> list[uuid.UUID]:
    """The image `given` may stand for: a candidate for each secret key in force; [] when malformed."""
    if len(given) != ALIAS_CHARACTERS or not given.isascii():
        return []
    try:
        block = base64.b64decode(given + "==", altchars=b"-_", validate=True)
    except ValueError:
        return []
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    rounds = range(ROUNDS - 1, -1, -1)
    return [uuid.UUID(bytes=_permuted(block, _key(secret, account_id), rounds)) for secret in secrets]


@lru_cache(maxsize=1024)
def _key(secret: str | bytes, account_id: str) -> bytes:
    secret = secret.encode() if isinstance(secret, str) else secret
    return hmac.digest(hmac.digest(secret, KEY_LABEL, hashlib.sha256), account_id.encode(), hashlib.sha256)


def _permuted(block: bytes, key: bytes, rounds: Iterable[int]) -> bytes:
    """A Feistel network; the halves come out swapped, so that the rounds in reverse order undo it."""
    left, right = block[:HALF_BYTES], block[HALF_BYTES:]
    for number in rounds:
        mask = hmac.digest(key, bytes([number]) + right, hashlib.sha256)
        left, right = right, bytes(a ^ b for a, b in zip(left, mask, strict=False))
    return right + left


def image_json(
    name: str,
    *,
    size_px: tuple[int, int],
    derivatives: Sequence[dict[str, Any]],
    placeholder: str,
    account_id: str,
    purpose: Purpose,
    expires_at: datetime,
) -> dict[str, Any]:
    """IMAGE of the API: the upright size in px and one signed source for each derivative, by width, AVIF before JPEG.

    `name` is the alias, or for pictures that are no secret any name of a path segment."""
    return {
        "width": size_px[0],
        "height": size_px[1],
        "placeholder": placeholder,
        "sources": [
            {
                "url": sign_url(
                    f"/i/{purpose}/{name}/{file_name(one)}",
                    account_id=account_id,
                    purpose=purpose,
                    expires_at=expires_at,
                ),
                "width": one["width"],
                "type": one["type"],
            }
            for one in derivatives
        ],
    }


def file_name(derivative: dict[str, Any]) -> str:
    return f"{derivative['width']}.{EXTENSIONS[derivative['type']]}"


def chosen(derivatives: Sequence[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The derivative called `name` ("1080.avif"), or None."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    width, media_type = int(match[1]), _TYPES.get(match[2])
    return next((one for one in derivatives if one["width"] == width and one["type"] == media_type), None)


def stored_derivatives(derived: Derived) -> list[dict[str, Any]]:
    """Store every derivative; [{"key", "width", "height", "type"}] as an image row keeps them."""
    store = local_files()
    return [
        {
            "key": store.put(one.data, f".{EXTENSIONS[one.type]}"),
            "width": one.width,
            "height": one.height,
            "type": one.type,
        }
        for one in derived.derivatives
    ]


def placeholder_address(webp: bytes) -> str:
    """A tiny WebP as a data: address."""
    return "data:image/webp;base64," + base64.b64encode(webp).decode()
