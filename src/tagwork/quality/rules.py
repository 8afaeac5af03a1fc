"""Decisions of quality, without a database."""

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tagwork.core.schema import TEXT, LabelSchema
from tagwork.core.scoring import REASON_CODES, Score
from tagwork.core.shapes import SHAPES

GOLD_LANE = 1

REASON_TEXTS = {
    "wrong_nothing": "There is something to mark, or there was nothing",
    "wrong_label": "An object has the wrong label",
    "missed_object": "An object was missed",
    "extra_object": "Something is marked that is no object",
    "wrong_tag": "A question was answered wrongly",
    "wrong_text": "A text was not copied exactly",
    "wrong_attribute": "An attribute is wrong",
    "imprecise_shape": "A shape does not fit its object",
    "other": "Another fault against the guideline",
}
assert set(REASON_TEXTS) == set(REASON_CODES)

# What clauses about everything are called; the text before a guideline's first heading is "In general".
_GENERAL = re.compile(r"\bgeneral(ly)?\b", re.IGNORECASE)

# Before a project has verdicts of its own to imitate.
FALLBACK_DELAYS_HOURS = (6, 12, 24, 36, 48, 60, 72)


def reasons_for(schema: LabelSchema) -> list[str]:
    """The reason codes that a rejection of an answer under this label schema can need, in the order of REASON_CODES.

    A project of tags alone has no outline that could be loose. `other` always stays.
    """
    shapes = [label for label in schema.labels if set(label.kinds) - {TEXT}]
    asked = {
        "wrong_nothing": bool(schema.labels) and schema.allow_nothing,
        "wrong_label": len(schema.labels) > 1,
        "missed_object": bool(shapes),
        "extra_object": bool(shapes),
        "wrong_tag": bool(schema.tags),
        "wrong_text": any(TEXT in label.kinds for label in schema.labels),
        "wrong_attribute": bool(schema.attributes) or any(label.attributes for label in schema.labels),
        "imprecise_shape": bool(shapes),
        "other": True,
    }
    return [code for code in REASON_CODES if asked[code]]


@dataclass(frozen=True)
class Fault:
    """Where an answer first differs from the expected one, for the reason its score gives.

    `names` are what the guideline may call it, the expected first: labels, or a tag's options and its group.
    """

    names: tuple[str, ...]
    mark: dict[str, Any]


def first_fault(
    score: Mapping[str, Any],
    expected: Sequence[Mapping[str, Any]],
    given: Sequence[Mapping[str, Any]],
    image_sizes: Sequence[tuple[int, int]],
) -> Fault:
    """The fault behind a failed score (Score.as_json) of canonical annotations; the mark is a box or a point in px.

    What lies on no shape (a tag, a text of the whole image) is marked by the whole image.
    """
    wanted, written = {one["id"]: one for one in expected}, {one["id"]: one for one in given}
    if score["reason_code"] == "wrong_tag":
        tag = next(one for one in score["tags"] if one["outcome"] == "wrong_tag")
        only = [*(set(tag["expected"]) - set(tag["given"])), *(set(tag["given"]) - set(tag["expected"]))]
        order = [*tag["expected"], *tag["given"]]
        return Fault((*sorted(only, key=order.index), tag["group"]), _whole_image(tag["image"], image_sizes))
    faulty = [one for one in score["objects"] if _is_behind(score["reason_code"], one)]
    if not faulty:
        return Fault((), _whole_image(0, image_sizes))
    first = min(faulty, key=lambda one: one["similarity"]) if score["reason_code"] == "imprecise_shape" else faulty[0]
    missing, there = wanted.get(first["expected_id"]), written.get(first["given_id"])
    names = [one["label"] for one in (missing, there) if one is not None]
    if missing is not None:
        return Fault(tuple(dict.fromkeys(names)), _place_of(missing, wanted, image_sizes))
    assert there is not None, "an object's score has one side at least"
    return Fault(tuple(names), _place_of(there, written, image_sizes))


def _is_behind(reason_code: str, one: Mapping[str, Any]) -> bool:
    """Is this object's score one of those that gave the reason?"""
    if reason_code == "wrong_text" or one["kind"] == TEXT:
        return reason_code == "wrong_text" and one["kind"] == TEXT and one["outcome"] != "matched"
    return one["outcome"] in {
        "wrong_nothing": ("missed",),
        "wrong_label": ("wrong_label",),
        "missed_object": ("missed",),
        "extra_object": ("extra",),
        "wrong_attribute": ("wrong_attribute",),
        # The mean of all is too low, or one alone is; then none need be weak, and the worst is shown.
        "imprecise_shape": ("matched", "weak", "wrong_attribute"),
    }.get(reason_code, ())


def _place_of(
    one: Mapping[str, Any], siblings: Mapping[str, Mapping[str, Any]], image_sizes: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    image = one.get("image", 0)
    shape = siblings.get(one.get("of", "")) if one["kind"] == TEXT else one
    if shape is None or shape["kind"] not in SHAPES:
        return _whole_image(image, image_sizes)
    left, top, right, bottom = SHAPES[shape["kind"]].bounds(shape)
    if right > left and bottom > top:
        return _on_image({"box": [left, top, right - left, bottom - top]}, image)
    return _on_image({"point": [(left + right) / 2, (top + bottom) / 2]}, image)


def _whole_image(image: int, image_sizes: Sequence[tuple[int, int]]) -> dict[str, Any]:
    width, height = image_sizes[image]
    return _on_image({"box": [0, 0, width, height]}, image)


def _on_image(mark: dict[str, Any], image: int) -> dict[str, Any]:
    return {**mark, "image": image} if image else mark


@dataclass(frozen=True)
class ClauseWords:
    """A clause of a guideline as it is searched."""

    id: str
    title: str
    text: str


def fitting_clause(clauses: Sequence[ClauseWords], names: Sequence[str], chosen_title: str = "") -> str:
    """The id of the clause that a rejection should name: the one the client chose for this gold, if this version of
    the guideline has it; else one whose heading names what is wrong, else one whose text does; else the general one,
    else the first. "" for a guideline without clauses.

    A name stands as a whole word, whatever its case, and in the plural, too.
    """
    if not clauses:
        return ""
    chosen = [one for one in clauses if chosen_title and one.title == chosen_title]
    by_heading = [one for name in names for one in clauses if _names(one.title, name)]
    by_text = [one for name in names for one in clauses if _names(one.text, name)]
    general = [one for one in clauses if _GENERAL.search(one.title)]
    return (chosen or by_heading or by_text or general or list(clauses))[0].id


def _names(text: str, name: str) -> bool:
    words = [re.escape(word) for word in re.split(r"[\s_-]+", name) if word]
    pattern = r"(?<!\w)" + r"[\s_-]+".join(words) + r"(e?s)?(?!\w)"
    return bool(words) and re.search(pattern, text, re.IGNORECASE) is not None


def lane_steps(one_in_first: int, first_tasks: int, one_in: int) -> list[dict[str, int | None]]:
    """Gold 1 in 3 for the first 30 tasks of a type, then 1 in 10."""
    return [
        {"below": first_tasks, "lane": GOLD_LANE, "one_in": one_in_first},
        {"below": None, "lane": GOLD_LANE, "one_in": one_in},
    ]


def accepted_objects(score: Score) -> int:
    """How many shapes of an answer are paid by the object rate: those that fit."""
    return sum(one.outcome == "matched" and one.kind != "text" for one in score.objects)


def publish_at(
    submitted_at: datetime, latest: datetime | None, delays_seconds: Sequence[float], rng: random.Random
) -> datetime:
    """When a gold verdict comes out: after a delay that this project's other verdicts really took, at most at
    `latest`.

    Rejected: at once (tells what was gold), or a fixed delay (tells it too, by its regularity).
    """
    if delays_seconds:
        moment = submitted_at + timedelta(seconds=rng.choice(list(delays_seconds)))
    else:
        moment = submitted_at + timedelta(hours=rng.choice(FALLBACK_DELAYS_HOURS) * rng.random())
    return moment if latest is None else min(moment, latest)


def due_at(filed_at: datetime, business_days: int, holidays: Collection[date]) -> datetime:
    """The same time of day, `business_days` later; Saturdays, Sundays and the operator's holidays do not count.

    Filed on a day off it counts from the start of the next business day.
    """
    moment = filed_at.astimezone(UTC)
    if _is_off(moment.date(), holidays):
        while _is_off(moment.date(), holidays):
            moment += timedelta(days=1)
        moment = datetime.combine(moment.date(), time(), UTC)
    left = business_days
    while left:
        moment += timedelta(days=1)
        if not _is_off(moment.date(), holidays):
            left -= 1
    return moment


def _is_off(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() >= 5 or day in holidays


def is_braked(rejected: int, verdicts: int, *, counts_from: int, percent: int) -> bool:
    return verdicts >= counts_from and rejected * 100 > percent * verdicts


def evidence_problems(
    reason_code: str, clause: str, mark: Any, clauses: Collection[str], image_sizes: Sequence[tuple[int, int]]
) -> list[dict[str, str]]:
    """What a rejection lacks; empty when it can stand. A mark is {"box": [x, y, w, h]} or {"point": [x, y]}, in px."""
    problems = []
    if reason_code not in REASON_CODES:
        problems.append({"field": "reason_code", "code": "unknown", "message": "Choose a reason."})
    if clause not in clauses:
        problems.append({"field": "clause", "code": "unknown", "message": "Name a clause of the guideline."})
    if not _is_mark(mark, image_sizes):
        problems.append({"field": "mark", "code": "missing", "message": "Mark the place on the image."})
    return problems


MOST_COMMENTS = 20
LONGEST_COMMENT = 500


def comment_problems(comments: Sequence[Any], image_sizes: Sequence[tuple[int, int]]) -> list[dict[str, str]]:
    """What is wrong with comments pinned to the image, [{"mark": as in evidence_problems, "text"}]; empty when they
    can stand."""
    problems = []
    if len(comments) > MOST_COMMENTS:
        problems.append({"field": "comments", "code": "too_many", "message": f"At most {MOST_COMMENTS} comments."})
    for index, one in enumerate(comments[:MOST_COMMENTS]):
        if not _is_mark(one["mark"], image_sizes):
            problems.append(
                {"field": f"comments.{index}.mark", "code": "missing", "message": "Pin the comment to the image."}
            )
        if not 0 < len(one["text"].strip()) <= LONGEST_COMMENT:
            problems.append({"field": f"comments.{index}.text", "code": "missing", "message": "Write the comment."})
    return problems


def _is_mark(mark: Any, image_sizes: Sequence[tuple[int, int]]) -> bool:
    if not isinstance(mark, dict) or len(set(mark) & {"box", "point"}) != 1 or set(mark) - {"box", "point", "image"}:
        return False
    image = mark.get("image", 0)
    if not isinstance(image, int) or isinstance(image, bool) or not 0 <= image < len(image_sizes):
        return False
    width, height = image_sizes[image]
    values = mark.get("box") or mark.get("point")
    if not isinstance(values, list) or len(values) != (4 if "box" in mark else 2):
        return False
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e7 for one in values):
        return False
    x, y, *size = values
    far_x, far_y = (x + size[0], y + size[1]) if size else (x, y)
    inside = x >= -1 and far_x <= width + 1 and y >= -1 and far_y <= height + 1
    return inside and all(one > 0 for one in size)
