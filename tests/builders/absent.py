"""What tests take from outside and may not find: skipped so that it is seen; in CI a missing program is a failure."""

import os
import sys
from typing import NoReturn

import pytest


def skip_loudly(what: str) -> NoReturn:
    """Past pytest's capture: a skip that nobody reads is no skip, it is a hole."""
    print(f"!! {what}: tests that need it are SKIPPED", file=sys.__stderr__, flush=True)
    pytest.skip(what)


def program_absent(what: str) -> NoReturn:
    """A program that the project's own files install; CI has what they need, so there it must be present."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; CI skips nothing that can be installed")
    skip_loudly(what)
