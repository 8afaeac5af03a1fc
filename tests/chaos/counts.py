"""How often a fault run is repeated: a seeded sample in `make test`, all in `make chaos` (N: at most so often)."""

import os
import sys

IS_LONG = os.environ.get("CHAOS") == "long"
SEED = int(os.environ.get("SEED") or 1)


def rounds(full: int, sample: int) -> int:
    return min(full, int(os.environ.get("N") or full)) if IS_LONG else sample


def tell(what: str) -> None:
    """A result of a long run, past pytest's capture: it is what the run is for."""
    if IS_LONG:
        print(f"chaos, seed {SEED}: {what}", file=sys.__stderr__, flush=True)
