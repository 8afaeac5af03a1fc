"""What helped a worker with a region: kept beside an answer, never inside it, so that scoring cannot see it.

{"3": {"by": "suggestion:detector-2", "version": "4", "edited": false}}: by the id of the annotation; `by` is a tool
(wand, superpixels, livewire, cutout on the worker's device; grabcut on the server) or a source of suggestions or an
operator's model (onnx), named after a colon; `version` is of what helped, absent in answers older than it; `edited`
says that the worker changed what the help made.
"""

import re
from collections.abc import Collection
from typing import Any

from .annotations import MAX_ERRORS, InvalidAnnotations

SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+/@-]{0,79}")
_BY = re.compile(rf"[a-z]{{1,20}}(?::{SOURCE.pattern})?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,39}")


def is_version(value: Any) -> bool:
    return type(value) is str and _VERSION.fullmatch(value) is not None


def read_assists(raw: Any, identifiers: Collection[str]) -> dict[str, dict[str, Any]]:
    """The untrusted `raw` when it speaks of annotations of this answer only. Raises InvalidAnnotations."""
    errors: list[dict[str, Any]] = []

    def fault(identifier: str | None, code: str, message: str) -> None:
        shown = None if identifier is None else identifier[:64].encode(errors="replace").decode()
        errors.append({"annotation": shown, "field": "assists", "code": code, "message": message})

    read: dict[str, dict[str, Any]] = {}
    if type(raw) is not dict:
        fault(None, "wrong_type", "must be an object")
        raise InvalidAnnotations(errors)
    for identifier, assist in raw.items():
        if identifier not in identifiers:
            fault(identifier, "unknown_shape", "must be the id of an annotation of this answer")
        elif type(assist) is not dict or assist.keys() - {"version"} != {"by", "edited"}:
            fault(identifier, "wrong_type", 'must be {"by": …, "version": …, "edited": true or false}')
        elif type(assist["edited"]) is not bool:
            fault(identifier, "wrong_type", "edited must be true or false")
        elif type(assist["by"]) is not str or not _BY.fullmatch(assist["by"]):
            fault(identifier, "not_an_option", "must name a tool, or a source after a colon")
        elif "version" in assist and not is_version(assist["version"]):
            fault(identifier, "not_an_option", "version must have up to 40 letters, digits and . _ + -")
        else:
            read[identifier] = dict(assist)
        if len(errors) >= MAX_ERRORS:
            break
    if errors:
        raise InvalidAnnotations(errors)
    return read
