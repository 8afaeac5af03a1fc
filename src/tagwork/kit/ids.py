"""Identifiers: time-ordered UUIDs inside, short prefixed text (`a_…`) outside."""

import os
import time
import uuid

# Crockford's alphabet: no i, l, o, u, so an identifier read aloud is written down right.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TEXT_LENGTH = 26
# Two letters at a time: half the steps of a loop that every request runs five times.
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_VALUE = {pair: value for value, pair in enumerate(_PAIRS)}
_SHIFTS = range(120, -1, -10)
_STARTS = range(0, TEXT_LENGTH, 2)


def new_id() -> uuid.UUID:
    """UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, 74 random bits; index-friendly, not guessable."""
    milliseconds = time.time_ns() // 1_000_000
    value = int.from_bytes(milliseconds.to_bytes(6, "big") + os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)


def opaque_id() -> uuid.UUID:
    """A random UUID (version 4), where even the time of making must not be read from it."""
    return uuid.uuid4()


def encode(prefix: str, identifier: uuid.UUID) -> str:
    """`a_` + 26 letters for an assignment, and so on."""
    value = identifier.int
    return prefix + "_" + "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])


def decode(prefix: str, text: str) -> uuid.UUID | None:
    """The UUID behind `text`, or None when it is not an identifier of that kind."""
    head, _, letters = text.partition("_")
    if head != prefix or len(letters) != TEXT_LENGTH:
        return None
    value = 0
    for start in _STARTS:
        digits = _VALUE.get(letters[start : start + 2])
        if digits is None:
            return None
        value = value << 10 | digits
    return uuid.UUID(int=value) if value < 1 << 128 else None
