"""Test environment: the database comes from DATABASE_URL (scripts/test-both runs the suite on SQLite and on PostgreSQL)."""

import os
import tempfile
import warnings
from pathlib import Path

os.environ["TAGWORK_ENV"] = "test"
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="tagwork-test-"))

import pytest


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder of real photographs, vectors and hostile files; tests that need it skip, loudly, where it is absent."""
    path = Path(os.environ.get("TAGWORK_SHARED", "../shared")).resolve()
    if not path.is_dir():
        warnings.warn(f"TAGWORK_SHARED: {path} is absent, tests on shared data are skipped", stacklevel=1)
        pytest.skip(f"shared data absent: {path}")
    return path
