"""Take in what a client uploads. Originals are stored and looked at later, outside the request (process_images)."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.archives import BadArchive, cleaned_name, safe_members
from tagwork.kit.errors import WrongState
from tagwork.kit.imaging import HEAD_BYTES, BadImage, ImageLimits, sniffed_type
from tagwork.kit.storage import local_files
from tagwork.people.models import Person
from tagwork.projects.models import Image, Project
from tagwork.projects.pictures import ORIGINAL_SUFFIX
from tagwork.projects.queries import project_for_member, twin_of

ZIP_MAGIC = (b"PK\3\4", b"PK\5\6")
NAME_CHARACTERS = 255


class Refused(NamedTuple):
    """`text` says in a sentence what is wrong with this file."""

    name: str
    code: str
    text: str


@dataclass
class Report:
    accepted: list[Image] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def receive_images(person: Person, *, project_id: uuid.UUID, files: Iterable[tuple[str, BinaryIO]]) -> Report:
    """One row in `waiting` for each usable file; archives are opened, every bad entry is reported by its name.

    Each file stands alone: what was accepted before a connection broke stays, and sending everything again reports it
    as `duplicate`. A crash between file and row leaves a file nobody names (swept later: sweep_originals), never a row
    without its file.
    Raises NotFound, WrongState once the project is closing.
    """
    project = project_for_member(person, project_id)
    if project.state in (Project.State.CLOSING, Project.State.CLOSED):
        raise WrongState("This project is closed; it takes no more images.")
    report = Report()
    for name, stream in files:
        for member_name, member in _opened(name, stream, report):
            _receive(project, member_name, member, report)
    return report


def _opened(name: str, stream: BinaryIO, report: Report) -> Iterator[tuple[str, BinaryIO]]:
    """The file itself, or the usable members of an archive."""
    magic = stream.read(4)
    stream.seek(0)
    if magic not in ZIP_MAGIC:
        yield name, stream
        return
    try:
        with safe_members(stream) as members:
            for problem in members.problems:
                if problem.effect == "left_out":
                    report.refused.append(Refused(problem.entry, problem.code, problem.message))
            for member in members:
                with member.open() as opened:
                    yield member.name, opened  # type: ignore[misc]  # IO[bytes] reads like any other
    except BadArchive as error:
        report.refused.append(Refused(_shown_name(name), error.code, error.message))


def _receive(project: Project, raw_name: str, stream: BinaryIO, report: Report) -> None:
    name = _shown_name(raw_name)
    limit_bytes = ImageLimits().source_bytes
    content = stream.read(limit_bytes + 1)
    try:
        if len(content) > limit_bytes:
            raise BadImage(
                "too_large",
                gettext("This file is larger than %(limit_bytes)s MiB.") % {"limit_bytes": limit_bytes // 1024 // 1024},
            )
        if not content:
            raise BadImage("not_an_image", "This file is empty.")
        sniffed_type(content[:HEAD_BYTES])
    except BadImage as error:
        report.refused.append(Refused(name, error.code, error.message))
        return
    digest = hashlib.sha256(content).hexdigest()
    twin = twin_of(project.pk, digest)
    if twin is not None:
        report.refused.append(Refused(name, "duplicate", duplicate_text(twin.file_name)))
        return
    image = Image.objects.create(
        project=project,
        file_name=name,
        sha256=digest,
        original_key=local_files().put(content, ORIGINAL_SUFFIX),
        byte_size=len(content),
        uploaded_at=clock.now(),
    )
    report.accepted.append(image)


def duplicate_text(other_name: str) -> str:
    return f"The same picture is in this project already, as “{other_name}”."


def _shown_name(raw: str) -> str:
    """A name that can be stored and shown; of a path too long for that, the last part."""
    name = cleaned_name(raw.replace("\\", "/"))
    return name if len(name) <= NAME_CHARACTERS else name.rsplit("/", 1)[-1]
