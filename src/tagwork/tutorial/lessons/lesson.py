"""What a lesson is made of. Pure: pictures are drawn and answers are kept elsewhere."""

from collections.abc import Callable, Mapping, Sequence
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
    """A box annotation for each object of these labels."""
    return [
        {"id": str(number), "kind": "box", "label": one["label"], "box": one["box"], "image": 0, "attributes": {}}
        for number, one in enumerate((one for one in truth["objects"] if one["label"] in labels), 1)
    ]


def outlines(truth: Truth, labels: Sequence[str]) -> Annotations:
    """A polygon annotation for each object of these labels."""
    return [
        {
            "id": str(number),
            "kind": "polygon",
            "label": one["label"],
            "polygon": one["polygon"],
            "image": 0,
            "attributes": {},
        }
        for number, one in enumerate((one for one in truth["objects"] if one["label"] in labels), 1)
    ]


def tags(truth: Truth, groups: Sequence[str]) -> Annotations:
    """A tag annotation for each of these groups."""
    return [
        {"id": str(number), "kind": "tag", "label": truth["tags"][group], "of": group, "tag": True, "image": 0}
        for number, group in enumerate(groups, 1)
    ]
