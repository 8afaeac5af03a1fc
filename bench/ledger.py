"""Settlements a second, journals chained a second, and what `tagwork ledger verify` costs on large books.

python -m bench.ledger [--journals 10000,1000000] [--databases postgresql,sqlite] [--settlements 4000] [--processes 1,2]
"""

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from bench import rig


def ask(site: rig.Site, *arguments: object) -> dict[str, Any]:
    return dict(json.loads(site.python("-m", "bench.books", *map(str, arguments))))


def settle(site: rig.Site, first: int, count: int, processes: int) -> tuple[float, float]:
    """(settlements a second of the slowest process' time, CPU ms each in our processes), `count` in all."""
    share = count // processes
    running = [
        subprocess.Popen(
            [rig.PYTHON, "-m", "bench.books", "settle", str(first + number * share), str(share)],
            env=site.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    told = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError("a settling process failed")
    found = [json.loads(text) for text in told]
    return share * processes / max(one["seconds"] for one in found), sum(one["cpu"] for one in found) * 1000 / count


def main() -> int:
    parser = argparse.ArgumentParser(prog="ledger")
    parser.add_argument("--journals", default="10000,1000000")
    parser.add_argument("--databases", default="postgresql,sqlite")
    parser.add_argument("--settlements", type=int, default=4_000)
    parser.add_argument("--processes", default="1,2")
    options = parser.parse_args()
    for vendor in options.databases.split(","):
        for journals in map(int, options.journals.split(",")):
            with rig.scratch() as folder, rig.database(vendor, folder / "site") as database:
                site = rig.Site(database, folder / "site")
                started = time.perf_counter()
                ask(site, "fill", journals)
                filled = time.perf_counter() - started
                print(f"\n{vendor}: books of {journals:,} journals (made in {filled:.0f} s)\n", flush=True)
                print("| figure | value |")
                print("|---|---|")
                chained = ask(site, "chain")
                rate = chained["linked"] / chained["seconds"]
                print(f"| journals chained a second | {rate:,.0f} |", flush=True)
                proved = ask(site, "verify")
                print(f"| `ledger verify`, seconds | {proved['whole_seconds']:.1f} |")
                print(f"| of it the sums, without the chain | {proved['sums_seconds']:.1f} |")
                print(f"| CPU seconds in our process | {proved['cpu_seconds']:.1f} |")
                grown = proved["peak_megabytes"] - proved["idle_megabytes"]
                print(f"| memory it took, MB (peak {proved['peak_megabytes']:.0f}) | {grown:.0f} |", flush=True)
                sizes = [int(text) for text in options.processes.split(",")]
                ask(site, "promise", options.settlements * len(sizes))
                for number, processes in enumerate(sizes):
                    first = number * options.settlements
                    a_second, cpu = settle(site, first, options.settlements, processes)
                    print(f"| settlements a second, {processes} process(es) | {a_second:,.0f} |")
                    print(f"| CPU ms a settlement, {processes} process(es) | {cpu:.2f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
