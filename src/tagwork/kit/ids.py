"""Identifiers: time-ordered UUIDs inside, short prefixed text (`a_…`) outside."""

import os
import threading
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

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """UUID version 7 (RFC 9562): 60 bits of Unix time in steps of 1/4096 ms, 62 random bits; index-friendly.

    Within a process every identifier is larger than the one before it, also when the clock stands still or goes back:
    lists are sorted and paged by them, and two answers of one millisecond stay in the order they were given in.
    """
    global _last
    now = (time.time_ns() << 12) // 1_000_000
    with _lock:
        _last = step = max(now, _last + 1)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return uuid.UUID(int=step >> 12 << 80 | 0x7 << 76 | (step & 0xFFF) << 64 | 0x2 << 62 | random)


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
