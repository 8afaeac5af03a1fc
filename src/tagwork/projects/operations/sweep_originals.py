"""Originals that nobody names: a process died between storing an upload and writing its row."""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Final

from tagwork.kit.storage import local_files
from tagwork.projects.models import Image
from tagwork.projects.pictures import ORIGINAL_SUFFIX

# A row follows its file within the request that brought both; no request lives this long.
GRACE_SECONDS: Final = 24 * 3600
ASKED_AT_ONCE: Final = 500


def sweep_originals(grace_seconds: float = GRACE_SECONDS) -> int:
    """Delete originals older than the grace that no image names; returns how many. Safe in any number of processes,
    repeats harmlessly. By the disk's clock, which no demo shifts."""
    store = local_files()
    found = store.stored_before(time.time() - grace_seconds, ORIGINAL_SUFFIX)
    swept = 0
    for keys in _portions(found):
        named = set(Image.objects.filter(original_key__in=keys).values_list("original_key", flat=True))
        for key in sorted(set(keys) - named):
            store.delete(key)
            swept += 1
    return swept


def _portions(keys: Iterator[str]) -> Iterator[list[str]]:
    while portion := list(islice(keys, ASKED_AT_ONCE)):
        yield portion
