"""Test environment. DATABASE_URL names the database: scripts/test-both runs on SQLite and on PostgreSQL."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["TAGWORK_ENV"] = "test"
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="tagwork-test-"))

import pytest
from hypothesis import settings

from tests.builders.absent import program_absent, skip_loudly

# The same examples on every run, and no deadline: the first example pays for imports on a busy machine.
settings.register_profile("tagwork", deadline=None, derandomize=True)
settings.load_profile("tagwork")
# Longer than any run: a reading again at its own time would be one query more in a test that counts them.
NEVER_AGAIN_SECONDS = 86_400.0
_DATABASES = {"db", "transactional_db"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="without the tests that ask no database: they ran beside the other"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("only_database"):
        asks = {item: bool(item.get_closest_marker("django_db") or _DATABASES & {*_fixtures(item)}) for item in items}
        config.hook.pytest_deselected(items=[item for item in items if not asks[item]])
        items[:] = [item for item in items if asks[item]]


def _fixtures(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []


def pytest_configure() -> None:
    """Each process of a parallel run stores its files apart, as each has its database: tests count what is left."""
    process = os.environ.get("PYTEST_XDIST_WORKER")
    if process and (conf := sys.modules.get("django.conf")) is not None and conf.settings.configured:
        conf.settings.FILES_DIR = conf.settings.FILES_DIR / process
        conf.settings.ASSIST_PLACES_DIR = conf.settings.ASSIST_PLACES_DIR / process


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder of real photographs, vectors and hostile files; tests that need it skip, loudly, where it is absent."""
    path = Path(os.environ.get("TAGWORK_SHARED", "../shared")).resolve()
    if not path.is_dir():
        skip_loudly(f"TAGWORK_SHARED: {path} is absent")
    return path


@pytest.fixture(scope="session")
def catalogue() -> None:
    """The compiled Spanish texts, which `make setup` leaves beside their source."""
    from tagwork.jobs import strings

    if not (strings.LOCALE_DIR / "es" / "LC_MESSAGES" / "django.mo").exists():
        program_absent("the Spanish texts are not compiled (make setup)")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """A process remembers settings, the time's offset, published versions and the language of the last request."""
    clock, versioned = (sys.modules.get(f"tagwork.kit.{name}") for name in ("clock", "settings"))
    if clock is not None:
        clock.RESYNC_SECONDS = NEVER_AGAIN_SECONDS  # type: ignore[attr-defined]
    if versioned is not None:
        versioned.CACHE_SECONDS = NEVER_AGAIN_SECONDS  # type: ignore[attr-defined]
    yield
    if clock is not None:
        clock.reset()
    if versioned is not None:
        versioned.forget()
    if (queries := sys.modules.get("tagwork.projects.queries")) is not None:
        queries.forget_versions()
    for name in ("translation", "timezone"):
        if (spoken := sys.modules.get(f"django.utils.{name}")) is not None:
            spoken.deactivate()
