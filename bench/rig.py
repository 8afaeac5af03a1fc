"""A private site to measure: a database of its own, `tagwork serve` as an operator starts it, and its CPU seconds."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg

PYTHON = sys.executable
HERE = Path(__file__).resolve().parent
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
# As `tagwork serve` starts by default on two cores, and as the floor beside it is started.
WORKERS, THREADS = 2, 4


@dataclass(frozen=True)
class Database:
    vendor: str
    url: str

    def connect(self) -> Any:
        """A bare connection in autocommit, durable as the site's own."""
        if self.vendor == "postgresql":
            return psycopg.connect(self.url, autocommit=True)
        connection = sqlite3.connect(urlsplit(self.url).path[1:], timeout=30, isolation_level=None)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
        return connection

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        connection = self.connect()
        try:
            return list(connection.execute(sql).fetchall())
        finally:
            connection.close()


@contextmanager
def database(vendor: str, folder: Path) -> Iterator[Database]:
    """A new, empty database: a file in `folder`, or one of the cluster of DATABASE_URL (scripts/with-postgres)."""
    if vendor == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        yield Database(vendor, f"sqlite:///{folder}/bench.sqlite3")
        return
    cluster = os.environ["DATABASE_URL"]
    name = f"bench_{os.getpid()}_{time.monotonic_ns() % 10**9}"
    parts = urlsplit(cluster)
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
        if connection.execute("SHOW fsync").fetchone() != ("on",):
            print("bench: this PostgreSQL does not flush (fsync off): figures mean nothing", file=sys.stderr)
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield Database(vendor, parts._replace(path=f"/{name}").geturl())
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """User and system CPU of a process and of all that came from it (Linux)."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(name)] = int(fields[1])
        spent[int(name)] = sum(map(int, fields[11:15])) / CLOCK_TICKS
    family, new = set(), {pid}
    while new:
        family |= new
        new = {child for child, parent in parents.items() if parent in family} - family
    return sum(spent.get(member, 0.0) for member in family)


def database_pid(database_url: str) -> int | None:
    """The first process of the PostgreSQL that `scripts/with-postgres` started."""
    host = dict(parse_qsl(urlsplit(database_url).query)).get("host", "")
    file = Path(host) / "data" / "postmaster.pid"
    return int(file.read_text().split()[0]) if file.exists() else None


class Server:
    """A process that answers HTTP on a port of its own."""

    def __init__(
        self, arguments: list[str], environment: dict[str, str], log: Path, patience_seconds: int = 60
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        with log.open("wb") as file:
            self._program = subprocess.Popen(
                arguments, env=environment | {"PORT": str(self.port)}, stdout=file, stderr=file, start_new_session=True
            )
        for _ in range(10 * patience_seconds):
            try:
                urllib.request.urlopen(self.url + "/healthz", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if self._program.poll() is not None:
                    break
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{arguments}: does not answer\n{log.read_text()[-3000:]}")

    def cpu_seconds(self) -> float:
        return cpu_seconds(self._program.pid)

    def stop(self) -> None:
        if self._program.poll() is None:
            os.killpg(self._program.pid, signal.SIGTERM)
            try:
                self._program.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self._program.pid, signal.SIGKILL)
                self._program.wait()


@dataclass(frozen=True)
class LoadProject:
    """What `tagwork demo load` made."""

    project_id: str
    tokens: list[str]


class Site:
    """Tagwork on a database: migrated, with one operator; `load` adds projects, `serve` starts the web server."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {
            "TAGWORK_ENV": "demo",
            "DATA_DIR": str(folder),
            "DATABASE_URL": database.url,
            "TAGWORK_LOG_LEVEL": "WARNING",
            "TAGWORK_WORKERS": str(WORKERS),
            "TAGWORK_THREADS": str(THREADS),
        }
        self.python("-m", "bench.prepare")

    def python(self, *arguments: str) -> str:
        done = subprocess.run([PYTHON, *arguments], env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done.stdout

    def tagwork(self, *arguments: str) -> Any:
        return json.loads(self.python("-m", "tagwork.jobs.cli", *arguments, "--json"))

    def load(self, workers: int, tasks: int) -> LoadProject:
        made = self.tagwork("demo", "load", "--workers", str(workers), "--tasks", str(tasks))
        return LoadProject(made["project_id"], [worker["token"] for worker in made["workers"]])

    def serve(self) -> Server:
        return Server([PYTHON, "-m", "tagwork.jobs.cli", "serve"], self.environment, self.folder / "serve.log")


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tagwork-bench.") as name:
        yield Path(name)
