"""What one claim costs at 10^3 to 10^6 open tasks: it must not grow.

python -m bench.claim_scale [--sizes 1000,10000,100000,1000000] [--databases postgresql,sqlite] [--claims 200]
"""

import argparse
import json
import sys

from bench import rig


def main() -> int:
    parser = argparse.ArgumentParser(prog="claim_scale")
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--databases", default="postgresql,sqlite")
    parser.add_argument("--claims", type=int, default=200)
    options = parser.parse_args()
    for vendor in options.databases.split(","):
        with rig.scratch() as folder, rig.database(vendor, folder / "site") as database:
            site = rig.Site(database, folder / "site")
            load = site.load(1, options.claims + 100)
            print(f"\n{vendor}: one claim of one task, {options.claims} in a row\n")
            print("| open tasks | p50 ms | p99 ms | CPU ms in our process | work of the drawing statement |")
            print("|---|---|---|---|---|")
            plan = ""
            for size in map(int, options.sizes.split(",")):
                text = site.python(
                    "-m", "bench.claims", load.project_id, load.tokens[0], str(size), str(options.claims)
                )
                found = json.loads(text)
                plan = found["plan"]
                print(
                    f"| {found['open']:,} | {found['p50']:.2f} | {found['p99']:.2f} | {found['cpu']:.2f} "
                    f"| {found['effort']} |",
                    flush=True,
                )
            print(f"\nplan at the largest size:\n\n```\n{plan}\n```", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
