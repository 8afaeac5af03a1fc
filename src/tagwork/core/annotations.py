"""Validation of an answer against its label schema, and its canonical form.

Canonical: coordinates in hundredths of a pixel, angles in 1/10,000 degree (see reading.py), whole numbers without a
fraction, every annotation with its `image`, every shape with its `attributes`, keys sorted, no white space, UTF-8.
Validating a canonical answer again returns the same bytes.
The order of annotations is kept: it is the order of drawing, later ones lie above.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .reading import MAX_ANNOTATIONS, MAX_NUMBER, MAX_TEXT_CHARACTERS, Budget, Fault, Frame, Number
from .schema import LANGUAGE, TEXT, Attribute, Label, LabelSchema
from .shapes import SHAPES

TAG = "tag"
# Answers to the questions about a whole image: one such annotation on each image.
ATTRIBUTES = "attributes"
MAX_ID_CHARACTERS = 64
MAX_LANGUAGE_CHARACTERS = 35
MAX_ERRORS = 100
MAX_DRAFT_VALUES = 500_000
MAX_DRAFT_DEPTH = 8

_COMMON = frozenset({"id", "kind", "label", "image", "attributes"})
_FIELDS = {
    TAG: _COMMON | {"of", "tag"},
    TEXT: _COMMON | {"of", "text", "language", "direction"},
    ATTRIBUTES: _COMMON - {"label"},
}


def is_shape(annotation: Mapping[str, Any]) -> bool:
    """Whether it is a marked thing, and not a word, a text or an answer about the whole image."""
    return annotation.get("kind") not in _FIELDS


def _kind_of(raw: Any) -> tuple[str, frozenset[str]]:
    """The kind and the fields that an annotation of it may have."""
    if type(raw) is str and raw in _FIELDS:
        return raw, _FIELDS[raw]
    if type(raw) is str and raw in SHAPES:
        return raw, _COMMON | SHAPES[raw].PROPERTIES.keys()
    raise Fault("kind", "unknown_kind", f"must be one of {', '.join(sorted({*_FIELDS, *SHAPES}))}")


class InvalidAnnotations(ValueError):
    """The answer breaks its schema; `errors` lists what is wrong, at most MAX_ERRORS:

    [{"annotation": id, or "#position" when it has none, or None for the whole answer, "field", "code", "message"}].
    """

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(f"{one['annotation']} {one['field']}: {one['message']}" for one in errors[:5]))
        self.errors = errors


@dataclass(frozen=True)
class Answer:
    """A valid answer. `canonical_json` is the list of annotations alone, `sha256` its hash in hexadecimal.

    `object_count` counts shapes: tags and texts are not objects and are paid by the base.
    """

    annotations: list[dict[str, Any]]
    nothing_to_mark: bool
    canonical_json: bytes
    sha256: str
    object_count: int


def _error(annotation: str | None, field: str, code: str, message: str) -> dict[str, Any]:
    """Ids and fields may be the sender's own words: halves of characters in them would break the answer's encoding."""
    shown = None if annotation is None else annotation.encode(errors="replace").decode()
    return {
        "annotation": shown,
        "field": field.encode(errors="replace").decode(),
        "code": code,
        "message": message,
    }


def _text(value: Any, field: str, most: int) -> str:
    """Text both databases can store: no NUL and no half of a surrogate pair."""
    if type(value) is not str:
        raise Fault(field, "wrong_type", "must be a text")
    if len(value) > most:
        raise Fault(field, "too_long", f"must have at most {most:,} characters")
    if not value.isascii() or "\x00" in value:
        if "\x00" in value:
            raise Fault(field, "bad_character", "must not hold the character NUL")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Fault(field, "bad_character", "must not hold half a character") from None
    return value


def _identifier(raw: Mapping[str, Any], seen: set[str]) -> str:
    identifier = _text(raw.get("id"), "id", MAX_ID_CHARACTERS)
    if not identifier:
        raise Fault("id", "bad_id", "must not be empty")
    if identifier in seen:
        raise Fault("id", "duplicate_id", "is used by another annotation of this answer")
    return identifier


def _attribute_value(attribute: Attribute, value: Any, budget: Budget) -> Any:
    field = f"attributes.{attribute.name}"
    if attribute.type == "boolean":
        if type(value) is not bool:
            raise Fault(field, "wrong_type", "must be true or false")
    elif attribute.type == "choice":
        if type(value) is not str or value not in attribute.options:
            raise Fault(field, "not_an_option", f"must be one of {', '.join(attribute.options[:10])}")
    elif attribute.type == "multiple":
        if type(value) is not list or any(type(word) is not str or word not in attribute.options for word in value):
            raise Fault(field, "not_an_option", f"must be some of {', '.join(attribute.options[:10])}")
        if attribute.required and not value:
            raise Fault(field, "required", "choose at least one")
        # In the order of the schema, each once: the same choice has the same bytes.
        return [word for word in attribute.options if word in value]
    elif attribute.type == "text":
        budget.text_characters -= len(_text(value, field, MAX_TEXT_CHARACTERS))
        if budget.text_characters < 0:
            raise Fault(field, "too_long", "too much text in one answer")
        if attribute.required and not value.strip():
            raise Fault(field, "required", "must not be empty")
    else:
        if type(value) not in (int, float) or not -MAX_NUMBER < value < MAX_NUMBER:
            raise Fault(field, "not_a_number", f"must be a number between -{MAX_NUMBER:,} and {MAX_NUMBER:,}")
        return _plain(value)
    return value


def _plain(value: Number) -> Number:
    """2.0 and -0.0 as 2 and 0, so that equal numbers have equal bytes."""
    return int(value) if value == int(value) else value


class _Reading:
    """One pass over the annotations of one answer. Faults of one annotation do not hide those of the next."""

    def __init__(
        self, schema: LabelSchema, image_sizes: Sequence[tuple[int, int]], *, is_complete: bool = True
    ) -> None:
        self.schema = schema
        self.is_complete = is_complete
        self.budget = Budget()
        self.frames = [Frame(width_px, height_px, self.budget) for width_px, height_px in image_sizes]
        self.errors: list[dict[str, Any]] = []
        self.seen: set[str] = set()
        self.read: list[dict[str, Any]] = []
        self.shapes: dict[str, dict[str, Any]] = {}
        self.texts: list[dict[str, Any]] = []
        self.tags: Counter[tuple[int, str]] = Counter()
        self.tag_words: set[tuple[int, str, str]] = set()
        self.asked_of: set[int] = set()

    def annotation(self, position: int, raw: Any) -> None:
        name = f"#{position}"
        try:
            if type(raw) is not dict:
                raise Fault(f"annotations[{position}]", "wrong_type", "must be an object")
            if type(raw.get("id")) is str and 0 < len(raw["id"]) <= MAX_ID_CHARACTERS:
                name = raw["id"]
            identifier = _identifier(raw, self.seen)
            self.seen.add(identifier)
            kind, fields = _kind_of(raw.get("kind"))
            if not raw.keys() <= fields:
                unknown = sorted(str(key) for key in raw.keys() - fields)[0]
                raise Fault(unknown[:80], "unknown_field", f"is not a field of kind {kind}")
            image = raw.get("image", 0)
            if type(image) is not int or not 0 <= image < len(self.frames):
                raise Fault("image", "unknown_image", f"must be the position of an image, 0 to {len(self.frames) - 1}")
            if kind == TAG:
                self.tag(raw, identifier, image)
            elif kind == TEXT:
                self.text(raw, identifier, image)
            elif kind == ATTRIBUTES:
                self.image_attributes(raw, identifier, image)
            else:
                self.shape(raw, identifier, image, kind)
        except Fault as fault:
            self.errors.append(_error(name, fault.field, fault.code, fault.message))

    def shape(self, raw: Mapping[str, Any], identifier: str, image: int, kind: str) -> None:
        label = self.label(raw)
        if kind not in label.shape_kinds:
            allowed = ", ".join(sorted(label.shape_kinds)) or "no shapes"
            raise Fault("kind", "kind_not_allowed", f"label {label.name!r} takes {allowed}")
        read = {"id": identifier, "kind": kind, "label": label.name, "image": image}
        # Entered before the shape is measured, so that a text of a faulty shape is not called a stray as well.
        self.shapes[identifier] = read
        read["attributes"] = self.attributes(raw, identifier, label.attributes, repr(label.name))
        read.update(SHAPES[kind].parse(raw, label, self.frames[image]))
        self.read.append(read)

    def label(self, raw: Mapping[str, Any]) -> Label:
        name = raw.get("label")
        label = self.schema.labels_by_name.get(name) if type(name) is str else None
        if label is None:
            raise Fault("label", "unknown_label", "must be a label of the schema")
        return label

    def image_attributes(self, raw: Mapping[str, Any], identifier: str, image: int) -> None:
        if image in self.asked_of:
            raise Fault("image", "duplicate_attributes", "the questions about this image are answered twice")
        self.asked_of.add(image)
        attributes = self.attributes(raw, identifier, self.schema.attributes, "the image")
        self.read.append({"id": identifier, "kind": ATTRIBUTES, "image": image, "attributes": attributes})

    def attributes(
        self, raw: Mapping[str, Any], identifier: str, asked: Sequence[Attribute], subject: str
    ) -> dict[str, Any]:
        given = raw.get("attributes", {})
        if type(given) is not dict:
            raise Fault("attributes", "wrong_type", "must be an object")
        read: dict[str, Any] = {}
        names = {attribute.name for attribute in asked}
        for name in given:
            if name not in names:
                message = f"{subject} has no such one"
                self.errors.append(_error(identifier, f"attributes.{name}"[:120], "unknown_attribute", message))
        for attribute in asked:
            try:
                # An attribute set to null is one not answered: forms send that.
                if given.get(attribute.name) is not None:
                    read[attribute.name] = _attribute_value(attribute, given[attribute.name], self.budget)
                elif attribute.required and self.is_complete:
                    raise Fault(f"attributes.{attribute.name}", "required", "must be answered")
            except Fault as fault:
                self.errors.append(_error(identifier, fault.field, fault.code, fault.message))
        return read

    def tag(self, raw: Mapping[str, Any], identifier: str, image: int) -> None:
        of, word = raw.get("of"), raw.get("label")
        group = self.schema.tags_by_name.get(of) if type(of) is str else None
        if group is None:
            raise Fault("of", "unknown_tag_group", "must be a group of tags of the schema")
        if type(word) is not str or word not in group.options:
            raise Fault("label", "not_an_option", f"must be one of {', '.join(group.options[:10])}")
        if raw.get("tag") is not True:
            raise Fault("tag", "wrong_type", "must be true; leave the tag out where it does not hold")
        if raw.get("attributes"):
            raise Fault("attributes", "unknown_attribute", "a tag has no attributes")
        if (image, group.name, word) in self.tag_words:
            raise Fault("label", "duplicate_tag", f"{word!r} is given twice")
        if group.choose == "one" and self.tags[image, group.name]:
            raise Fault("of", "choose_one", f"only one of {group.name!r} can be chosen")
        self.tags[image, group.name] += 1
        self.tag_words.add((image, group.name, word))
        self.read.append({"id": identifier, "kind": TAG, "label": word, "image": image, "of": group.name, "tag": True})

    def text(self, raw: Mapping[str, Any], identifier: str, image: int) -> None:
        text = _text(raw.get("text"), "text", MAX_TEXT_CHARACTERS)
        self.budget.text_characters -= len(text)
        if self.budget.text_characters < 0:
            raise Fault("text", "too_long", "too much text in one answer")
        if raw.get("attributes"):
            raise Fault("attributes", "unknown_attribute", "a text has no attributes; its shape has")
        read = {"id": identifier, "kind": TEXT, "image": image, "text": text}
        if raw.get("language") is not None:
            language = _text(raw["language"], "language", MAX_LANGUAGE_CHARACTERS)
            if not LANGUAGE.fullmatch(language):
                raise Fault("language", "not_an_option", 'must be a language tag such as "en" or "pt-BR"')
            read["language"] = language
        if raw.get("direction") is not None:
            if raw["direction"] not in ("ltr", "rtl"):
                raise Fault("direction", "not_an_option", "must be ltr or rtl")
            read["direction"] = raw["direction"]
        if raw.get("of") is not None:
            read["of"] = _text(raw["of"], "of", MAX_ID_CHARACTERS)
            if "label" in raw:
                read["label"] = self.label(raw).name
        else:
            label = self.label(raw)
            if not label.has_text or label.shape_kinds:
                raise Fault("of", "unknown_shape", "must be the id of the shape this text stands in")
            read["label"] = label.name
        self.texts.append(read)
        self.read.append(read)

    def settle_texts(self) -> None:
        """Texts may come before their shapes, so they are joined last; the canonical text carries its shape's label."""
        with_text: set[Any] = set()
        for text in self.texts:
            try:
                if "of" in text:
                    shape = self.shapes.get(text["of"])
                    if shape is None:
                        raise Fault("of", "unknown_shape", "must be the id of a shape of this answer")
                    if not self.schema.labels_by_name[shape["label"]].has_text:
                        raise Fault("of", "kind_not_allowed", f"label {shape['label']!r} takes no text")
                    if text.setdefault("label", shape["label"]) != shape["label"] or text["image"] != shape["image"]:
                        raise Fault("of", "unknown_shape", "the shape has another label or lies on another image")
                languages = self.schema.labels_by_name[text["label"]].languages
                if languages and text.get("language", languages[0]) not in languages:
                    raise Fault("language", "not_an_option", f"must be one of {', '.join(languages)}")
                place = text.get("of") or (text["label"], text["image"])
                if place in with_text:
                    raise Fault("of", "duplicate_text", "there is already a text in the same place")
                with_text.add(place)
            except Fault as fault:
                self.errors.append(_error(text["id"], fault.field, fault.code, fault.message))
        for identifier, shape in self.shapes.items():
            if not self.is_complete:
                break
            if identifier not in with_text and self.schema.labels_by_name[shape["label"]].has_text:
                message = 'needs its text; an empty text ("") says that it cannot be read'
                self.errors.append(_error(identifier, "text", "required", message))

    def settle_attributes(self) -> None:
        for image in range(len(self.frames)):
            if image not in self.asked_of:
                for attribute in self.schema.attributes:
                    if attribute.required:
                        field = f"attributes.{attribute.name}"
                        self.errors.append(_error(None, field, "required", f"{attribute.name!r} is unanswered"))

    def settle_tags(self) -> None:
        for group in self.schema.tags:
            if group.required:
                for image in range(len(self.frames)):
                    if not self.tags[image, group.name]:
                        self.errors.append(
                            _error(None, f"tags.{group.name}", "required", f"{group.name!r} is unanswered")
                        )


def _nothing_faults(schema: LabelSchema, annotations: list[Any], nothing_to_mark: bool) -> list[dict[str, Any]]:
    if nothing_to_mark:
        if not schema.allow_nothing:
            return [
                _error(None, "nothing_to_mark", "nothing_not_allowed", "this project has no answer 'nothing to mark'")
            ]
        if any(type(one) is not dict or one.get("kind") not in (TAG, ATTRIBUTES) for one in annotations):
            return [
                _error(None, "nothing_to_mark", "nothing_contradicted", "there is nothing, and yet something is marked")
            ]
    elif not annotations:
        then = "mark something, or say that there is nothing to mark" if schema.allow_nothing else "mark something"
        return [_error(None, "annotations", "empty", f"the answer is empty: {then}")]
    return []


def validate_answer(
    schema: LabelSchema,
    annotations: Any,
    image_sizes: Sequence[tuple[int, int]],
    nothing_to_mark: bool = False,
) -> Answer:
    """Check an untrusted list of annotations and bring it into canonical form.

    `image_sizes` are (width_px, height_px) by image position. `nothing_to_mark` says that none of the labels is there:
    it takes no shapes and no texts, while tags, which speak of the whole image, stay as they are asked.
    Raises InvalidAnnotations with every fault (the first of each shape, all of its attributes).
    """
    if type(annotations) is not list:
        raise InvalidAnnotations([_error(None, "annotations", "wrong_type", "must be a list")])
    if len(annotations) > MAX_ANNOTATIONS:
        message = f"at most {MAX_ANNOTATIONS:,} annotations in one answer"
        raise InvalidAnnotations([_error(None, "annotations", "too_many_annotations", message)])
    reading = _Reading(schema, image_sizes)
    reading.errors += _nothing_faults(schema, annotations, nothing_to_mark)
    for position, raw in enumerate(annotations):
        reading.annotation(position, raw)
        if len(reading.errors) >= MAX_ERRORS:
            raise InvalidAnnotations(reading.errors[:MAX_ERRORS])
    reading.settle_texts()
    reading.settle_tags()
    reading.settle_attributes()
    if reading.errors:
        raise InvalidAnnotations(reading.errors[:MAX_ERRORS])
    canonical = json.dumps(
        reading.read,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    ).encode()
    return Answer(reading.read, nothing_to_mark, canonical, sha256(canonical).hexdigest(), len(reading.shapes))


def validate_suggestions(
    schema: LabelSchema, annotations: Any, image_sizes: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    """What a model proposes, in canonical form: shapes and the texts read from them.

    Unlike an answer it may leave out what the worker is asked for (attributes, texts, tags). Each may say how sure the
    model is: `confidence`, 0 to 1, kept beside the canonical fields. An empty list proposes nothing.
    Raises InvalidAnnotations.
    """
    if type(annotations) is not list or len(annotations) > MAX_ANNOTATIONS:
        message = f"must be a list of at most {MAX_ANNOTATIONS:,} annotations"
        raise InvalidAnnotations([_error(None, "annotations", "wrong_type", message)])
    reading = _Reading(schema, image_sizes, is_complete=False)
    confidences: dict[str, Number] = {}
    for position, raw in enumerate(annotations):
        plain = raw
        if type(raw) is dict:
            plain = {key: value for key, value in raw.items() if key != "confidence"}
            confidence = raw.get("confidence")
            name = str(raw.get("id"))[:MAX_ID_CHARACTERS]
            if confidence is not None:
                if type(confidence) not in (int, float) or not 0 <= confidence <= 1:
                    reading.errors.append(_error(name, "confidence", "not_a_number", "must be a number from 0 to 1"))
                else:
                    confidences[name] = _plain(confidence)
            if raw.get("kind") in (TAG, ATTRIBUTES) or (raw.get("kind") == TEXT and raw.get("of") is None):
                message = "only shapes and the texts of shapes are suggested"
                reading.errors.append(_error(name, "kind", "kind_not_allowed", message))
        reading.annotation(position, plain)
        if len(reading.errors) >= MAX_ERRORS:
            break
    reading.settle_texts()
    if reading.errors:
        raise InvalidAnnotations(reading.errors[:MAX_ERRORS])
    return [one | ({"confidence": confidences[one["id"]]} if one["id"] in confidences else {}) for one in reading.read]


def _count_values(value: Any, depth: int) -> int:
    if depth > MAX_DRAFT_DEPTH:
        raise Fault("annotations", "wrong_type", "is nested too deeply")
    if isinstance(value, str):
        _text(value, "annotations", MAX_NUMBER)
    elif isinstance(value, list):
        return 1 + sum(_count_values(item, depth + 1) for item in value)
    elif isinstance(value, dict):
        return 1 + sum(_count_values(item, depth + 1) for pair in value.items() for item in pair)
    elif value is not None and type(value) is not bool and not -1e15 < value < 1e15:
        raise Fault("annotations", "not_a_number", "holds a number that cannot be stored")
    return 1


def check_draft(annotations: Any) -> None:
    """What a half-finished answer must fulfil to be kept: a list of objects with unique ids, storable anywhere.

    Raises InvalidAnnotations. Whether it fits the schema is asked at submit only.
    """
    if type(annotations) is not list or len(annotations) > MAX_ANNOTATIONS:
        message = f"must be a list of at most {MAX_ANNOTATIONS:,} annotations"
        raise InvalidAnnotations([_error(None, "annotations", "wrong_type", message)])
    seen: set[str] = set()
    values = 0
    for position, raw in enumerate(annotations):
        try:
            if type(raw) is not dict:
                raise Fault(f"annotations[{position}]", "wrong_type", "must be an object")
            seen.add(_identifier(raw, seen))
            values += _count_values(raw, 0)
            if values > MAX_DRAFT_VALUES:
                raise Fault("annotations", "too_many_points", "the draft is too large")
        except Fault as fault:
            raise InvalidAnnotations([_error(f"#{position}", fault.field, fault.code, fault.message)]) from None
