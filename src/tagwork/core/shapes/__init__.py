"""The shape kinds, discovered from this folder: one file per kind, named as the kind, with the interface `Shape`.

A new kind is a new file here; schema, validation, matching and scoring ask this registry and need no edit.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Protocol, cast

from ..fragments import Fragment
from ..geometry import Bounds, Floats, Ring
from ..masks import Mask
from ..reading import Frame

if TYPE_CHECKING:
    from ..schema import Label

Annotation = Mapping[str, Any]
ImageSize = tuple[int, int]


class Shape(Protocol):
    """What a file of this folder offers. Annotations given to anything but `parse` are canonical."""

    TASK_TYPE: str
    """Task type of a project that asks for this kind alone."""
    EFFORT: int
    """1 (a tap or a drag) to 3 (following an outline); part of the published difficulty."""
    ACCEPT: str
    """Name of the field of Thresholds that a similarity of this kind is held against."""
    TITLE: str
    """What people call it."""
    PROPERTIES: Mapping[str, Fragment]
    """Keys of an annotation of this kind, each with its JSON Schema. The one named as the kind is required."""

    def parse(self, raw: Annotation, label: "Label", frame: Frame) -> dict[str, Any]:
        """The canonical values of PROPERTIES; raises Fault."""

    def bounds(self, annotation: Annotation) -> Bounds:
        """(left, top, right, bottom) in px."""

    def area_px(self, annotation: Annotation) -> float:
        """Area in px²; 0 for points and lines."""

    def outline(self, annotation: Annotation) -> Sequence[Ring] | None:
        """Outline and holes, or None for masks, points and lines."""

    def region(self, annotation: Annotation, image_size: ImageSize) -> Mask | None:
        """The pixels covered, or None for points and lines, which cover none."""

    def similarities(
        self, expected: Sequence[Annotation], given: Sequence[Annotation], image_size: ImageSize
    ) -> Floats:
        """Similarity of every expected (rows) to every given (columns) annotation of this kind, 0 to 1."""

    def coco(self, annotation: Annotation, label: "Label", image_size: ImageSize) -> dict[str, Any]:
        """Fields of a COCO annotation beside bbox and area; what COCO has no words for stands under `tagwork`."""


def found() -> dict[str, Shape]:
    """The files of this folder by their names."""
    return {module.name: cast(Shape, import_module(f"{__name__}.{module.name}")) for module in iter_modules(__path__)}


SHAPES: dict[str, Shape] = found()
