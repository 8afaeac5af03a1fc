"""`tagwork openapi`, as a process without a database."""

import json
from pathlib import Path

from tests.unit.jobs.test_server_commands import environment, tagwork


def test_it_prints_the_document_that_the_site_publishes_and_asks_no_database(tmp_path: Path) -> None:
    printed = tagwork(environment(tmp_path), "openapi")
    assert printed.returncode == 0, printed.stderr
    document = json.loads(printed.stdout)
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/work/projects/{project_id}/claim" in document["paths"]
    assert not list(tmp_path.glob("*.sqlite3"))


def test_it_prints_the_same_twice(tmp_path: Path) -> None:
    """Otherwise the types made from it would be stale by chance."""
    assert tagwork(environment(tmp_path), "openapi").stdout == tagwork(environment(tmp_path), "openapi").stdout
