"""Ask for a dataset, and make it in the background. Rejected answers are in no export."""

import hashlib
import hmac
import json
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, overload

from django.db import transaction

from tagwork.formats.codecs import names
from tagwork.formats.models import Export
from tagwork.formats.records import AnswerRecord, ImageRecord
from tagwork.kit import clock, outbox
from tagwork.kit.errors import Invalid, NotFound
from tagwork.kit.ids import encode
from tagwork.kit.models import OutboxEvent
from tagwork.kit.storage import local_files
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.quality.queries import corrections_by_submission, golds_by_task
from tagwork.work.models import Submission, TaskImage

TOPIC = "formats.export_requested"
PAGE = 500


@transaction.atomic
def request_export(member: Person, project_id: uuid.UUID, format_name: str) -> Export:
    """Raises NotFound, Invalid (format)."""
    project = project_queries.project_for_member(member, project_id)
    if format_name not in names():
        text = "Choose one of: " + ", ".join(names())
        raise Invalid("There is no such format.", errors=[{"field": "format", "code": "unknown", "message": text}])
    export = Export.objects.create(project=project, format=format_name, requested_by=member, requested_at=clock.now())
    outbox.publish(TOPIC, f"export:{export.pk}", {"export": str(export.pk)})
    return export


def export_for_member(member: Person, export_id: uuid.UUID) -> Export:
    """Raises NotFound, also for another organisation's."""
    export = Export.objects.filter(pk=export_id, project__organisation__memberships__person=member).first()
    if export is None:
        raise NotFound("There is no such export.")
    return export


def exports_of(project: Project) -> list[Export]:
    return list(Export.objects.filter(project=project).order_by("-requested_at")[:20])


def make_exports(events: Sequence[OutboxEvent]) -> None:
    """Outbox handler; a repeated event finds the export made."""
    for event in events:
        export = Export.objects.select_related("project").get(pk=event.payload["export"])
        if export.state == Export.State.WAITING:
            make_export(export)


def make_export(export: Export) -> None:
    codec = import_module(f"tagwork.formats.codecs.{export.format}")
    project = export.project
    if not project.schema_number:
        export.state, export.failure = Export.State.FAILED, "The project has no label schema yet."
    else:
        schema = project_queries.schema_version(project.pk, project.schema_number)
        images = DatasetImages(project)
        with tempfile.TemporaryFile() as file:
            for piece in codec.encode(schema, images, project.name):
                file.write(piece)
            export.byte_size = file.tell()
            file.seek(0)
            export.file_key = local_files().put(file)
        export.images, export.answers = len(images), images.answers
        export.state = Export.State.READY
    export.finished_at = clock.now()
    export.save()


class DatasetImages(Sequence[ImageRecord]):
    """A project's images with their usable answers, read page by page and as often as a codec asks."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.rows = TaskImage.objects.filter(task__project=project).order_by("task_id", "position")
        self.answers = 0

    def __len__(self) -> int:
        return self.rows.count()

    @overload
    def __getitem__(self, index: int) -> ImageRecord: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ImageRecord]: ...
    def __getitem__(self, index: Any) -> Any:
        raise TypeError("a dataset is read from start to end")

    def __iter__(self) -> Iterator[ImageRecord]:
        self.answers = 0
        last = 0
        while rows := list(self.rows.filter(task_id__gt=last).select_related("image")[:PAGE]):
            yield from self._page(rows)
            last = rows[-1].task_id

    def _page(self, rows: Sequence[TaskImage]) -> Iterator[ImageRecord]:
        task_ids = [row.task_id for row in rows]
        golds = golds_by_task(task_ids)
        by_task: dict[int, list[AnswerRecord]] = {task_id: [] for task_id in task_ids}
        for task_id, gold in golds.items():
            by_task[task_id].append(AnswerRecord("", "gold", gold.expected))
        # A gold task's own answer is the client's; what workers gave there measured them.
        approved = (
            Submission.objects.filter(
                task_id__in=[one for one in task_ids if one not in golds],
                state=Submission.State.APPROVED,
                is_used=True,
            )
            .select_related("worker")
            .order_by("task_id", "pk")
        )
        corrections = corrections_by_submission([submission.pk for submission in approved])
        for submission in approved:
            name = pseudonym(submission.worker, self.project.organisation_id)
            if correction := corrections.get(submission.pk):
                # What helped the worker says nothing of what a moderator drew.
                record = AnswerRecord(name, "corrected", json.loads(correction.answer))
            else:
                record = AnswerRecord(name, "worker", json.loads(submission.answer), submission.assists)
            by_task[submission.task_id].append(record)
        for row in rows:
            image = row.image
            self.answers += len(by_task[row.task_id])
            yield ImageRecord(image.file_name, image.width_px or 0, image.height_px or 0, tuple(by_task[row.task_id]))


def pseudonym(worker: Person, organisation_id: uuid.UUID) -> str:
    """A worker's name for one client: another client sees another name."""
    digest = hmac.digest(worker.pseudonym_key.bytes, organisation_id.bytes, hashlib.sha256)
    return "worker-" + encode("w", uuid.UUID(bytes=digest[:16]))[2:12]
