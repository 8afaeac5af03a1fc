"""How long help with a mark takes: the operation a request calls, from the box to the run lengths, one at a time.

    python -m bench.assist [--questions 60]

Photographs of 12 megapixels (the demo's, scaled), stored as an upload is, boxes of 3 to 90 % of the width from a fixed
seed. The child is started before: its start is not a question's cost.
"""

import argparse
import os
import random
import statistics
import sys
import time

from bench import rig
from bench.ingest import SIZE_PX, photographs

SEED = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="assist")
    parser.add_argument("--questions", type=int, default=60)
    options = parser.parse_args()
    with rig.scratch() as folder, rig.database("sqlite", folder) as database:
        os.environ |= rig.Site(database, folder).environment
        return measure(options.questions)


def measure(questions: int) -> int:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tagwork.config.settings")
    django.setup()
    from tagwork.kit.imaging import inspect_and_derive
    from tagwork.kit.vision import vision
    from tagwork.projects.models import Image
    from tagwork.projects.pictures import stored_derivatives
    from tagwork.work.operations.assist import region_of
    from tagwork.work.rules import read_question

    settings.ASSIST_PLACES_DIR.mkdir(parents=True, exist_ok=True)
    images = []
    for content in photographs(None, 4):
        derived = inspect_and_derive(content)
        image = Image(width_px=derived.width, height_px=derived.height, derivatives=stored_derivatives(derived))
        images.append(image)
    chance = random.Random(SEED)
    walls, cpus, lengths, none = [], [], [], 0
    for number in range(questions + 1):
        share = chance.uniform(0.03, 0.9)
        width, height = SIZE_PX[0] * share, SIZE_PX[1] * min(0.95, share * chance.uniform(0.7, 1.4))
        x, y = chance.uniform(0, SIZE_PX[0] - width), chance.uniform(0, SIZE_PX[1] - height)
        asked = read_question([x, y, width, height], [], SIZE_PX)
        before, began = rig.cpu_seconds(os.getpid()), time.perf_counter()
        try:
            found = region_of("grabcut", images[number % len(images)], asked, wall_seconds=60)
        except Exception as error:
            if type(error).__name__ != "NothingFound":
                raise
            none += 1
            continue
        wall, cpu = time.perf_counter() - began, rig.cpu_seconds(os.getpid()) - before
        if number == 0:
            continue
        walls.append(wall)
        cpus.append(cpu)
        lengths.append(len(found.mask.as_json()["counts"]))
    vision.close()
    print(f"{len(walls)} boxes on photographs of {SIZE_PX[0]} x {SIZE_PX[1]} pixels; {none} had nothing in them")
    print("| | median | p95 | most |")
    print("|---|---|---|---|")
    for name, values, factor, unit in (
        ("wall", walls, 1000, "ms"),
        ("CPU", cpus, 1000, "ms"),
        ("answer", lengths, 1, "B"),
    ):
        ordered = sorted(values)
        p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
        shown = [f"{factor * value:.0f} {unit}" for value in (statistics.median(ordered), p95, ordered[-1])]
        print(f"| {name} | {' | '.join(shown)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
