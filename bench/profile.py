"""Where a cycle's time goes: the server's CPU by package and by function, the database's by statement.

    sh bench/run profile [--cycles 400] [--rows 15] [--databases postgresql,sqlite]

One process, one worker, no HTTP server: shares, not speeds. CPU time is what is counted, so waiting for the database is
in nobody's share; the profiler makes small functions look dearer than they are. The database's times come from
pg_stat_statements, triggers and foreign keys included (indented); on SQLite the database is a part of our process.
"""

import argparse
import json
import os
import sys

from bench import rig


def main() -> int:
    parser = argparse.ArgumentParser(prog="profile")
    parser.add_argument("--cycles", type=int, default=400)
    parser.add_argument("--rows", type=int, default=15)
    parser.add_argument("--databases", default="postgresql,sqlite")
    options = parser.parse_args()
    for vendor in options.databases.split(","):
        with rig.scratch() as folder, rig.database(vendor, folder / "site") as database:
            site = rig.Site(database, folder / "site")
            load = site.load(1, 3 * options.cycles + 200)
            found = json.loads(
                site.python("-m", "bench.profiled", load.project_id, load.tokens[0], str(options.cycles))
            )
            print(
                f"\n{vendor}: {found['milliseconds']:.2f} ms of CPU a cycle in our process, without the HTTP server\n"
            )
            table(("package", "% of our CPU"), found["packages"], options.rows)
            table(
                ("function, without what it calls", "% of our CPU", "calls a cycle"), found["functions"], options.rows
            )
            if vendor == "postgresql" and "PGBIN" in os.environ:
                show_statements(database, options.cycles, options.rows)
    return 0


def table(head: tuple[str, ...], rows: list[list[object]], most: int) -> None:
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows[:most]:
        print(f"| {' | '.join(f'{cell:.1f}' if isinstance(cell, float) else str(cell) for cell in row)} |")
    print(flush=True)


def show_statements(database: rig.Database, cycles: int, most: int) -> None:
    """What ran once a cycle or more often, by time. The claim and the warm-up before are in it, the filling is not."""
    rows = database.ask(
        f"""
        SELECT toplevel, regexp_replace(query, '\\s+', ' ', 'g'), calls, total_exec_time, total_plan_time,
               shared_blks_hit + shared_blks_read, wal_bytes
        FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND calls BETWEEN {cycles} AND {20 * cycles} ORDER BY total_exec_time + total_plan_time DESC"""
    )
    print("| statement | calls a cycle | run µs | plan µs | pages | WAL bytes |\n|---|---|---|---|---|---|")
    for is_own, sql, calls, run, plan, pages, wal in rows[: most + 5]:
        text = ("" if is_own else "· ") + sql.replace("|", "\\|").strip()[:90]
        print(
            f"| {text} | {calls / cycles / 2:.1f} | {1000 * run / calls:.0f} | {1000 * plan / calls:.0f} "
            f"| {pages / calls:.0f} | {wal / calls:.0f} |"
        )
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
