"""How often a fault run is repeated: a seeded sample in `make test`, all in `make chaos` (N: at most so often)."""

import os

IS_LONG = os.environ.get("CHAOS") == "long"
SEED = int(os.environ.get("SEED") or 1)


def rounds(full: int, sample: int) -> int:
    return min(full, int(os.environ.get("N") or full)) if IS_LONG else sample


def tell(what: str) -> None:
    """A line of the report that `make chaos` shows in the end: pytest keeps for itself what a passed test prints."""
    report = os.environ.get("CHAOS_REPORT")
    if report:
        with open(report, "a") as file:
            file.write(f"seed {SEED}: {what}\n")
