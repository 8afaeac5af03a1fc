"""What a lesson is made of. Pure: pictures are drawn and answers are kept elsewhere."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tagwork.core.schema import LabelSchema

Truth = Mapping[str, Any]
Annotations = list[dict[str, Any]]

GUIDED: Final = "guided"
CHECKED: Final = "checked"
PASSED: Final = "passed"


@dataclass(frozen=True)
class Item:
    """One picture to mark. `seed` picks a scene of the lesson's kind; `instruction` is what the learner reads."""

    id: str
    kind: str
    seed: int
    instruction: str


@dataclass(frozen=True)
class Lesson:
    """One guided and two checked items on scenes of one kind.

    `expected` turns a scene's truth (see models.Rendering) into the annotations of a perfect answer, in px.
    `why` has a sentence for "passed" and for each reason code (core.scoring) that an answer here can fail by.
    """

    id: str
    title: str
    intro: str
    schema: LabelSchema
    scene_kind: str
    items: tuple[Item, ...]
    expected: Callable[[Truth], Annotations]
    why: Mapping[str, str]

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def sentence(self, reason_code: str | None) -> str:
        """The one sentence that tells a learner why."""
        return self.why[reason_code or PASSED]


def boxes(truth: Truth, labels: Sequence[str]) -> Annotations:
    """An upright box annotation for each object of these labels."""
    return [_shape(number, "box", one["label"], box=one["box"]) for number, one in _numbered(truth, labels)]


def boxes_with_attributes(truth: Truth, labels: Sequence[str]) -> Annotations:
    """An upright box for each object of these labels, with what the scene says of it."""
    return [
        _shape(number, "box", one["label"], box=one["box"]) | {"attributes": one["attributes"]}
        for number, one in _numbered(truth, labels)
    ]


def outlines(truth: Truth, labels: Sequence[str]) -> Annotations:
    """A polygon annotation for each object of these labels."""
    return [_shape(number, "polygon", one["label"], polygon=one["polygon"]) for number, one in _numbered(truth, labels)]


def masks(truth: Truth, labels: Sequence[str]) -> Annotations:
    """A mask annotation for each object of these labels."""
    return [_shape(number, "mask", one["label"], mask=one["mask"]) for number, one in _numbered(truth, labels)]


def figures(truth: Truth, labels: Sequence[str], kind: str) -> Annotations:
    """An annotation of `kind` for each object of these labels, with the exact figure that the scene gives it."""
    return [_shape(number, kind, one["label"], **one["figure"]) for number, one in _numbered(truth, labels)]


def signs_with_texts(truth: Truth) -> Annotations:
    """A box for each object that bears words, and its words."""
    found: Annotations = []
    for number, text in enumerate(truth["texts"], 1):
        found.append(_shape(number, "box", "sign", box=truth["objects"][text["of"]]["box"]))
        found.append(
            {"id": f"t{number}", "kind": "text", "label": "sign", "of": str(number), "text": text["text"], "image": 0}
        )
    return found


def tags(truth: Truth, groups: Sequence[str]) -> Annotations:
    """A tag annotation for each of these groups."""
    return [_tag(f"g{number}", group, truth["tags"][group]) for number, group in enumerate(groups, 1)]


def sorts(truth: Truth, group: str) -> Annotations:
    """A tag of `group` for each sort of object in the scene."""
    there = sorted({str(one["label"]) for one in truth["objects"]})
    return [_tag(f"g{number}", group, label) for number, label in enumerate(there, 1)]


def _numbered(truth: Truth, labels: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return enumerate((one for one in truth["objects"] if one["label"] in labels), 1)


def _shape(number: int, kind: str, label: str, **values: Any) -> dict[str, Any]:
    return {"id": str(number), "kind": kind, "label": label, "image": 0, "attributes": {}, **values}


def _tag(identifier: str, group: str, option: str) -> dict[str, Any]:
    return {"id": identifier, "kind": "tag", "label": option, "of": group, "tag": True, "image": 0}
