"""Images ingested a second and core: check, decode, resize, encode every size that the site serves, sandboxed.

    python -m bench.ingest [FOLDER] [--images 12]

FOLDER holds photographs; without it the demo's own (scikit-image, the `demo` extra) are scaled to 12 megapixels.
"""

import argparse
import io
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("TAGWORK_ENV", "test")

from PIL import Image

from bench import rig
from tagwork.kit import imaging

SIZE_PX = (4000, 3000)


def photographs(folder: str | None, count: int) -> list[bytes]:
    if folder:
        found = [path for path in sorted(Path(folder).rglob("*")) if path.suffix.lower() in (".jpg", ".jpeg")]
        return [path.read_bytes() for path in found[:count]]
    from skimage import data

    made = []
    for number, name in enumerate(["astronaut", "chelsea", "coffee", "rocket"] * count):
        if number == count:
            break
        picture = Image.fromarray(getattr(data, name)()).convert("RGB").resize(SIZE_PX, Image.Resampling.BICUBIC)
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=90)
        made.append(stream.getvalue())
    return made


def main() -> int:
    parser = argparse.ArgumentParser(prog="ingest")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--images", type=int, default=12)
    options = parser.parse_args()
    pictures = photographs(options.folder, options.images)
    with rig.scratch() as folder:
        files = []
        for number, content in enumerate(pictures):
            files.append(folder / f"{number}.jpg")
            files[-1].write_bytes(content)
        imaging.inspect_and_derive(files[0])  # the decoder's start is not an image's cost
        costs, derivatives, written = [], 0, 0
        began = time.perf_counter()
        for file in files:
            before = rig.cpu_seconds(os.getpid())
            derived = imaging.inspect_and_derive(file)
            costs.append(rig.cpu_seconds(os.getpid()) - before)
            derivatives += len(derived.derivatives)
            written += sum(len(one.data) for one in derived.derivatives)
        took = time.perf_counter() - began
    megabytes = statistics.mean(map(len, pictures)) / 1e6
    print(f"{len(files)} JPEG files of {megabytes:.1f} MB on average, one at a time")
    print("| images/s per core (CPU) | images/s (wall) | CPU s an image: middle (least, most) | encodings | MB |")
    print("|---|---|---|---|---|")
    print(
        f"| {len(files) / sum(costs):.2f} | {len(files) / took:.2f} "
        f"| {statistics.median(costs):.2f} ({min(costs):.2f}, {max(costs):.2f}) "
        f"| {derivatives / len(files):.0f} | {written / len(files) / 1e6:.1f} |"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
