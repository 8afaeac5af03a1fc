"""The limited half of `vision`: started as a file, imports numpy, OpenCV and ONNX Runtime and nothing of ours.

It forks for each request (fork_server). Places are pixels of the original image; the picture that is read may be a
smaller file of it. An operator's model is read by this process, which keeps the last one, and not by the fork: the file
is the operator's own, and reading it for each question would cost more than the question.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import cv2
import numpy as np

# Cut at this size: the time of GrabCut grows faster than its pixels, and its border is sharpened afterwards.
CUT_SIDE_PX = 224
CUT_ROUNDS = 3
# The border is drawn along the picture's own edges at this size.
EDGE_SIDE_PX = 768
EDGE_EPSILON = 1e-3
# What is smaller than this share of the largest part is a speck, or a hole to be filled.
SPECK_SHARE = 0.05
POINT_RADIUS_PX = 2
GREY = 128


class Refusal(Exception):
    """`code` for a program, the text for the operator who registers a model."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(text or code)
        self.code = code


class Crop:
    """The part of the picture that is looked at: as a file's pixels, and where it lies in the original."""

    def __init__(self, request: dict[str, Any]) -> None:
        picture = cv2.imread(request["picture"], cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        if picture is None:
            raise Refusal("unreadable")
        self.width_px, self.height_px = request["image_size"]
        rows, columns = picture.shape[:2]
        self.scale = np.array([columns / self.width_px, rows / self.height_px])
        x0, y0, x1, y1 = request["crop"]
        low = np.floor(np.array([x0, y0]) * self.scale).astype(int)
        high = np.minimum(np.ceil(np.array([x1, y1]) * self.scale).astype(int), [columns, rows])
        high = np.maximum(high, low + 1)
        self.pixels = picture[low[1] : high[1], low[0] : high[0]]
        self.origin = low / self.scale
        # The same part in whole pixels of the original; off by less than a pixel of the file.
        self.left, self.top = (int(value) for value in np.round(low / self.scale))
        self.right, self.bottom = (int(value) for value in np.round(high / self.scale))

    def sized(self, side_px: int) -> Any:
        """The pixels, shrunk so that the longer side has at most `side_px`."""
        rows, columns = self.pixels.shape[:2]
        shrink = min(1.0, side_px / max(rows, columns))
        size = (max(1, round(columns * shrink)), max(1, round(rows * shrink)))
        return cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA)

    def placed(self, points: Any, shape: tuple[int, int]) -> Any:
        """Points of the original as points of the crop shown at `shape` (rows, columns)."""
        rows, columns = shape
        whole = np.array([self.pixels.shape[1], self.pixels.shape[0]]) / self.scale
        return (np.asarray(points, dtype=float) - self.origin) * np.array([columns, rows]) / whole


def within(crop: Crop, box: list[float], shape: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of the crop at `shape` that the box covers; at least one of each."""
    (x0, y0), (x1, y1) = crop.placed([box[:2], [box[0] + box[2], box[1] + box[3]]], shape)
    rows, columns = shape
    left, top = min(max(round(x0), 0), columns - 1), min(max(round(y0), 0), rows - 1)
    right, bottom = min(max(round(x1), left + 1), columns), min(max(round(y1), top + 1), rows)
    return slice(top, bottom), slice(left, right)


def tidied(region: Any) -> Any:
    """Without specks and pinholes: parts of less than SPECK_SHARE of the largest part."""
    for value in (1, 0):
        found, labels, figures, _ = cv2.connectedComponentsWithStats((region == value).astype(np.uint8), connectivity=4)
        if found < 2:
            continue
        areas = figures[1:, cv2.CC_STAT_AREA]
        largest = areas.max() if value == 1 else max(1, int((region == 1).sum()))
        small = np.flatnonzero(areas < SPECK_SHARE * largest) + 1
        region = np.where(np.isin(labels, small), 1 - value, region).astype(np.uint8)
    return region


def along_edges(pixels: Any, region: Any, radius_px: int) -> Any:
    """`region` (0 to 1, of the same size) drawn along the edges of the picture: the guided filter (He, Sun and Tang,
    ECCV 2010), once for each channel, in place of one with a 3 x 3 matrix for each pixel."""
    window = (2 * radius_px + 1, 2 * radius_px + 1)

    def mean(values: Any) -> Any:
        return cv2.boxFilter(values, cv2.CV_32F, window)

    wanted, mean_wanted = region.astype(np.float32), mean(region.astype(np.float32))
    found = np.zeros_like(wanted)
    for channel in cv2.split(pixels):
        guide = channel.astype(np.float32) / 255
        mean_guide = mean(guide)
        slope = (mean(guide * wanted) - mean_guide * mean_wanted) / (
            mean(guide * guide) - mean_guide * mean_guide + EDGE_EPSILON
        )
        found += mean(slope) * guide + mean(mean_wanted - slope * mean_guide)
    return found / 3


def grab_cut(crop: Crop, request: dict[str, Any]) -> Any:
    """What stands out in the box (Rother, Kolmogorov and Blake, SIGGRAPH 2004), 0 to 1 at some size of the crop."""
    small = crop.sized(CUT_SIDE_PX)
    rows, columns = small.shape[:2]
    state = np.full((rows, columns), cv2.GC_BGD, np.uint8)
    inside = within(crop, request["box"], (rows, columns))
    state[inside] = cv2.GC_PR_FGD
    if not (state == cv2.GC_BGD).any():
        # A box of the whole image: without any background there is nothing to tell the object from.
        state[[0, -1], :] = cv2.GC_BGD
        state[:, [0, -1]] = cv2.GC_BGD
    for x, y, belongs in request["points"]:
        at_x, at_y = crop.placed([x, y], (rows, columns))
        place = (int(at_x), int(at_y))
        cv2.circle(state, place, POINT_RADIUS_PX, int(cv2.GC_FGD if belongs else cv2.GC_BGD), -1)
    if not ((state == cv2.GC_PR_FGD) | (state == cv2.GC_FGD)).any():
        raise Refusal("nothing_found")
    cv2.setRNGSeed(1)  # the same question has the same answer
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(small, state, (0, 0, 1, 1), background, foreground, CUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    region = tidied((state & 1).astype(np.uint8))
    fine = crop.sized(EDGE_SIDE_PX)
    if fine.shape == small.shape:
        return region.astype(np.float32)
    grown = cv2.resize(region.astype(np.float32), (fine.shape[1], fine.shape[0]), interpolation=cv2.INTER_LINEAR)
    return along_edges(fine, grown, max(1, round(1.5 * fine.shape[1] / columns)))


def model_input(contract: dict[str, Any], pixels: Any, box: Any) -> dict[str, Any]:
    """What the model is fed: RGB as [1, 3, height, width], (value / 255 - mean) / deviation; the box where it asks."""
    given = contract["input"]
    shown = cv2.resize(pixels, (given["width_px"], given["height_px"]), interpolation=cv2.INTER_AREA)
    values = cv2.cvtColor(shown, cv2.COLOR_BGR2RGB).astype(np.float32) / 255
    values = (values - np.float32(given["mean"])) / np.float32(given["deviation"])
    fed = {given["name"]: np.ascontiguousarray(values.transpose(2, 0, 1)[None], dtype=np.float32)}
    if contract.get("box"):
        fed[contract["box"]] = np.asarray(box, dtype=np.float32).reshape(1, 4)
    return fed


def model_output(session: Any, contract: dict[str, Any], fed: dict[str, Any]) -> Any:
    """Scores as [height, width]. Raises Refusal for anything else."""
    [scores] = session.run([contract["output"]["name"]], fed)
    if getattr(scores, "ndim", 0) < 2 or scores.size != scores.shape[-1] * scores.shape[-2]:
        raise Refusal("model_refused", f"The output has the shape {getattr(scores, 'shape', '?')}, not [1, 1, h, w].")
    scores = np.asarray(scores, dtype=np.float32).reshape(scores.shape[-2:])
    if not np.isfinite(scores).all():
        raise Refusal("model_refused", "The output holds numbers that are not finite.")
    return scores


def by_model(session: Any, crop: Crop, request: dict[str, Any]) -> Any:
    contract = request["contract"]
    shape = (contract["input"]["height_px"], contract["input"]["width_px"])
    x, y, width, height = request["box"]
    corners = crop.placed([[x, y], [x + width, y + height]], shape).ravel()
    scores = model_output(session, contract, model_input(contract, crop.pixels, corners))
    # Above the threshold is 0.5 and more, as everywhere here.
    return scores - np.float32(contract["output"]["threshold"]) + np.float32(0.5)


def runs_of(crop: Crop, region: Any, box: list[float]) -> Any:
    """Runs of the object down the columns of the whole original, [start, end) by x * height + y: int64 of [n, 2]."""
    size = (crop.right - crop.left, crop.bottom - crop.top)
    grown = cv2.resize(region, size, interpolation=cv2.INTER_LINEAR) > 0.5
    x0, y0, x1, y1 = box[0], box[1], box[0] + box[2], box[1] + box[3]
    # Nothing beyond the box: pixels whose centre is in it.
    columns = np.arange(crop.left, crop.right) + 0.5
    rows = np.arange(crop.top, crop.bottom) + 0.5
    grown[:, (columns < x0) | (columns > x1)] = False
    grown[(rows < y0) | (rows > y1), :] = False
    padded = np.zeros((grown.shape[1], grown.shape[0] + 2), np.int8)
    padded[:, 1:-1] = grown.T
    steps = np.diff(padded, axis=1)
    column, start = np.nonzero(steps == 1)
    _, end = np.nonzero(steps == -1)
    before = (column + crop.left).astype(np.int64) * crop.height_px + crop.top
    return np.stack([before + start, before + end], axis=1)


def answered(request: dict[str, Any], session: Any, folder: Path) -> dict[str, Any]:
    if request["do"] == "check":
        return checked(session, request["contract"])
    crop = Crop(request)
    region = grab_cut(crop, request) if request["do"] == "grabcut" else by_model(session, crop, request)
    runs = runs_of(crop, region, request["box"])
    if len(runs) == 0:
        raise Refusal("nothing_found")
    (folder / "runs.bin").write_bytes(runs.astype("<i8").tobytes())
    return {}


def checked(session: Any, contract: dict[str, Any]) -> dict[str, Any]:
    """Does the model take and give what its contract says? Raises Refusal."""
    height, width = contract["input"]["height_px"], contract["input"]["width_px"]
    wanted = {contract["input"]["name"]: [1, 3, height, width]}
    if contract.get("box"):
        wanted[contract["box"]] = [1, 4]
    inputs = {one.name: one for one in session.get_inputs()}
    if inputs.keys() != wanted.keys():
        raise Refusal("model_refused", f"Its inputs are {sorted(inputs)}, the contract names {sorted(wanted)}.")
    for name, shape in wanted.items():
        found = inputs[name]
        open_or_same = len(found.shape) == len(shape) and all(
            not isinstance(have, int) or have == want for have, want in zip(found.shape, shape, strict=True)
        )
        if found.type != "tensor(float)" or not open_or_same:
            raise Refusal("model_refused", f"Input {name} is {found.type} {found.shape}, not tensor(float) {shape}.")
    outputs = [one.name for one in session.get_outputs()]
    if contract["output"]["name"] not in outputs:
        raise Refusal("model_refused", f"Its outputs are {outputs}, the contract names {contract['output']['name']}.")
    began = time.perf_counter()
    pixels = np.full((height, width, 3), GREY, np.uint8)
    model_output(session, contract, model_input(contract, pixels, [0.1 * width, 0.1 * height, 0.9 * width, height]))
    return {"milliseconds": round(1000 * (time.perf_counter() - began))}


def limit(request: dict[str, Any]) -> None:
    for what, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, request["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, request["output_bytes"]),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (value, value))


def work(request: dict[str, Any], session: Any) -> NoReturn:
    folder = Path(request["folder"])
    try:
        limit(request)
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # stdin and stdout belong to the protocol
            os.dup2(quiet, stream)
        try:
            if isinstance(session, Refusal):
                raise session
            answer = answered(request, session, folder)
        except Refusal as refusal:
            answer = {"error": {"code": refusal.code, "message": str(refusal)}}
        except MemoryError:
            answer = {"error": {"code": "too_large", "message": "more memory than is allowed"}}
        except Exception as error:
            # A model's own failure is for the operator's eyes; a picture's is a fault of ours and is logged there.
            answer = {"error": {"code": "failed", "message": f"{type(error).__name__}: {error}"[:500]}}
        (folder / "answer.json").write_text(json.dumps(answer))
    except BaseException:
        os._exit(1)
    os._exit(0)


def opened(path: str) -> Any:
    """A session of one thread, so that a fork of this process finds it whole; a Refusal where it cannot be read."""
    try:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 4
        # From bytes: a file beside it (external weights) is never followed.
        return onnxruntime.InferenceSession(Path(path).read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        return Refusal("model_refused", f"It cannot be opened: {error}"[:500])


def main() -> None:
    cv2.setNumThreads(1)
    memory_bytes = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    model, session = "", None
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        wanted = request.get("model", "")
        if wanted and wanted != model:
            model, session = wanted, opened(wanted)
        pid = os.fork()
        if pid == 0:
            work(request, session if wanted else None)
        _, status = os.waitpid(pid, 0)
        sys.stdout.buffer.write(b"%d\n" % status)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
