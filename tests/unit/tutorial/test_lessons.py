"""The lessons themselves: what they show is what they say, and a perfect answer passes."""

import pytest

from tagwork.core.annotations import validate_answer
from tagwork.core.schema import TEXT, parse_schema
from tagwork.core.scoring import REASON_CODES, Score, score_answer
from tagwork.core.shapes import SHAPES
from tagwork.tutorial.lessons import GATE, LESSONS, LESSONS_BY_ID, lesson_for, lesson_for_schema, task_types_of
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson
from tagwork.tutorial.operations.check_item import THRESHOLDS
from tagwork.tutorial.scenes import HEIGHT_PX, WIDTH_PX
from tests.builders.tutorial import perfect_answer

ITEMS = [(lesson, item) for lesson in LESSONS for item in lesson.items]
SIZE = (WIDTH_PX, HEIGHT_PX)


def scored(lesson: Lesson, item: Item, annotations: list[dict[str, object]], nothing: bool = False) -> Score:
    answer = validate_answer(lesson.schema, annotations, [SIZE], nothing)
    expected = perfect_answer(lesson, item)["annotations"]
    return score_answer(lesson.schema, expected, answer.annotations, [SIZE], THRESHOLDS)


def test_the_gate_has_a_lesson_for_each_kind_of_work_and_every_lesson_one_guided_and_two_checked_items() -> None:
    assert [lesson.id for lesson in GATE] == ["classification", "detection", "segmentation"]
    assert LESSONS[:3] == GATE
    for lesson in LESSONS:
        assert [item.kind for item in lesson.items] == [GUIDED, CHECKED, CHECKED]


def test_every_kind_of_answer_has_its_lesson() -> None:
    kinds = {kind for lesson in LESSONS for label in lesson.schema.labels for kind in label.kinds}
    assert kinds == {*SHAPES, TEXT}
    choose = {group.choose for lesson in LESSONS for group in lesson.schema.tags}
    assert choose == {"one", "many"}
    turned = LESSONS_BY_ID["turned-boxes"]
    assert turned.schema.labels[0].kinds == ("box",)


TYPES = ("classification", "detection", "segmentation", "transcription", "points", "lines", "custom")


@pytest.mark.parametrize("task_type", TYPES)
def test_every_task_type_has_a_lesson_that_refreshes_it(task_type: str) -> None:
    assert lesson_for(task_type) == task_type
    assert LESSONS_BY_ID[task_type].schema.task_type == task_type
    assert task_types_of(task_type) == [task_type]


@pytest.mark.parametrize(
    ("labels", "lesson"),
    [
        ([{"name": "a", "kinds": ["box"]}], "detection"),
        ([{"name": "a", "kinds": ["ellipse"]}], "ellipses"),
        ([{"name": "a", "kinds": ["skeleton"], "keypoints": ["x", "y"], "edges": []}], "skeletons"),
        ([{"name": "a", "kinds": ["mask"]}], "masks"),
        ([{"name": "a", "kinds": ["cuboid"]}], "cuboids"),
        ([{"name": "a", "kinds": ["polygon", "mask"]}], "segmentation"),
        ([{"name": "a", "kinds": ["box"]}, {"name": "b", "kinds": ["point"]}], "custom"),
        ([{"name": "a", "kinds": ["box", "text"]}], "transcription"),
    ],
)
def test_a_project_is_practised_by_the_lesson_nearest_to_it(labels: list[dict[str, object]], lesson: str) -> None:
    assert lesson_for_schema(parse_schema({"labels": labels})) == lesson


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_way_to_fail_has_its_sentence(lesson: Lesson) -> None:
    assert set(lesson.why) <= {"passed", *REASON_CODES}
    reachable = set()
    if lesson.schema.labels:
        reachable |= {"missed_object", "extra_object", "imprecise_shape", "wrong_nothing"}
    if lesson.schema.tags:
        reachable.add("wrong_tag")
    if any(label.has_text for label in lesson.schema.labels):
        reachable.add("wrong_text")
    if any(label.attributes for label in lesson.schema.labels):
        reachable.add("wrong_attribute")
    assert set(lesson.why) == {"passed"} | reachable
    for sentence in lesson.why.values():
        assert sentence.endswith(".") and len(sentence) < 140


@pytest.mark.parametrize(("lesson", "item"), ITEMS, ids=lambda part: part.id)
def test_a_perfect_answer_is_valid_and_passes(lesson: Lesson, item: Item) -> None:
    perfect = perfect_answer(lesson, item)
    score = scored(lesson, item, perfect["annotations"], perfect["nothing_to_mark"])
    assert score.passed
    assert score.similarity == pytest.approx(1.0)


def test_the_pictures_show_what_the_instructions_say() -> None:
    def truth(lesson_id: str, number: int) -> list[str]:
        lesson = LESSONS_BY_ID[lesson_id]
        return [str(one["label"]) for one in perfect_answer(lesson, lesson.items[number])["annotations"]]

    assert [truth("classification", n) for n in range(3)] == [["sun"], ["rain"], ["cloud"]]
    assert [truth("detection", n) for n in range(3)] == [["apple"], ["apple"] * 3, []]
    assert [truth("segmentation", n) for n in range(3)] == [["starfish"], ["starfish"], ["starfish"] * 2]
    assert [truth("points", n) for n in range(3)] == [["pin"] * 2, ["pin"] * 3, ["pin"] * 3]
    assert [truth("lines", n) for n in range(3)] == [["cord"], ["cord"], []]
    assert [truth("turned-boxes", n) for n in range(3)] == [["card"], ["card"], ["card"] * 2]
    assert [truth("ellipses", n) for n in range(3)] == [["dish"], ["dish"], ["dish"] * 2]
    assert [truth("skeletons", n) for n in range(3)] == [["lamp"], ["lamp"], []]
    assert [truth("masks", n) for n in range(3)] == [["scallop"]] * 3
    assert [truth("cuboids", n) for n in range(3)] == [["crate"], ["crate"] * 2, ["crate"] * 2]
    assert [truth("transcription", n) for n in range(3)] == [["sign"] * 2, ["sign"] * 4, ["sign"] * 4]
    assert [truth("custom", n) for n in range(3)] == [
        ["apple", "lemon", "pear", "apple"],
        ["apple", "lemon", "apple", "apple"],
        ["apple", "lemon", "pear", "apple", "apple", "apple"],
    ]
    texts = [
        one["text"]
        for item in LESSONS_BY_ID["transcription"].items
        for one in perfect_answer(LESSONS_BY_ID["transcription"], item)["annotations"]
        if one["kind"] == "text"
    ]
    assert texts == ["BEACH", "HARBOR", "ONE WAY", "PINE LAKE 4 km", "STOP"]


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


def test_a_front_round_the_whole_crate_does_not_pass_and_corners_a_little_off_do() -> None:
    lesson = LESSONS_BY_ID["cuboids"]
    (expected,) = perfect_answer(lesson, lesson.items[0])["annotations"]
    front, back = expected["cuboid"]
    xs, ys = [x for x, _ in (*front, *back)], [y for _, y in (*front, *back)]
    left, top, right, bottom = min(xs), min(ys), max(xs) - 20, max(ys)
    around = [[left, top + 20], [right, top + 20], [right, bottom], [left, bottom]]
    boxed = [around, [[x + 20, y - 20] for x, y in around]]
    score = scored(lesson, lesson.items[0], [{**expected, "cuboid": boxed}])
    assert (score.passed, score.reason_code) == (False, "imprecise_shape")
    # Each visible corner up to 5 px off, and the one that nobody can see (the back's at the bottom left) 30 px.
    wobbly = [[[x + 5 * (-1) ** n, y + 5] for n, (x, y) in enumerate(face)] for face in (front, back)]
    wobbly[1][3] = [back[3][0] + 30, back[3][1] - 10]
    assert scored(lesson, lesson.items[0], [{**expected, "cuboid": wobbly}]).passed
