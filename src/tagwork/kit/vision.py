"""What stands out in a box of a picture: asked of a child process with limits, one question at a time.

GrabCut by OpenCV, or an operator's own model by ONNX Runtime (the extra `assist`). Neither is imported here. A web
process asks one question at a time, a machine as many as it has places (`at_once`): whoever finds none free is refused
at once, so that people with a question never keep those from working who have none.
"""

import atexit
import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwork.kit.errors import Refusal
from tagwork.kit.fork_server import ChildLost, ForkServer, OutOfTime, contained_bytes

CHILD: Final = Path(__file__).with_name("vision_child.py")
MIB: Final = 1024 * 1024
# Of the box, on each side: what lies around it is what an object is told from.
MARGIN_SHARE: Final = 0.2
# A longer side of more pixels than that is shrunk before it is looked at.
LONGEST_SIDE_PX: Final = 768
# Numeric libraries start a thread for each core; a fork of many threads is half a process.
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
MEMORY_BYTES: Final = 3072 * MIB
OUTPUT_BYTES: Final = 16 * MIB

Runs = NDArray[np.int64]
Point = tuple[float, float, bool]
Rect = tuple[float, float, float, float]


class VisionBusy(Refusal):
    """`extra["retry_after_seconds"]` says when to come back."""

    code = "assist_busy"


class VisionAbsent(Refusal):
    """The library is not installed here."""

    code = "assist_absent"


class NothingFound(Refusal):
    code = "nothing_found"


class ModelRefused(Refusal):
    """A model's file is not what its contract says. The text is for an operator."""

    code = "model_refused"


@dataclass(frozen=True)
class Question:
    """`picture`: a file of the image, of any width. `box` [x, y, width, height] and `points` (x, y, whether it belongs
    to the object) are in pixels of the original, whose size is `image_size_px`."""

    picture: Path
    image_size_px: tuple[int, int]
    box: Rect
    points: tuple[Point, ...] = ()


@cache
def library_version(package: str) -> str | None:
    """None where it is not installed. Looked up by name, so that nothing heavy is imported."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def needed_width_px(image_width_px: int, crop: tuple[int, int, int, int]) -> int:
    """How wide a file of the whole image must be to show the crop at the size at which it is looked at."""
    side = max(crop[2] - crop[0], crop[3] - crop[1])
    return round(image_width_px * min(1.0, LONGEST_SIDE_PX / side))


def crop_around(box: Rect, image_size_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in whole pixels: the box with its margin, cut at the image's border."""
    x, y, width, height = box
    across, down = MARGIN_SHARE * width, MARGIN_SHARE * height
    return (
        max(0, int(x - across)),
        max(0, int(y - down)),
        min(image_size_px[0], int(np.ceil(x + width + across))),
        min(image_size_px[1], int(np.ceil(y + height + down))),
    )


class Vision:
    """One child of this process, and the places that all processes of this machine share."""

    def __init__(self) -> None:
        self._child = ForkServer(CHILD, str(MEMORY_BYTES), environment=ONE_THREAD)

    def close(self) -> None:
        self._child.close()

    def cut_out(self, asked: Question, *, wall_seconds: float, places: Path, at_once: int) -> Runs:
        """By GrabCut. Raises VisionAbsent, VisionBusy, NothingFound."""
        if library_version("opencv-python-headless") is None:
            raise VisionAbsent("The library for this help is not installed on this site.")
        with self._place(places, at_once):
            return self._runs({"do": "grabcut", **_said(asked)}, wall_seconds)

    def by_model(
        self,
        asked: Question,
        model: Path,
        contract: dict[str, Any],
        *,
        wall_seconds: float,
        places: Path,
        at_once: int,
    ) -> Runs:
        """By an operator's model. Raises VisionAbsent, VisionBusy, NothingFound, ModelRefused."""
        _need_onnx()
        with self._place(places, at_once):
            request = {"do": "model", "model": str(model), "contract": contract, **_said(asked)}
            return self._runs(request, wall_seconds)

    def check_model(self, model: Path, contract: dict[str, Any], *, wall_seconds: float) -> int:
        """Milliseconds that one look takes. Raises VisionAbsent, ModelRefused."""
        _need_onnx()
        with self._child.turn, tempfile.TemporaryDirectory(prefix="tagwork-vision-") as name:
            request = {"do": "check", "model": str(model), "contract": contract}
            try:
                return int(self._answer(request, Path(name), wall_seconds)["milliseconds"])
            except VisionBusy:
                raise ModelRefused(
                    f"It took longer than {wall_seconds:.0f} seconds, or more memory than allowed."
                ) from None

    @contextlib.contextmanager
    def _place(self, folder: Path, at_once: int) -> Iterator[None]:
        """Hold this process's child and one of the machine's places; a place is a locked file, so that it is free
        again when its holder dies. Raises VisionBusy at once."""
        if not self._child.turn.acquire(blocking=False):
            raise _busy()
        try:
            with contextlib.ExitStack() as held:
                folder.mkdir(parents=True, exist_ok=True)
                for number in range(at_once):
                    descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                    try:
                        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        os.close(descriptor)
                        continue
                    held.callback(os.close, descriptor)
                    break
                else:
                    raise _busy()
                yield
        finally:
            self._child.turn.release()

    def _runs(self, request: dict[str, Any], wall_seconds: float) -> Runs:
        with tempfile.TemporaryDirectory(prefix="tagwork-vision-") as name:
            folder = Path(name)
            self._answer(request, folder, wall_seconds)
            return np.frombuffer(contained_bytes(folder, "runs.bin", OUTPUT_BYTES), dtype="<i8").reshape(-1, 2)

    def _answer(self, request: dict[str, Any], folder: Path, wall_seconds: float) -> dict[str, Any]:
        limits = {"folder": str(folder), "cpu_seconds": int(wall_seconds) + 1, "output_bytes": OUTPUT_BYTES}
        try:
            status = self._child.status(request | limits, wall_seconds)
        except (OutOfTime, ChildLost):
            raise _busy() from None
        if status != 0:
            raise _busy()
        answer: dict[str, Any] = json.loads(contained_bytes(folder, "answer.json", MIB))
        if error := answer.get("error"):
            if error["code"] == "nothing_found":
                raise NothingFound("Nothing stands out in this box. Draw it closer, or paint the object.")
            if "model" in request:
                raise ModelRefused(error["message"])
            raise RuntimeError(f"vision: {error['code']}: {error['message']}")
        return answer


def _said(asked: Question) -> dict[str, Any]:
    return {
        "picture": str(asked.picture),
        "image_size": asked.image_size_px,
        "crop": crop_around(asked.box, asked.image_size_px),
        "box": asked.box,
        "points": asked.points,
    }


def _need_onnx() -> None:
    if library_version("onnxruntime") is None or library_version("opencv-python-headless") is None:
        raise VisionAbsent("The libraries for models are not installed on this site: the extra named assist.")


def _busy() -> VisionBusy:
    return VisionBusy(
        "Others are asking for help with marking right now. Try again in a moment.", retry_after_seconds=1
    )


vision = Vision()
atexit.register(vision.close)
