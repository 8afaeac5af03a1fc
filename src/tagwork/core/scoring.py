"""Scoring a given answer against an expected one: what was found, missed, made up or misnamed, and whether it passes.

The pass rule, published to workers. An answer passes when
- every expected object is matched by a given object of the same label, and no given object is left over;
- no pair is less alike than `match_iou`, and per kind the mean likeness reaches the kind's accept threshold;
- the attributes the expected answer names are the same, and so are the tags of every group;
- every text is at least `accept_text` like the expected one.
Nothing against nothing is correct.

Both sides are canonical annotations (annotations.validate_answer). Shapes of different kinds are compared by the area
they cover, so a label that takes polygon or mask may be answered by either.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from .annotations import ATTRIBUTES, TAG, is_shape
from .matching import best_pairs, similarity_matrix
from .schema import TEXT, LabelSchema
from .shapes import SHAPES, Annotation, ImageSize
from .similarity import text_similarity

# Every reason a rejection may name. Those that scoring can find are in the order of what a worker should hear first.
REASON_CODES: Final = (
    "wrong_nothing",
    "wrong_label",
    "missed_object",
    "extra_object",
    "wrong_tag",
    "wrong_text",
    "wrong_attribute",
    "imprecise_shape",
    "other",
)
# Thresholds are decimal fractions and similarities quotients of floats: 0.7 must not fail for being 0.69999999999.
ROUNDING: Final = 1e-9
# Beyond this many given objects per expected one the answer has failed long since, and comparing all would cost more
# than drawing them did.
MAX_GIVEN_PER_EXPECTED: Final = 10
MAX_GIVEN_EXTRA: Final = 50


@dataclass(frozen=True)
class Thresholds:
    """DESIGN 3. `accept_*` are held against means per kind; `near_iou` only decides what is shown as a poor match."""

    match_iou: float = 0.5
    accept_box: float = 0.7
    accept_mask: float = 0.75
    accept_points: float = 0.7
    accept_line: float = 0.7
    accept_text: float = 0.9
    near_iou: float = 0.1


@dataclass(frozen=True)
class ObjectScore:
    """One expected object with what answered it; a text is an object of kind "text" beside the shape it stands in.

    `outcome`: matched, weak (found, but below its accept threshold), missed, extra, wrong_label, wrong_attribute.
    """

    expected_id: str | None
    given_id: str | None
    label: str
    kind: str
    similarity: float
    outcome: str

    def as_json(self) -> dict[str, Any]:
        return {
            "expected_id": self.expected_id,
            "given_id": self.given_id,
            "label": self.label,
            "kind": self.kind,
            "similarity": round(self.similarity, 4),
            "outcome": self.outcome,
        }


@dataclass(frozen=True)
class TagScore:
    """One group of tags, or one question, on one image; similarity is the Jaccard index of the chosen words."""

    group: str
    image: int
    expected: tuple[str, ...]
    given: tuple[str, ...]
    similarity: float
    outcome: str

    def as_json(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "image": self.image,
            "expected": list(self.expected),
            "given": list(self.given),
            "similarity": round(self.similarity, 4),
            "outcome": self.outcome,
        }


@dataclass(frozen=True)
class Score:
    """`similarity` is the mean over objects and tag groups; `reason_code` names the worst fault, None when passed."""

    passed: bool
    similarity: float
    objects: tuple[ObjectScore, ...]
    tags: tuple[TagScore, ...]
    reason_code: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "similarity": round(self.similarity, 4),
            "objects": [one.as_json() for one in self.objects],
            "tags": [one.as_json() for one in self.tags],
            "reason_code": self.reason_code,
        }


def _same_attributes(expected: Annotation, given: Annotation, thresholds: Thresholds) -> bool:
    """Only what the expected answer says is asked: an optional attribute the client left open cannot be wrong."""
    for name, wanted in expected.get("attributes", {}).items():
        found = given.get("attributes", {}).get(name)
        if isinstance(wanted, bool) or isinstance(found, bool) or found is None:
            same = wanted is found
        elif isinstance(wanted, list) or isinstance(found, list):
            same = wanted == found
        elif isinstance(wanted, str):
            # A choice is written as in the schema; a free text may differ as far as any text may.
            same = wanted == found or text_similarity(wanted, found) >= thresholds.accept_text
        else:
            same = abs(wanted - found) <= 1e-6 * max(1.0, abs(wanted))
        if not same:
            return False
    return True


class _Sheet:
    """The score of one answer while it is being filled in."""

    def __init__(self, schema: LabelSchema, thresholds: Thresholds) -> None:
        self.schema = schema
        self.thresholds = thresholds
        self.objects: list[ObjectScore] = []
        self.tags: list[TagScore] = []
        self.reasons: set[str] = set()

    def shapes(self, expected: list[Annotation], given: list[Annotation], image_size: ImageSize) -> dict[str, str]:
        """Score the shapes of one image; returns {expected id: given id} of those found under the right label."""
        cut = MAX_GIVEN_PER_EXPECTED * len(expected) + MAX_GIVEN_EXTRA
        compared, rest = given[:cut], given[cut:]
        similarity = similarity_matrix(expected, compared, image_size)
        same_label = np.array([one["label"] for one in expected])[:, None] == np.array(
            [one["label"] for one in compared]
        )
        found: dict[str, str] = {}
        rows, columns = set(range(len(expected))), set(range(len(compared)))
        # First good matches of the same label, then poor ones, then good ones of another label.
        for threshold, labels_agree in (
            (self.thresholds.match_iou - ROUNDING, True),
            (self.thresholds.near_iou - ROUNDING, True),
            (self.thresholds.match_iou - ROUNDING, False),
        ):
            if not rows or not columns:
                break
            row_at, column_at = sorted(rows), sorted(columns)
            left = np.ix_(row_at, column_at)
            part = np.where(same_label[left] == labels_agree, similarity[left], -1.0)
            for place, other, alike in best_pairs(part, threshold):
                row, column = row_at[place], column_at[other]
                rows.discard(row)
                columns.discard(column)
                if labels_agree:
                    found[expected[row]["id"]] = compared[column]["id"]
                self.pair(expected[row], compared[column], alike, labels_agree)
        for row in sorted(rows):
            self.single(expected[row], None, "missed", "missed_object")
        for extra in [compared[column] for column in sorted(columns)] + rest:
            self.single(None, extra, "extra", "extra_object")
        return found

    def pair(self, expected: Annotation, given: Annotation, alike: float, same_label: bool) -> None:
        accept = getattr(self.thresholds, SHAPES[expected["kind"]].ACCEPT)
        if not same_label:
            outcome = "wrong_label"
            self.reasons.add("wrong_label")
        elif not _same_attributes(expected, given, self.thresholds):
            outcome = "wrong_attribute"
            self.reasons.add("wrong_attribute")
        else:
            outcome = "matched" if alike >= accept - ROUNDING else "weak"
        if same_label and alike < self.thresholds.match_iou - ROUNDING:
            self.reasons.add("imprecise_shape")
        self.objects.append(
            ObjectScore(expected["id"], given["id"], expected["label"], expected["kind"], alike, outcome)
        )

    def single(self, expected: Annotation | None, given: Annotation | None, outcome: str, reason: str) -> None:
        there = expected or given
        assert there is not None
        self.reasons.add(reason)
        self.objects.append(
            ObjectScore(
                expected["id"] if expected else None,
                given["id"] if given else None,
                there["label"],
                there["kind"],
                0.0,
                outcome,
            )
        )

    def precision(self) -> None:
        """Mean likeness per kind against the kind's accept threshold, over the shapes found under the right label."""
        by_kind: dict[str, list[float]] = {}
        for one in self.objects:
            if one.kind != TEXT and one.outcome in ("matched", "weak", "wrong_attribute"):
                by_kind.setdefault(one.kind, []).append(one.similarity)
        for kind, values in by_kind.items():
            if sum(values) / len(values) < getattr(self.thresholds, SHAPES[kind].ACCEPT) - ROUNDING:
                self.reasons.add("imprecise_shape")

    def texts(self, expected: list[Annotation], given: list[Annotation], found: Mapping[str, str]) -> None:
        """Texts of shapes found, by their shape; texts without a shape by label and image.

        The text of a missed, extra or misnamed shape is not judged: that fault is already told.
        """
        wanted = {_place(one): one for one in expected}
        written = {_place(one): one for one in given}
        answered = {("of", there): ("of", here) for there, here in found.items()}
        for place, one in wanted.items():
            if place[0] == "of" and place not in answered:
                continue
            self.text(one, written.get(answered.get(place, place)))
        sought = {answered.get(place, place) for place in wanted}
        for place, one in written.items():
            if place not in sought and (place[0] != "of" or place in answered.values()):
                self.single(None, one, "extra", "wrong_text")

    def text(self, expected: Annotation, given: Annotation | None) -> None:
        if given is None:
            self.single(expected, None, "missed", "wrong_text")
            return
        alike = text_similarity(expected["text"], given["text"])
        good = alike >= self.thresholds.accept_text - ROUNDING
        if not good:
            self.reasons.add("wrong_text")
        outcome = "matched" if good else "weak"
        self.objects.append(ObjectScore(expected["id"], given["id"], expected["label"], TEXT, alike, outcome))

    def tag_groups(self, expected: Iterable[Annotation], given: Iterable[Annotation], image: int) -> None:
        wanted, chosen = list(expected), list(given)
        for group in self.schema.tags:
            right = {one["label"] for one in wanted if one["of"] == group.name}
            said = {one["label"] for one in chosen if one["of"] == group.name}
            if not right and not said:
                continue
            outcome = "matched" if right == said else "wrong_tag"
            if outcome == "wrong_tag":
                self.reasons.add("wrong_tag")
            alike = len(right & said) / len(right | said)
            self.tags.append(TagScore(group.name, image, tuple(sorted(right)), tuple(sorted(said)), alike, outcome))

    def image_attributes(self, expected: Iterable[Annotation], given: Iterable[Annotation], image: int) -> None:
        """Each question about the image that the expected answer speaks of is a row beside the groups of tags."""
        wanted, said = _answers(expected), _answers(given)
        for name, value in wanted.items():
            alone = {"attributes": {name: value}}
            same = _same_attributes(alone, {"attributes": said}, self.thresholds)
            if not same:
                self.reasons.add("wrong_attribute")
            outcome = "matched" if same else "wrong_attribute"
            row = TagScore(name, image, _written(value), _written(said.get(name)), float(same), outcome)
            self.tags.append(row)


def _answers(annotations: Iterable[Annotation]) -> dict[str, Any]:
    """The answers to the questions about one image, of which there is at most one annotation."""
    return next((dict(one["attributes"]) for one in annotations), {})


def _written(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (json.dumps(value) if not isinstance(value, str) else value,)


def _place(text: Annotation) -> tuple[str, str]:
    return ("of", text["of"]) if "of" in text else (f"image {text['image']}", text["label"])


def _on(annotations: Sequence[Annotation], image: int, kind: str | None = None) -> list[Annotation]:
    """Annotations of one kind on one image; without a kind its shapes."""
    return [
        one
        for one in annotations
        if one.get("image", 0) == image and (is_shape(one) if kind is None else one["kind"] == kind)
    ]


def score_answer(
    schema: LabelSchema,
    expected: Sequence[Annotation],
    given: Sequence[Annotation],
    image_sizes: Sequence[ImageSize],
    thresholds: Thresholds = Thresholds(),
) -> Score:
    """Compare canonical annotations; `image_sizes` are (width_px, height_px) by image position."""
    sheet = _Sheet(schema, thresholds)
    for image, image_size in enumerate(image_sizes):
        found = sheet.shapes(_on(expected, image), _on(given, image), image_size)
        sheet.texts(_on(expected, image, TEXT), _on(given, image, TEXT), found)
        sheet.tag_groups(_on(expected, image, TAG), _on(given, image, TAG), image)
        sheet.image_attributes(_on(expected, image, ATTRIBUTES), _on(given, image, ATTRIBUTES), image)
    sheet.precision()
    whole = (TAG, ATTRIBUTES)
    if all(one["kind"] in whole for one in given) and any(one["kind"] not in whole for one in expected):
        sheet.reasons.add("wrong_nothing")
    units = [0.0 if one.outcome == "wrong_label" else one.similarity for one in sheet.objects]
    units += [one.similarity for one in sheet.tags]
    return Score(
        passed=not sheet.reasons,
        similarity=sum(units) / len(units) if units else 1.0,
        objects=tuple(sheet.objects),
        tags=tuple(sheet.tags),
        reason_code=min(sheet.reasons, key=REASON_CODES.index, default=None),
    )
