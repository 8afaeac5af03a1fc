"""What a dataset is made of, whatever the format. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class AnswerRecord:
    """One accepted answer on an image. `worker` is the pseudonym of who gave it; `source` is worker, gold, or
    corrected: a moderator changed the worker's answer for the dataset."""

    worker: str
    source: str
    annotations: Sequence[Mapping[str, Any]]
    # What helped, by id of the annotation (core.assists).
    assists: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class ImageRecord:
    """An image with every answer that may be used, in px after EXIF orientation."""

    file_name: str
    width_px: int
    height_px: int
    answers: Sequence[AnswerRecord] = field(default_factory=tuple)
