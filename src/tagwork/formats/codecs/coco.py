"""COCO object detection JSON (Lin et al. 2014, cocodataset.org/#format-data).

Fields COCO does not know are added, never renamed: `worker`, `source`, `attributes`, `text` on an annotation, `tags`
and `texts` on an image; readers of COCO pass them by. Categories are numbered from 1 in the order of the label schema.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

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
            texts = {one["of"]: one["text"] for one in answer.annotations if one["kind"] == "text" and "of" in one}
            for one in answer.annotations:
                if one["kind"] in ("tag", "text"):
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
                if one["id"] in texts:
                    record["text"] = texts[one["id"]]
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
        {"label": one["label"], "text": one["text"], "worker": answer.worker, "source": answer.source}
        for answer in image.answers
        for one in answer.annotations
        if one["kind"] == "text" and "of" not in one
    ]
    return {
        "id": number,
        "file_name": image.file_name,
        "width": image.width_px,
        "height": image.height_px,
        "answers": len(image.answers),
        "tags": tags,
        "texts": texts,
    }


def _annotation(one: Any, image: ImageRecord, schema: LabelSchema) -> dict[str, Any]:
    """bbox [x, y, width, height] and area in px; segmentation as polygons, or as RLE of the pixels covered.

    A shape COCO has no words for (rotated box, ellipse, polygon with holes, line) keeps its own under `tagwork`.
    """
    kind = one["kind"]
    shape = SHAPES[kind]
    left, top, right, bottom = (round(float(value), 2) for value in shape.bounds(one))
    record: dict[str, Any] = {
        "bbox": [left, top, round(right - left, 2), round(bottom - top, 2)],
        "area": round(float(shape.area_px(one)), 2),
        "segmentation": [],
        "attributes": dict(one.get("attributes", {})),
    }
    if kind == "box" and not one.get("angle_degrees"):
        record["segmentation"] = [[left, top, right, top, right, bottom, left, bottom]]
    elif kind == "polygon" and len(one["polygon"]) == 1:
        record["segmentation"] = [[number for point in one["polygon"][0] for number in point]]
    elif kind == "mask":
        record["segmentation"] = dict(one["mask"])
    elif kind == "skeleton":
        flat: list[float] = []
        for name in schema.labels_by_name[one["label"]].keypoints:
            flat += one["skeleton"].get(name, [0, 0, 0])
        record["keypoints"] = flat
        record["num_keypoints"] = sum(value > 0 for value in flat[2::3])
    else:
        record["tagwork"] = {field: one[field] for field in shape.FIELDS if field in one}
        region = shape.region(one, (image.width_px, image.height_px))
        if region is not None:
            record["segmentation"] = region.as_json()
    return record
