"""Help with a region: found in a child with limits, the same each time, and never by making others wait."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tagwork.core.masks import decode, mask_of_runs
from tagwork.kit import vision
from tagwork.kit.vision import ModelRefused, NothingFound, Question, Vision, VisionBusy
from tests.builders import onnx_models

WIDTH_PX, HEIGHT_PX = 600, 400
DISC = (220, 100, 420, 300)
AROUND: vision.Rect = (200, 80, 240, 240)
# A machine five times slower than the slowest we know.
PATIENT = {"wall_seconds": 60.0, "at_once": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vision")


@pytest.fixture(scope="module")
def photo(folder: Path) -> Path:
    """A red disc on a grainy green ground; nothing in it is exact."""
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (70, 120, 60))
    ImageDraw.Draw(picture).ellipse(DISC, fill=(190, 60, 50))
    grain = np.random.default_rng(7).normal(0, 12, (HEIGHT_PX, WIDTH_PX, 3))
    noisy = np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)
    path = folder / "disc.jpg"
    Image.fromarray(noisy).save(path, quality=92)
    return path


@pytest.fixture(scope="module")
def seer() -> Iterator[Vision]:
    made = Vision()
    yield made
    made.close()


def pixels(runs: vision.Runs, width_px: int = WIDTH_PX, height_px: int = HEIGHT_PX) -> np.ndarray:
    return decode(mask_of_runs(runs[:, 0], runs[:, 1], height_px, width_px))


def disc(width_px: int = WIDTH_PX, height_px: int = HEIGHT_PX) -> np.ndarray:
    """By the equation of the circle, at pixel centres."""
    scale = width_px / WIDTH_PX
    x, y = np.meshgrid((np.arange(width_px) + 0.5) / scale, (np.arange(height_px) + 0.5) / scale)
    centre_x, centre_y = (DISC[0] + DISC[2]) / 2, (DISC[1] + DISC[3]) / 2
    return np.asarray((x - centre_x) ** 2 + (y - centre_y) ** 2 <= 100**2)


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_grabcut_finds_the_disc_and_finds_it_the_same_again(seer: Vision, photo: Path, folder: Path) -> None:
    asked = Question(photo, (WIDTH_PX, HEIGHT_PX), AROUND)
    first = seer.cut_out(asked, places=folder / "places", **PATIENT)
    assert iou(pixels(first), disc()) > 0.97
    assert np.array_equal(first, seer.cut_out(asked, places=folder / "places", **PATIENT))


def test_a_small_file_of_a_large_photograph_answers_in_pixels_of_the_photograph(
    seer: Vision, photo: Path, folder: Path
) -> None:
    large = (4 * WIDTH_PX, 4 * HEIGHT_PX)
    box = (4 * AROUND[0], 4 * AROUND[1], 4 * AROUND[2], 4 * AROUND[3])
    runs = seer.cut_out(Question(photo, large, box), places=folder / "places", **PATIENT)
    assert iou(pixels(runs, *large), disc(*large)) > 0.97


def test_nothing_is_found_beyond_the_box_and_a_place_that_does_not_belong_is_left_out(
    seer: Vision, photo: Path, folder: Path
) -> None:
    half: vision.Rect = (200, 80, 120, 240)
    found = pixels(seer.cut_out(Question(photo, (WIDTH_PX, HEIGHT_PX), half), places=folder / "places", **PATIENT))
    assert not found[:, 320:].any() and not found[:, :200].any()
    told = ((300.0, 200.0, True), (210.0, 90.0, False))
    asked = Question(photo, (WIDTH_PX, HEIGHT_PX), AROUND, told)
    found = pixels(seer.cut_out(asked, places=folder / "places", **PATIENT))
    assert found[200, 300] and not found[90, 210]


def test_a_box_of_the_whole_image_has_an_answer(seer: Vision, photo: Path, folder: Path) -> None:
    asked = Question(photo, (WIDTH_PX, HEIGHT_PX), (0, 0, WIDTH_PX, HEIGHT_PX))
    assert iou(pixels(seer.cut_out(asked, places=folder / "places", **PATIENT)), disc()) > 0.9


def test_whoever_finds_no_place_is_refused_at_once_and_a_place_is_free_again(
    seer: Vision, photo: Path, folder: Path
) -> None:
    asked = Question(photo, (WIDTH_PX, HEIGHT_PX), AROUND)
    other = Vision()  # another process of the machine: it has a child of its own and shares the places
    with seer._place(folder / "few", 1):
        with pytest.raises(VisionBusy) as refused:
            other.cut_out(asked, places=folder / "few", **PATIENT)
        assert refused.value.extra == {"retry_after_seconds": 1}
        with pytest.raises(VisionBusy):
            seer.cut_out(asked, places=folder / "few", wall_seconds=60, at_once=2)
    assert len(seer.cut_out(asked, places=folder / "few", **PATIENT)) > 0
    other.close()


def test_what_takes_too_long_is_given_up_and_the_next_question_is_answered(
    photo: Path, folder: Path, seer: Vision
) -> None:
    asked = Question(photo, (WIDTH_PX, HEIGHT_PX), AROUND)
    with pytest.raises(VisionBusy):
        seer.cut_out(asked, wall_seconds=0.001, places=folder / "places", at_once=1)
    assert len(seer.cut_out(asked, places=folder / "places", **PATIENT)) > 0


def test_the_child_knows_nothing_of_our_environment(seer: Vision, photo: Path, folder: Path) -> None:
    seer.cut_out(Question(photo, (WIDTH_PX, HEIGHT_PX), AROUND), places=folder / "places", **PATIENT)
    assert seer._child._child is not None
    names = Path(f"/proc/{seer._child._child.pid}/environ").read_bytes()
    assert b"SECRET" not in names and b"DATABASE" not in names and b"TAGWORK" not in names


def test_a_model_answers_for_the_part_in_the_box(seer: Vision, photo: Path, folder: Path) -> None:
    from tagwork.core.assist_models import read_contract

    for number, content in enumerate([onnx_models.red_less_blue(), onnx_models.red_less_blue(with_box=True)]):
        model = folder / f"{number}.onnx"
        model.write_bytes(content)
        contract = read_contract(onnx_models.contract(content, box="box" if number else None))
        assert seer.check_model(model, contract, wall_seconds=60) >= 0
        asked = Question(photo, (WIDTH_PX, HEIGHT_PX), AROUND)
        runs = seer.by_model(asked, model, contract, places=folder / "places", **PATIENT)
        # 64 pixels across 336: the border is off by up to two pixels of the photograph.
        assert iou(pixels(runs), disc()) > 0.95
        elsewhere = Question(photo, (WIDTH_PX, HEIGHT_PX), (10, 10, 100, 60))
        with pytest.raises(NothingFound):
            seer.by_model(elsewhere, model, contract, places=folder / "places", **PATIENT)


@pytest.mark.parametrize(
    ("content", "changes", "word"),
    [
        (b"not a model", {}, "opened"),
        (onnx_models.red_less_blue(), {"input": {"name": "photo", "width_px": 64, "height_px": 64}}, "inputs"),
        (onnx_models.red_less_blue(), {"input": {"name": "image", "width_px": 96, "height_px": 64}}, "image"),
        (onnx_models.red_less_blue(), {"output": {"name": "scores"}}, "outputs"),
        (onnx_models.red_less_blue(), {"box": "box"}, "inputs"),
        (onnx_models.red_less_blue(shape=[2, 3, 64, 64]), {}, "image"),
        (onnx_models.red_less_blue(scale=float("inf")), {}, "finite"),
    ],
)
def test_a_model_that_is_not_what_its_contract_says_is_refused_with_the_reason(
    seer: Vision, folder: Path, content: bytes, changes: dict, word: str
) -> None:
    from tagwork.core.assist_models import read_contract

    model = folder / "wrong.onnx"
    model.write_bytes(content)
    with pytest.raises(ModelRefused, match=word):
        # A name of its own: the child keeps the last model it read.
        copy = model.rename(folder / f"{word}-{len(list(folder.iterdir()))}.onnx")
        seer.check_model(copy, read_contract(onnx_models.contract(content, **changes)), wall_seconds=60)


def test_a_picture_that_cannot_be_read_is_a_fault_of_ours(seer: Vision, folder: Path) -> None:
    (folder / "none.jpg").write_bytes(b"none")
    asked = Question(folder / "none.jpg", (WIDTH_PX, HEIGHT_PX), AROUND)
    with pytest.raises(RuntimeError, match="unreadable"):
        seer.cut_out(asked, places=folder / "places", **PATIENT)


def test_this_side_never_imports_what_looks_at_pictures() -> None:
    import subprocess
    import sys

    code = "import sys, tagwork.kit.vision; sys.exit('cv2' in sys.modules or 'onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_file_that_is_read_is_no_larger_than_it_must_be() -> None:
    crop = vision.crop_around((1000, 1000, 1000, 500), (4000, 3000))
    assert crop == (800, 900, 2200, 1600)
    # 1,400 px of the original are looked at on 768: the whole image at 4,000 x 768 / 1,400.
    assert vision.needed_width_px(4000, crop) == 2194
    assert vision.needed_width_px(4000, (0, 0, 300, 200)) == 4000
    assert vision.crop_around((0, 0, 64, 48), (64, 48)) == (0, 0, 64, 48)
