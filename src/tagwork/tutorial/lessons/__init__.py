"""The lessons, in the order in which they are taken; each is a file beside this one."""

from typing import Final

from tagwork.tutorial.lessons import classification, detection, segmentation
from tagwork.tutorial.lessons.lesson import Lesson

LESSONS: Final[tuple[Lesson, ...]] = (classification.LESSON, detection.LESSON, segmentation.LESSON)
LESSONS_BY_ID: Final = {lesson.id: lesson for lesson in LESSONS}

# Which lesson refreshes the skill of a task type that has none of its own.
_REFRESHES: Final = {
    "transcription": "detection",
    "points": "detection",
    "custom": "detection",
    "lines": "segmentation",
}


def task_types_of(lesson_id: str) -> list[str]:
    """The task types that this lesson practises."""
    return [lesson_id, *(task_type for task_type, practised in _REFRESHES.items() if practised == lesson_id)]


def lesson_for(task_type: str) -> str:
    """The id of the lesson that practises this task type."""
    return task_type if task_type in LESSONS_BY_ID else _REFRESHES.get(task_type, "detection")
