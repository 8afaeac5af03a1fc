"""In a site's environment: hand in and take on CYCLES tasks twice, plain and profiled; prints JSON (for profile).

python -m bench.profiled PROJECT TOKEN CYCLES
"""

import cProfile
import json
import pstats
import sys
import time
from collections import Counter
from pathlib import PurePath

from django.db import connection

from bench.statements import post
from bench.traffic import ANSWER


def main() -> None:
    project, token, cycles = sys.argv[1], sys.argv[2], int(sys.argv[3])
    [held] = post(token, f"/work/projects/{project}/claim", {"count": 1})["assignments"]

    def run(times: int) -> None:
        nonlocal held
        for _ in range(times):
            [held] = post(token, f"/work/assignments/{held['id']}/submit", {**ANSWER, "next": 1})["next"]

    run(50)  # what a process asks once, and what a connection plans once
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            cursor.execute("SET pg_stat_statements.track = 'all'")
            cursor.execute("SET pg_stat_statements.track_planning = on")
            cursor.execute("SELECT pg_stat_statements_reset()")
    started = time.thread_time()
    run(cycles)
    spent = time.thread_time() - started
    profiler = cProfile.Profile(time.thread_time)
    profiler.enable()
    run(cycles)
    profiler.disable()
    shares = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    total = sum(own for _, _, own, _, _ in shares.values())
    packages: Counter[str] = Counter()
    functions = []
    for (file, _, name), (_, calls, own, _, _) in shares.items():
        package = package_of(file)
        packages[package] += own
        functions.append([f"{package}: {PurePath(file).stem}.{name}", 100 * own / total, calls / cycles])
    result = {
        "milliseconds": spent / cycles * 1000,
        "packages": [[name, 100 * own / total] for name, own in packages.most_common()],
        "functions": sorted(functions, key=lambda row: -float(row[1])),
    }
    print(json.dumps(result))


def package_of(file: str) -> str:
    """`tagwork.work`, `django.db`, `psycopg`, … of a file; what is written in C has no file."""
    parts = PurePath(file).parts
    if file.startswith(("~", "<")):
        return "built in"
    for place in ("site-packages", "src"):
        if place in parts:
            inner = parts[parts.index(place) + 1 :]
            return ".".join(inner[:2]) if inner[0] in ("tagwork", "django") else inner[0]
    return "bench" if "bench" in parts else "standard library"


if __name__ == "__main__":
    main()
