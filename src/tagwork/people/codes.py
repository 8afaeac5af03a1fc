"""The number in a letter that stands for a second factor: derived, so that neither table nor outbox ever holds it."""

import hashlib
import hmac
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

KEY_LABEL: Final = b"tagwork.people.codes/1"
DIGITS: Final = 8
# Five tries at one of 10^8 numbers, at most five letters an hour: 1 in 4 million for somebody who guesses.
MOST_TRIES: Final = 5
MOST_AN_HOUR: Final = 5
VALID_FOR: Final = timedelta(minutes=15)
PAUSE: Final = timedelta(seconds=60)


def number_of(code_id: UUID) -> str:
    """Eight decimal digits."""
    key = hmac.digest(settings.SECRET_KEY.encode(), KEY_LABEL, hashlib.sha256)
    mac = hmac.digest(key, code_id.bytes, hashlib.sha256)
    return f"{int.from_bytes(mac[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def is_number_of(code_id: UUID, typed: str) -> bool:
    """Blanks and dashes, as people group digits, do not matter."""
    digits = "".join(character for character in typed if character not in " -\u00a0")
    return hmac.compare_digest(number_of(code_id).encode(), digits.encode())
