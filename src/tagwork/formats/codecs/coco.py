"""COCO object detection JSON (Lin et al. 2014, cocodataset.org/#format-data).

Fields COCO does not know are added, never renamed: `worker`, `source`, `attributes`, `assist` (what helped, version,
whether the worker changed it, and all of this in words), `text`, `language`, `direction` on an annotation, `tags`,
`texts` and `attributes` on an image; readers of COCO pass them by. Categories are numbered from 1 in the order of the
label schema.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tagwork.core.annotations import is_shape
from tagwork.core.assists import help_in_words
from tagwork.core.schema import LabelSchema
from tagwork.core.shapes import SHAPES
from tagwork.formats.records import ImageRecord

MEDIA_TYPE = "application/json"
EXTENSION = "json"


def encode(schema: LabelSchema, images: Sequence[ImageRecord], description: str) -> Iterator[bytes]:
    """The document in pieces, so that a large dataset is never whole in memory; `images` may be read twice."""
    categories = {label.name: number for number, label in enumerate(schema.labels, start=1)}
    head = {
        "info": {"description": description, "version": "1.0", "contributor": "Tagwork"},
        "licenses": [],
        "categories": [_category(schema, name, number) for name, number in categories.items()],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b',"images":['
    for number, image in enumerate(images, start=1):
        yield (b"," if number > 1 else b"") + _dumps(_image(number, image))
    yield b'],"annotations":['
    count = 0
    for number, image in enumerate(images, start=1):
        for answer in image.answers:
            texts = {one["of"]: one for one in answer.annotations if one["kind"] == "text" and "of" in one}
            for one in answer.annotations:
                if not is_shape(one):
                    continue
                count += 1
                record = _annotation(one, image, schema) | {
                    "id": count,
                    "image_id": number,
                    "category_id": categories[one["label"]],
                    "iscrowd": 0,
                    "worker": answer.worker,
                    "source": answer.source,
                }
                if one["id"] in answer.assists:
                    helped = answer.assists[one["id"]]
                    record["assist"] = {**helped, "text": help_in_words(helped)}
                if one["id"] in texts:
                    record |= _written(texts[one["id"]])
                yield (b"," if count > 1 else b"") + _dumps(record)
    yield b"]}"


def _dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _category(schema: LabelSchema, name: str, number: int) -> dict[str, Any]:
    label = schema.labels_by_name[name]
    category: dict[str, Any] = {"id": number, "name": name, "supercategory": ""}
    if "skeleton" in label.kinds:
        places = {keypoint: place for place, keypoint in enumerate(label.keypoints, start=1)}
        category["keypoints"] = list(label.keypoints)
        category["skeleton"] = [[places[start], places[end]] for start, end in label.edges]
    return category


def _image(number: int, image: ImageRecord) -> dict[str, Any]:
    tags = [
        {"group": one["of"], "value": one["label"], "worker": answer.worker, "source": answer.source}
        for answer in image.answers
        for one in answer.annotations
        if one["kind"] == "tag"
    ]
    texts = [
        {"label": one["label"], **_written(one), "worker": answer.worker, "source": answer.source}
        for answer in image.answers
        for one in answer.annotations
        if one["kind"] == "text" and "of" not in one
    ]
    attributes = [
        {"values": dict(one["attributes"]), "worker": answer.worker, "source": answer.source}
        for answer in image.answers
        for one in answer.annotations
        if one["kind"] == "attributes"
    ]
    return {
        "id": number,
        "file_name": image.file_name,
        "width": image.width_px,
        "height": image.height_px,
        "answers": len(image.answers),
        "tags": tags,
        "texts": texts,
        **({"attributes": attributes} if attributes else {}),
    }


def _written(text: Any) -> dict[str, Any]:
    """A text with its language and direction, where the worker said them."""
    return {key: text[key] for key in ("text", "language", "direction") if key in text}


def _annotation(one: Any, image: ImageRecord, schema: LabelSchema) -> dict[str, Any]:
    """bbox [x, y, width, height] and area in px; segmentation as polygons, or as RLE of the pixels covered.

    A shape COCO has no words for (rotated box, ellipse, polygon with holes, line) keeps its own under `tagwork`.
    """
    shape = SHAPES[one["kind"]]
    left, top, right, bottom = (round(float(value), 2) for value in shape.bounds(one))
    return {
        "bbox": [left, top, round(right - left, 2), round(bottom - top, 2)],
        "area": round(float(shape.area_px(one)), 2),
        "attributes": dict(one.get("attributes", {})),
        **shape.coco(one, schema.labels_by_name[one["label"]], (image.width_px, image.height_px)),
    }
