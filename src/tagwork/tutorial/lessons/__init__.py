"""The lessons; each is a file beside this one.

The three of the gate open paid work, in the order in which they are taken. The others practise one more way of marking
each: a retraining or a refresher asks for the one that fits the work.
"""

from typing import Final

from tagwork.core.schema import LabelSchema
from tagwork.tutorial.lessons import (
    classification,
    cuboids,
    custom,
    detection,
    ellipses,
    lines,
    masks,
    points,
    segmentation,
    skeletons,
    transcription,
    turned_boxes,
)
from tagwork.tutorial.lessons.lesson import Lesson

GATE: Final[tuple[Lesson, ...]] = (classification.LESSON, detection.LESSON, segmentation.LESSON)
LESSONS: Final[tuple[Lesson, ...]] = (
    *GATE,
    points.LESSON,
    lines.LESSON,
    transcription.LESSON,
    turned_boxes.LESSON,
    ellipses.LESSON,
    skeletons.LESSON,
    masks.LESSON,
    cuboids.LESSON,
    custom.LESSON,
)
LESSONS_BY_ID: Final = {lesson.id: lesson for lesson in LESSONS}
GATE_IDS: Final = tuple(lesson.id for lesson in GATE)

# Kinds that are drawn in their own way, though their task type has another lesson.
_OF_KIND: Final = {"skeleton": "skeletons", "ellipse": "ellipses", "mask": "masks", "cuboid": "cuboids"}


def task_types_of(lesson_id: str) -> list[str]:
    """The task types that this lesson practises: its own alone. That of a way of marking retrains nothing else."""
    return [lesson_id]


def lesson_for(task_type: str) -> str:
    """The id of the lesson that practises this task type."""
    return task_type if task_type in LESSONS_BY_ID else custom.LESSON.id


def lesson_for_schema(schema: LabelSchema) -> str:
    """The id of the lesson nearest to what a project asks: its task type's, or that of the one kind it draws by."""
    kinds = {kind for label in schema.labels for kind in label.shape_kinds}
    if len(kinds) == 1 and schema.task_type in ("detection", "points", "segmentation"):
        return _OF_KIND.get(kinds.pop(), lesson_for(schema.task_type))
    return lesson_for(schema.task_type)
