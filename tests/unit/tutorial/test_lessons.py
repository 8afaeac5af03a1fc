"""The lessons themselves: what they show is what they say, and a perfect answer passes."""

import pytest

from tagwork.core.annotations import validate_answer
from tagwork.core.scoring import REASON_CODES, Score, score_answer
from tagwork.tutorial.lessons import LESSONS, LESSONS_BY_ID, lesson_for
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson
from tagwork.tutorial.operations.check_item import THRESHOLDS
from tagwork.tutorial.scenes import HEIGHT_PX, WIDTH_PX, rendering_of
from tests.builders.tutorial import perfect_answer

ITEMS = [(lesson, item) for lesson in LESSONS for item in lesson.items]
SIZE = (WIDTH_PX, HEIGHT_PX)


def scored(lesson: Lesson, item: Item, annotations: list[dict[str, object]], nothing: bool = False) -> Score:
    answer = validate_answer(lesson.schema, annotations, [SIZE], nothing)
    expected = lesson.expected(rendering_of(lesson, item).truth)
    return score_answer(lesson.schema, expected, answer.annotations, [SIZE], THRESHOLDS)


def test_there_is_a_lesson_for_each_kind_of_work_with_one_guided_and_two_checked_items() -> None:
    assert [lesson.id for lesson in LESSONS] == ["classification", "detection", "segmentation"]
    for lesson in LESSONS:
        assert [item.kind for item in lesson.items] == [GUIDED, CHECKED, CHECKED]
        assert lesson.schema.task_type == lesson.id


@pytest.mark.parametrize(
    ("task_type", "lesson"),
    [
        ("classification", "classification"),
        ("detection", "detection"),
        ("segmentation", "segmentation"),
        ("transcription", "detection"),
        ("points", "detection"),
        ("lines", "segmentation"),
        ("custom", "detection"),
    ],
)
def test_every_task_type_has_a_lesson_that_refreshes_it(task_type: str, lesson: str) -> None:
    assert lesson_for(task_type) == lesson


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_way_to_fail_has_its_sentence(lesson: Lesson) -> None:
    assert set(lesson.why) <= {"passed", *REASON_CODES}
    reachable = (
        {"wrong_tag"}
        if lesson.id == "classification"
        else {
            "missed_object",
            "extra_object",
            "imprecise_shape",
            "wrong_nothing",
        }
    )
    assert set(lesson.why) == {"passed"} | reachable
    for sentence in lesson.why.values():
        assert sentence.endswith(".") and len(sentence) < 140


@pytest.mark.django_db
@pytest.mark.parametrize(("lesson", "item"), ITEMS, ids=lambda part: part.id)
def test_a_perfect_answer_is_valid_and_passes(lesson: Lesson, item: Item) -> None:
    perfect = perfect_answer(lesson, item)
    score = scored(lesson, item, perfect["annotations"], perfect["nothing_to_mark"])
    assert score.passed
    assert score.similarity == pytest.approx(1.0)


@pytest.mark.django_db
def test_the_pictures_show_what_the_instructions_say() -> None:
    def truth(lesson_id: str, number: int) -> list[str]:
        lesson = LESSONS_BY_ID[lesson_id]
        return [str(one["label"]) for one in lesson.expected(rendering_of(lesson, lesson.items[number]).truth)]

    assert [truth("classification", n) for n in range(3)] == [["sun"], ["rain"], ["cloud"]]
    assert [truth("detection", n) for n in range(3)] == [["apple"], ["apple"] * 3, []]
    assert [truth("segmentation", n) for n in range(3)] == [["starfish"], ["starfish"], ["starfish"] * 2]


@pytest.mark.django_db
def test_a_box_one_sixth_too_wide_passes_and_one_half_too_wide_does_not() -> None:
    # A box with the right height that is wider by a share s has an IoU of 1 / (1 + s): 6/7 = 0.857, 1/1.5 = 0.667.
    lesson = LESSONS_BY_ID["detection"]
    item = lesson.items[1]
    given = perfect_answer(lesson, item)["annotations"]

    def widened(share: float) -> list[dict[str, object]]:
        return [
            {**one, "box": [one["box"][0], one["box"][1], one["box"][2] * (1 + share), one["box"][3]]} for one in given
        ]

    assert scored(lesson, item, widened(1 / 6)).passed
    score = scored(lesson, item, widened(1 / 2))
    assert (score.passed, score.reason_code) == (False, "imprecise_shape")


@pytest.mark.django_db
def test_a_starfish_drawn_with_a_point_at_each_tip_and_bend_passes() -> None:
    # Ten points are what the instruction asks for: of the outline's vertices, the farthest from the centre and the
    # nearest to it in each of five sectors.
    import math

    lesson = LESSONS_BY_ID["segmentation"]
    item = lesson.items[0]
    (expected,) = perfect_answer(lesson, item)["annotations"]
    ring = expected["polygon"][0]
    x, y = (sum(point[axis] for point in ring) / len(ring) for axis in (0, 1))
    polar = sorted((math.atan2(py - y, px - x), math.hypot(px - x, py - y), (px, py)) for px, py in ring)
    tips: list[tuple[float, float, tuple[float, float]]] = []
    for one in sorted(polar, key=lambda vertex: -vertex[1]):
        if all(abs(math.remainder(one[0] - tip[0], math.tau)) > 0.7 for tip in tips) and len(tips) < 5:
            tips.append(one)
    tips.sort()
    points = []
    for tip, following in zip(tips, [*tips[1:], tips[0]], strict=True):
        width = (following[0] - tip[0]) % math.tau
        between = [one for one in polar if 0 < (one[0] - tip[0]) % math.tau < width]
        points += [list(tip[2]), list(min(between, key=lambda vertex: vertex[1])[2])]
    assert len(points) == 10
    score = scored(lesson, item, [{**expected, "polygon": [points]}])
    assert score.passed, score
