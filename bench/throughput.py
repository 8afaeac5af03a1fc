"""Claims and submits a second: the site, the bare Django floor and the bare statements, in interleaved rounds.

    python -m bench.throughput [--seconds 5] [--rounds 1] [--clients 1,8,32] [--databases postgresql,sqlite]

PostgreSQL is the cluster of DATABASE_URL (bench/run makes one that flushes). Afterwards the books and the queue of
every site are proved; exit 1 when a proof fails.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bench import bare, proof, rig, traffic
from tagwork.kit.ids import decode
from tagwork.people.tokens import digest_of

MOST_CLIENTS = 32
BUSY_LOAD = 0.3  # runnable processes a core, over the last minute
CYCLES_A_SECOND = {"site": 250, "floor": 500, "bare": 1_200}  # only to make enough tasks


@dataclass
class Cell:
    measured: traffic.Measured
    server_milliseconds: float
    database_milliseconds: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="throughput")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--clients", default="1,8,32")
    parser.add_argument("--databases", default="postgresql,sqlite")
    options = parser.parse_args()
    sizes = [int(size) for size in options.clients.split(",")]
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    if busy > BUSY_LOAD:
        print(
            f"!! the machine is busy with other things (load {busy:.1f} a core before we began): cycles a second and "
            "ms say little, and ratios are rough. CPU ms are inflated too; `sh bench/run profile` counts statements.\n"
        )
    faults = 0
    for vendor in options.databases.split(","):
        faults += measure(vendor, sizes, options.seconds, options.rounds)
    return 1 if faults else 0


def measure(vendor: str, sizes: list[int], seconds: float, rounds: int) -> int:
    most = max(sizes)
    tasks = {name: int(rate * seconds * rounds * len(sizes)) + 2_000 for name, rate in CYCLES_A_SECOND.items()}
    with ExitStack() as stack:
        folder = stack.enter_context(rig.scratch())
        database = stack.enter_context(rig.database(vendor, folder / "site"))
        floor_database = stack.enter_context(rig.database(vendor, folder / "floor"))
        print(f"== {vendor}: making {2 * tasks['site'] + tasks['bare']} tasks", file=sys.stderr, flush=True)
        site = rig.Site(database, folder / "site")
        load = site.load(most, 2 * tasks["site"])
        bare_load = site.load(most, min(tasks["bare"], 200_000))
        floor_environment = os.environ | {"DATABASE_URL": floor_database.url}
        subprocess.run(
            [rig.PYTHON, "-m", "bench.floor", floor_database.url, str(most), str(2 * tasks["floor"])],
            env=floor_environment,
            check=True,
        )
        counted = json.loads(site.python("-m", "bench.statements", load.project_id, load.tokens[0]))
        check_statements(counted)
        server = site.serve()
        stack.callback(server.stop)
        floor = rig.Server([rig.PYTHON, "-m", "bench.floor_serve"], floor_environment, folder / "floor.log")
        stack.callback(floor.stop)
        floor_load = rig.LoadProject("1", [f"worker-{number}" for number in range(most)])
        pgbin = os.environ.get("PGBIN", "") if vendor == "postgresql" else ""
        cells: dict[tuple[str, int], list[Cell]] = defaultdict(list)
        # The first requests of a process import, connect and fill its caches.
        warm = over_http(server, load, min(8, most), 2, True, database)
        over_http(floor, floor_load, min(8, most), 2, True, database)
        accepted = warm.measured.assignments
        for turn in range(rounds):
            for size in sizes:
                for name, in_one in (("one", True), ("two", False)):
                    for kind, where, whose in (("site", server, load), ("floor", floor, floor_load)):
                        cell = over_http(where, whose, size, seconds, in_one, database)
                        cells[f"{kind} {name}", size].append(cell)
                        if kind == "site":
                            accepted += cell.measured.assignments
                start_bare(database, server, bare_load, size)
                cells["bare", size].append(
                    Cell(bare.drive(database, size, seconds, folder, pgbin), float("nan"), float("nan"))
                )
                print(f"   round {turn + 1}, {size} clients", file=sys.stderr, flush=True)
        server.stop()
        table(vendor, sizes, cells, len(counted))
        faults = proof.prove(site, expected=accepted)
    print(flush=True)
    return faults


def over_http(
    server: rig.Server, load: rig.LoadProject, size: int, seconds: float, in_one: bool, database: rig.Database
) -> Cell:
    pid = rig.database_pid(database.url) if database.vendor == "postgresql" else None
    before, stored = server.cpu_seconds(), rig.cpu_seconds(pid) if pid else 0.0
    measured = traffic.drive(server.url, load.project_id, load.tokens[:size], seconds, in_one=in_one)
    cycles = max(1, len(measured.cycle_seconds))
    return Cell(
        measured,
        (server.cpu_seconds() - before) * 1000 / cycles,
        (rig.cpu_seconds(pid) - stored) * 1000 / cycles if pid else float("nan"),
    )


def start_bare(database: rig.Database, server: rig.Server, load: rig.LoadProject, size: int) -> None:
    """Every client holds a task, taken through the site; each begins at its own place of the queue."""
    tokens = load.tokens[:size]
    people = {bytes(row[1]): row[0] for row in database.ask("SELECT person_id, digest FROM people_apitoken")}
    rows: list[dict[str, Any]] = []
    for client, token in enumerate(tokens):
        caller = traffic.Caller(server.url, token)
        status, held = caller.claim(load.project_id)
        assert held is not None, f"no task for the bare statements: {status}"
        caller.close()
        digest = digest_of(token)
        rows.append(
            {
                "worker": people[digest],
                "digest": digest,
                "project": decode("pr", load.project_id),
                "assignment": decode("a", held),
                "position": client * (1 << 62) // (size + 8),
            }
        )
    bare.start(database, rows)


def check_statements(ours: list[str]) -> None:
    """cycle.sql must say what the site says: the same verbs on the same tables in the same order."""
    theirs = [sql for sql, _ in bare.statements(for_sqlite=False)]
    mine, bares = [outline(sql) for sql in ours], [outline(sql) for sql in theirs]
    if mine != bares:
        print(f"!! cycle.sql has drifted from the site:\n   site {mine}\n   file {bares}", file=sys.stderr)


def outline(sql: str) -> str:
    words = sql.replace('"', "").replace(",", " ").split()
    verb = next(
        w for w in words if w in ("INSERT", "UPDATE", "SELECT", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "WITH")
    )
    prefixes = ("work_", "people_", "kit_", "projects_", "standing_", "ledger_", "tutorial_")
    return f"{verb} {next((word for word in words if word.startswith(prefixes)), '')}".strip()


def middle(values: list[float]) -> float:
    return statistics.median(values)


def table(vendor: str, sizes: list[int], cells: dict[tuple[str, int], list[Cell]], statements: int) -> None:
    names = {
        "site one": "site, 1 request",
        "site two": "site, 2 requests",
        "floor one": "floor, 1 request",
        "floor two": "floor, 2 requests",
        "bare": "pgbench, same SQL" if vendor == "postgresql" else "bare sqlite3, same SQL",
    }
    print(
        f"\n{vendor}: one cycle = one answer handed in and the next task leased; {statements} statements (1 request)\n"
    )
    print("| clients | who | cycles/s | p50 ms | p99 ms | server CPU ms | database CPU ms | generator CPU | errors |")
    print("|---|---|---|---|---|---|---|---|---|")
    for size in sizes:
        for key, label in names.items():
            found = cells[key, size]
            errors = sum((cell.measured.errors for cell in found), start=type(found[0].measured.errors)())
            print(
                f"| {size} | {label} | {middle([c.measured.per_second for c in found]):.0f} "
                f"| {middle([c.measured.milliseconds_at(0.5) for c in found]):.1f} "
                f"| {middle([c.measured.milliseconds_at(0.99) for c in found]):.1f} "
                f"| {number(middle([c.server_milliseconds for c in found]))} "
                f"| {number(middle([c.database_milliseconds for c in found]))} "
                f"| {generator_share(found)} | {dict(errors) or '-'} |"
            )
    print("\n| clients | site / floor, 1 request | site / floor, 2 requests | site / bare statements, 1 request |")
    print("|---|---|---|---|")
    for size in sizes:
        # The ratio is taken inside each round, then the middle of the rounds.
        ratios = [
            middle([a.measured.per_second / b.measured.per_second for a, b in pairs])
            for pairs in (
                zip(cells["site one", size], cells["floor one", size], strict=True),
                zip(cells["site two", size], cells["floor two", size], strict=True),
                zip(cells["site one", size], cells["bare", size], strict=True),
            )
        ]
        print(f"| {size} | {ratios[0]:.2f} | {ratios[1]:.2f} | {ratios[2]:.3f} |")
    print(flush=True)


def number(value: float) -> str:
    return "-" if value != value else f"{value:.2f}"


def generator_share(cells: list[Cell]) -> str:
    spent = sum(cell.measured.own_cpu_seconds for cell in cells)
    return f"{100 * spent / sum(cell.measured.seconds for cell in cells):.0f} % of a core" if spent else "-"


if __name__ == "__main__":
    sys.exit(main())
