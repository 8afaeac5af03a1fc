"""Answers of the tutorial, practice and exams."""

from typing import Literal

from ninja import Schema
from pydantic import Field

from tagwork.api.schemas.account import Score
from tagwork.api.schemas.drawing import Annotation, LabelSchema
from tagwork.api.schemas.shared import Image, When


class TutorialLesson(Schema):
    id: str
    title: str
    passed: bool
    items: int
    items_done: int


class Tutorial(Schema):
    passed: bool
    unpaid: bool
    minutes: int
    lessons: list[TutorialLesson]
    more: list[TutorialLesson]


class PracticeProject(Schema):
    id: str
    name: str
    task_type: str
    items: int


class Practice(Schema):
    unpaid: bool
    items: list[PracticeProject]


class LessonItem(Schema):
    id: str
    kind: Literal["guided", "checked"]
    instruction: str
    done: bool
    images: list[Image]
    expected: list[Annotation]


class Lesson(Schema):
    id: str
    title: str
    intro: str
    passed: bool
    schema_: LabelSchema = Field(alias="schema")
    items: list[LessonItem]


class LessonCheck(Schema):
    """`lesson_passed`: this answer completed the lesson."""

    passed: bool
    score: Score
    why: str
    lesson_passed: bool
    tutorial_passed: bool


class PracticeCheck(Schema):
    passed: bool
    why: str
    expected: list[Annotation]


class WorkerExam(Schema):
    """`items` are those of the attempt that is running; none before it starts. `wait_until`: the next opens then."""

    title: str
    unpaid: bool
    passed: bool
    pass_percent: int
    attempts_left: int
    wait_until: When | None
    schema_: LabelSchema = Field(alias="schema")
    items: list[LessonItem]
    answered: int
    right: int
    running: bool


class ExamCheck(Schema):
    """`over`: this was the last answer of the attempt, and `exam_passed` says how it ended."""

    passed: bool
    why: str
    answered: int
    right: int
    items: int
    over: bool
    exam_passed: bool


class ClientExam(Schema):
    on: bool
    pass_percent: int
    attempts: int
    wait_hours: int
    exam_items: int
    practice_items: int


class SetAsideAnswer(Schema):
    set_aside: int
    exam_items: int
    practice_items: int
