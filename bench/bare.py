"""The statements of cycle.sql without the site: by pgbench on PostgreSQL, by bare Python processes on SQLite."""

import multiprocessing
import re
import sqlite3
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

from bench.rig import HERE, Database
from bench.traffic import Measured

CYCLE = HERE / "cycle.sql"
OWNERS = ("worker", "project", "submission")
# What SQLite says otherwise, or need not say: it has one writer.
SQLITE_WORDS = [
    (r"FOR NO KEY UPDATE( OF t SKIP LOCKED)?", ""),
    (r"now\(\)( \+ interval '[^']*')?", ":now"),
    (r"gen_random_uuid\(\)", ":new_id"),
    (r"decode\(repeat\('7b', 1700\), 'hex'\)", "zeroblob(1700)"),
    (r"^BEGIN", "BEGIN IMMEDIATE"),
    # Keys are stored without dashes there; the ledger's owners are text and have them everywhere.
    (r"'(worker|project|submission):' \|\| :\w+", r":\1_owner"),
]


def statements(*, for_sqlite: bool) -> list[tuple[str, bool]]:
    """(statement, whether its row names variables), in order, without pgbench's own commands."""
    found = []
    for line in CYCLE.read_text().splitlines():
        if line.startswith(("--", "\\")) or "bench_start" in line:
            continue
        sql = line.removesuffix("\\gset").rstrip().removesuffix(";")
        if for_sqlite:
            for pattern, words in SQLITE_WORDS:
                sql = re.sub(pattern, words, sql)
        found.append((sql, line.endswith("\\gset")))
    return found


def start(database: Database, rows: list[dict[str, Any]]) -> None:
    """Tell the clients who they are: `worker`, `digest`, `project`, `assignment`, `position` for each."""
    connection = database.connect()
    connection.execute("DROP TABLE IF EXISTS bench_start")
    key, binary = ("uuid", "bytea") if database.vendor == "postgresql" else ("text", "blob")
    connection.execute(
        f"CREATE TABLE bench_start (client int, worker {key}, digest {binary}, project {key}, assignment {key}, "
        '"position" bigint)'
    )
    mark = "%s" if database.vendor == "postgresql" else "?"
    for client, row in enumerate(rows):
        values = [client, *(row[name] for name in ("worker", "digest", "project", "assignment", "position"))]
        connection.execute(
            f"INSERT INTO bench_start VALUES ({', '.join([mark] * 6)})",
            [value.hex if isinstance(value, uuid.UUID) else value for value in values],
        )
    connection.close()


def drive(database: Database, clients: int, seconds: float, folder: Path, pgbin: str) -> Measured:
    return _pgbench(database, clients, seconds, folder, pgbin) if pgbin else _sqlite(database, clients, seconds)


def _pgbench(database: Database, clients: int, seconds: float, folder: Path, pgbin: str) -> Measured:
    for old in folder.glob("pgbench_log*"):
        old.unlink()
    done = subprocess.run(
        f"{pgbin}/pgbench -n -M prepared -f {CYCLE} -D started=0 -c {clients} -j {min(2, clients)} "
        f"-T {max(1, round(seconds))} -l {database.url}".split(),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if done.returncode or "aborted" in done.stderr:
        raise RuntimeError(done.stdout + done.stderr)
    measured = Measured(seconds=max(1, round(seconds)))
    for log in folder.glob("pgbench_log*"):
        measured.cycle_seconds += [int(line.split()[2]) / 1e6 for line in log.read_text().splitlines()]
    return measured


def _sqlite(database: Database, clients: int, seconds: float) -> Measured:
    context = multiprocessing.get_context("spawn")
    with context.Pool(clients) as pool:
        begins = time.time() + 2.0  # until every process has opened its connection
        parts = pool.starmap(_sqlite_client, [(database, number, begins, seconds) for number in range(clients)])
    return Measured(seconds=seconds, cycle_seconds=[one for part in parts for one in part])


def _sqlite_client(database: Database, client: int, begins: float, seconds: float) -> list[float]:
    connection = database.connect()
    connection.row_factory = sqlite3.Row
    known: dict[str, Any] = dict(connection.execute("SELECT * FROM bench_start WHERE client = ?", [client]).fetchone())
    steps = statements(for_sqlite=True)
    cycles = []
    time.sleep(max(0.0, begins - time.time()))
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        started = time.perf_counter()
        known["key"] = str(uuid.uuid4())
        known["now"] = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        for sql, names_variables in steps:
            known["new_id"] = uuid.uuid4().hex
            if "_owner" in sql:
                known |= {f"{kind}_owner": f"{kind}:{uuid.UUID(known[kind])}" for kind in OWNERS}
            rows = connection.execute(sql, known).fetchall() if ":" in sql else connection.execute(sql).fetchall()
            if names_variables:
                known |= dict(rows[0])
        cycles.append(time.perf_counter() - started)
    connection.execute("UPDATE bench_start SET assignment = ?, position = ? WHERE client = ?",
                       [known["assignment"], known["position"], client])  # fmt: skip
    connection.close()
    return cycles
