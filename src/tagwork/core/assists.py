"""What helped a worker with a region: kept beside an answer, never inside it, so that scoring cannot see it.

{"3": {"by": "suggestion:detector-2", "version": "4", "edited": false}}: by the id of the annotation; `by` is a tool
(wand, superpixels, livewire, cutout on the worker's device; grabcut on the server) or a source of suggestions or an
operator's model (onnx), named after a colon; `version` is of what helped, absent in answers older than it; `edited`
says that the worker changed what the help made.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from .annotations import MAX_ERRORS, InvalidAnnotations

SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+/@-]{0,79}")
_BY = re.compile(rf"[a-z]{{1,20}}(?::{SOURCE.pattern})?")
# What a person reads of each; whoever shows one asks gettext.
HELP_TEXTS: Final = {
    "wand": "Wand",
    "superpixels": "Painted by patches",
    "livewire": "Outline along edges",
    "cutout": "Cut out on the worker's device",
    "grabcut": "Cut out by the server (GrabCut)",
    "onnx": "Model of the site: %(name)s",
    "suggestion": "Suggestion of the client's model: %(name)s",
}
PART_TEXTS: Final = {
    "version": "%(help)s, version %(version)s",
    "edited": "%(help)s, then changed by hand",
}


def help_in_words(assist: Mapping[str, Any], translate: Callable[[str], str] = str) -> str:
    """What helped with a mark, in words: "Cut out by the server (GrabCut), version 1+opencv-5.0.0.93"."""
    tool, _, name = assist["by"].partition(":")
    said = translate(HELP_TEXTS[tool]) if tool in HELP_TEXTS else tool
    said = said.replace("%(name)s", name)
    if version := assist.get("version"):
        said = translate(PART_TEXTS["version"]) % {"help": said, "version": version}
    return translate(PART_TEXTS["edited"]) % {"help": said} if assist["edited"] else said


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
