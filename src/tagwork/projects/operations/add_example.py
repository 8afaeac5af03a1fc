"""A good or a bad example beside the guideline."""

import uuid
from collections.abc import Sequence
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Max

from tagwork.core.annotations import InvalidAnnotations, validate_answer
from tagwork.kit import clock
from tagwork.kit.archives import cleaned_name
from tagwork.kit.errors import WrongState
from tagwork.kit.imaging import BadImage, ImageLimits, inspect_and_derive
from tagwork.kit.storage import local_files
from tagwork.people.models import Person
from tagwork.projects import queries, rules
from tagwork.projects.errors import invalid
from tagwork.projects.models import GuidelineExample, Image, Project
from tagwork.projects.operations.process_images import delete_derivatives, ready_fields
from tagwork.projects.pictures import ORIGINAL_SUFFIX


def add_example(
    person: Person,
    *,
    project_id: uuid.UUID,
    kind: str,
    caption: str,
    image: tuple[str, BinaryIO],
    clause: str = "",
    annotations: Sequence[Any] = (),
) -> GuidelineExample:
    """`image` is (file name, stream). It is decoded at once: it is one picture, and the client waits for the answer.

    `clause` is one of the guideline in force, or "". `annotations` are drawn on the example and must fit the label
    schema in force, in pixels of the upright image. Raises NotFound, WrongState once closing, Invalid.
    """
    project = queries.project_for_member(person, project_id)
    if project.state in (Project.State.CLOSING, Project.State.CLOSED):
        raise WrongState("This project is closed; its guideline cannot be changed any more.")
    caption = caption.strip()
    faults = [rules.text_fault("caption", caption, 1, rules.MAX_CAPTION_CHARACTERS), _clause_fault(project, clause)]
    if kind not in GuidelineExample.Kind.values:
        faults.append(rules.field_error("kind", "unknown", "must be good or bad"))
    if found := [fault for fault in faults if fault]:
        raise invalid(found)
    name, stream = image
    content = stream.read(ImageLimits().source_bytes + 1)
    try:
        derived = inspect_and_derive(content)
    except BadImage as error:
        raise invalid([rules.field_error("image", error.code, error.message)]) from None
    drawn = _checked_annotations(project, annotations, (derived.width, derived.height))
    fields = ready_fields(derived)
    original_key = local_files().put(content, ORIGINAL_SUFFIX)
    try:
        with transaction.atomic():
            queries.project_for_member(person, project_id, lock=True)
            last = project.examples.aggregate(last=Max("position"))["last"]
            return GuidelineExample.objects.create(
                project=project,
                kind=kind,
                caption=caption,
                clause=clause,
                annotations=drawn,
                position=0 if last is None else last + 1,
                image=Image.objects.create(
                    project=project,
                    purpose=Image.Purpose.EXAMPLE,
                    state=Image.State.READY,
                    file_name=cleaned_name(name)[-255:],
                    original_key=original_key,
                    byte_size=len(content),
                    uploaded_at=clock.now(),
                    **fields,
                ),
            )
    except BaseException:
        delete_derivatives(fields)
        local_files().delete(original_key)
        raise


def _clause_fault(project: Project, clause: str) -> dict[str, Any] | None:
    if not clause:
        return None
    known = queries.guideline_version(project.pk, project.guideline_number) if project.guideline_number else None
    if known is None or known.clause(clause) is None:
        return rules.field_error("clause", "unknown", "must be a clause of the guideline in force")
    return None


def _checked_annotations(project: Project, annotations: Sequence[Any], size_px: tuple[int, int]) -> list[Any]:
    if not annotations:
        return []
    if not project.schema_number:
        raise invalid([rules.field_error("annotations", "no_schema", "set the label schema before drawing examples")])
    schema = queries.schema_version(project.pk, project.schema_number)
    try:
        return validate_answer(schema, list(annotations), [size_px]).annotations
    except InvalidAnnotations as error:
        raise invalid(error.errors) from None
