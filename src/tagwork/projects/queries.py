"""What others may ask of this room."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from statistics import median_low
from typing import Any

from django.db.models import Count, F, QuerySet

from tagwork.core.money import hourly_micros
from tagwork.core.schema import LabelSchema, parse_schema
from tagwork.kit.errors import NotFound
from tagwork.kit.rows import columns, fetch
from tagwork.kit.signing import Purpose
from tagwork.kit.vision import library_version
from tagwork.people.models import Person
from tagwork.people.queries import membership
from tagwork.projects import guideline, pictures, rules
from tagwork.projects.models import (
    AssistModel,
    GuidelineAcknowledgement,
    GuidelineExample,
    GuidelineVersion,
    Image,
    LabelSchemaVersion,
    PriceVersion,
    Project,
)


def is_member(person: Person, organisation_id: uuid.UUID) -> bool:
    return membership(person, organisation_id) is not None


def project_for_member(person: Person, project_id: uuid.UUID, *, lock: bool = False) -> Project:
    """The project, for a member of its organisation; NotFound for everybody else.

    `lock` keeps others from changing it until the transaction ends; claims, which only refer to it, go on (no_key)."""
    projects = Project.objects.filter(pk=project_id, organisation__memberships__person=person)
    if lock:
        projects = projects.select_for_update(of=("self",), no_key=True)
    project = projects.first()
    if project is None:
        raise NotFound("There is no such project.", next_step="/projects")
    return project


def published_project(project_id: uuid.UUID) -> Project:
    """A project that workers may know of, whatever became of it since. Raises NotFound, for drafts too."""
    project = Project.objects.filter(pk=project_id).exclude(state=Project.State.DRAFT).first()
    if project is None:
        raise NotFound("There is no such project.")
    return project


def offered_project(worker_id: uuid.UUID, project_id: uuid.UUID) -> tuple[Project, "GuidelineStatus"]:
    """A project that workers may know of, and what this one has read of its guideline; ONE query. Raises NotFound."""
    found = fetch(
        f"""
        SELECT {columns(Project, "p")},
               (SELECT g.number FROM projects_guidelineacknowledgement g
                WHERE g.project_id = p.id AND g.worker_id = %s)
        FROM projects_project p WHERE p.id = %s AND p.state <> %s""",  # noqa: S608 - column names only
        [worker_id, project_id, Project.State.DRAFT],
        Project,
    )
    if not found:
        raise NotFound("There is no such project.")
    [(project, acknowledged_number)] = found
    return project, GuidelineStatus(project.guideline_number, acknowledged_number or 0)


def project_names(project_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Name by id; ONE query for a whole list of lines."""
    return dict(Project.objects.filter(pk__in=set(project_ids)).values_list("pk", "name"))


def projects_of(person: Person, *, state: str = "", name: str = "") -> QuerySet[Project]:
    """Every project of the organisations this person is a member of, newest first; `name` is a part of the name."""
    rows = Project.objects.filter(organisation__memberships__person=person).order_by("-created_at", "-id")
    if state in Project.State.values:
        rows = rows.filter(state=state)
    return rows.filter(name__icontains=name.strip()) if name.strip() else rows


@lru_cache(maxsize=512)
def schema_version(project_id: uuid.UUID, number: int) -> LabelSchema:
    """The parsed label schema; kept in this process, since a version never changes. Raises NotFound."""
    document = (
        LabelSchemaVersion.objects.filter(project_id=project_id, number=number)
        .values_list("document", flat=True)
        .first()
    )
    if document is None:
        raise NotFound("There is no such version of the label schema.")
    return parse_schema(document)


@dataclass(frozen=True)
class Guideline:
    """One version as it is shown; `clauses` are {"id", "title"}, `html` is sanitised."""

    number: int
    markdown: str
    html: str
    clauses: tuple[dict[str, str], ...]

    def clause(self, clause_id: str) -> dict[str, str] | None:
        return next((clause for clause in self.clauses if clause["id"] == clause_id), None)


@lru_cache(maxsize=256)
def guideline_version(project_id: uuid.UUID, number: int) -> Guideline:
    """Kept in this process, since a version never changes. Raises NotFound."""
    version = GuidelineVersion.objects.filter(project_id=project_id, number=number).first()
    if version is None:
        raise NotFound("There is no such version of the guideline.")
    return Guideline(version.number, version.markdown, version.html, tuple(version.clauses))


@lru_cache(maxsize=256)
def guideline_changes(project_id: uuid.UUID, from_number: int, to_number: int) -> str:
    """Sanitised HTML of what changed between two versions (<ins>, <del>); "" when the words are the same."""
    old, new = guideline_version(project_id, from_number), guideline_version(project_id, to_number)
    return guideline.difference(old.markdown, new.markdown)


def prices_in_force(projects: Iterable[Project]) -> dict[uuid.UUID, PriceVersion]:
    """The price in force by project; ONE query. A project without a price is absent."""
    rows = PriceVersion.objects.filter(
        project_id__in=[project.pk for project in projects], number=F("project__price_number")
    )
    return {row.project_id: row for row in rows}


@lru_cache(maxsize=512)
def price_version(project_id: uuid.UUID, number: int) -> PriceVersion:
    """Kept in this process, since a version never changes: do not write to it. Raises NotFound."""
    version = PriceVersion.objects.filter(project_id=project_id, number=number).first()
    if version is None:
        raise NotFound("There is no such version of the price.")
    return version


@lru_cache(maxsize=1024)
def price_by_id(price_id: int) -> PriceVersion:
    """Kept in this process, since a version never changes: do not write to it. Raises PriceVersion.DoesNotExist."""
    return PriceVersion.objects.get(pk=price_id)


def forget_versions() -> None:
    """Tests only: their databases are rolled back, and a version that never was must not be remembered."""
    for remembered in (schema_version, guideline_version, guideline_changes, price_version, price_by_id):
        remembered.cache_clear()


@dataclass(frozen=True)
class GuidelineStatus:
    """What a worker has read. `acknowledged_number` is 0 when nothing was."""

    current_number: int
    acknowledged_number: int

    @property
    def is_acknowledged(self) -> bool:
        return self.acknowledged_number >= self.current_number


def guideline_status(worker: Person, project: Project) -> GuidelineStatus:
    return GuidelineStatus(project.guideline_number, acknowledged_number(worker.pk, project.pk) or 0)


def acknowledged_number(worker_id: uuid.UUID, project_id: uuid.UUID) -> int | None:
    """The newest guideline version this worker said to have read."""
    rows = GuidelineAcknowledgement.objects.filter(project_id=project_id, worker_id=worker_id)
    return rows.values_list("number", flat=True).first()


def acknowledged_numbers(worker: Person, project_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The newest version read, by project; ONE query for a whole list of cards."""
    rows = GuidelineAcknowledgement.objects.filter(worker=worker, project_id__in=list(project_ids))
    return dict(rows.values_list("project_id", "number"))


def guideline_json(
    project_id: uuid.UUID, number: int, *, account_id: str, purpose: Purpose, expires_at: datetime
) -> dict[str, Any]:
    """{"version", "html", "clauses", "examples"} of one version; examples follow the project. Raises NotFound."""
    version = guideline_version(project_id, number)
    examples = GuidelineExample.objects.filter(project_id=project_id).select_related("image").order_by("position", "id")
    return {
        "version": version.number,
        "html": version.html,
        "clauses": list(version.clauses),
        "examples": [
            {
                "kind": example.kind,
                "caption": example.caption,
                "clause": example.clause or None,
                "images": [image_json(example.image, account_id=account_id, purpose=purpose, expires_at=expires_at)],
                "annotations": example.annotations,
            }
            for example in examples
        ],
    }


def image_json(image: Image, *, account_id: str, purpose: Purpose, expires_at: datetime) -> dict[str, Any]:
    """IMAGE of the API for a ready image; without the id and the file name (see pictures.py)."""
    assert image.width_px and image.height_px, "only a ready image has sources"
    return pictures.image_json(
        pictures.alias(image.pk, account_id),
        size_px=(image.width_px, image.height_px),
        derivatives=image.derivatives,
        placeholder=image.placeholder,
        account_id=account_id,
        purpose=purpose,
        expires_at=expires_at,
    )


def resolve_image(alias: str, name: str, *, account_id: str) -> tuple[str, str] | None:
    """(storage key, media type) of `/i/<purpose>/<alias>/<name>` for this account, or None; ONE query.

    The signature of the whole path must have been verified before."""
    candidates = pictures.image_ids(alias, account_id)
    if not candidates:
        return None
    found = (
        Image.objects.filter(pk__in=candidates, state=Image.State.READY).values_list("derivatives", flat=True).first()
    )
    derivative = pictures.chosen(found, name) if found is not None else None
    return (derivative["key"], derivative["type"]) if derivative else None


def twin_of(project_id: uuid.UUID, sha256: str, *, ready_only: bool = False) -> Image | None:
    """The task image of this project with the same bytes, waiting or ready."""
    states = [Image.State.READY] if ready_only else [Image.State.READY, Image.State.WAITING]
    return Image.objects.filter(
        project_id=project_id, sha256=sha256, purpose=Image.Purpose.TASK, state__in=states
    ).first()


@dataclass(frozen=True)
class ImageCounts:
    waiting: int
    ready: int
    refused: int


def image_counts(project_id: uuid.UUID) -> ImageCounts:
    """Task images by state."""
    rows = Image.objects.filter(project_id=project_id, purpose=Image.Purpose.TASK).values_list("state")
    counts = dict(rows.annotate(Count("id")).order_by())
    return ImageCounts(
        counts.get(Image.State.WAITING, 0), counts.get(Image.State.READY, 0), counts.get(Image.State.REFUSED, 0)
    )


@dataclass(frozen=True)
class Rate:
    """What live projects of one task type pay: lowest, typical (median) and highest."""

    task_type: str
    projects: int
    per_thousand_micros: tuple[int, int, int]
    hourly_micros: tuple[int, int, int]
    hourly_is_estimate: bool


def rate_card() -> list[Rate]:
    """The public rate card, by task type. An hourly figure is what an answer's base comes to at the typical speed,
    unless it was measured; `hourly_is_estimate` when none of the type was."""
    rows = PriceVersion.objects.filter(
        project__state=Project.State.LIVE, number=F("project__price_number")
    ).values_list(
        "project__task_type",
        "base_micros",
        "project__estimated_milliseconds",
        "project__measured_milliseconds",
        "project__measured_hourly_micros",
    )
    by_type: dict[str, list[tuple[int, int, bool]]] = defaultdict(list)
    for task_type, base, estimated, measured, measured_hourly in rows:
        hourly = measured_hourly or hourly_micros(base, measured or estimated)
        by_type[task_type].append((base * rules.ANSWERS_PER_RATE, hourly, measured_hourly is None))
    return [
        Rate(
            task_type,
            len(found),
            _spread([rate for rate, _, _ in found]),
            _spread([hourly for _, hourly, _ in found]),
            all(is_estimate for _, _, is_estimate in found),
        )
        for task_type, found in sorted(by_type.items())
    ]


def _spread(values: list[int]) -> tuple[int, int, int]:
    return min(values), median_low(values), max(values)


def task_images(project_id: uuid.UUID, *, state: str = "", file_name: str = "") -> QuerySet[Image]:
    """What the client uploaded to be worked on, newest first; `file_name` is a part of the name."""
    rows = Image.objects.filter(project_id=project_id, purpose=Image.Purpose.TASK).order_by("-uploaded_at", "-id")
    if state in Image.State.values:
        rows = rows.filter(state=state)
    if file_name.strip():
        rows = rows.filter(file_name__icontains=file_name.strip())
    return rows


def sample_image(project_id: uuid.UUID) -> Image | None:
    """A ready image to try the label schema on: the first that was uploaded."""
    rows = Image.objects.filter(project_id=project_id, purpose=Image.Purpose.TASK, state=Image.State.READY)
    return rows.order_by("uploaded_at", "id").first()


def examples_of(project_id: uuid.UUID) -> list[GuidelineExample]:
    """The examples beside the guideline, in their order, each with its image; ONE query."""
    rows = GuidelineExample.objects.filter(project_id=project_id).select_related("image")
    return list(rows.order_by("position", "id"))


def guideline_versions_of(project_id: uuid.UUID) -> list[GuidelineVersion]:
    """Newest first, each with whoever wrote it; without the texts."""
    rows = GuidelineVersion.objects.filter(project_id=project_id).select_related("created_by")
    return list(rows.only("number", "created_at", "project_id", "created_by__email").order_by("-number"))


def waiting_images() -> int:
    """Uploads of all projects that were not looked at yet."""
    return Image.objects.filter(state=Image.State.WAITING).count()


MODEL_PREFIX = "onnx:"


def assist_model(name: str) -> AssistModel | None:
    """The newest version of an operator's model that is not retired."""
    return AssistModel.objects.filter(name=name, retired_at=None).order_by("-pk").first()


def assist_models() -> list[AssistModel]:
    """Every version ever registered, the newest first."""
    return list(AssistModel.objects.order_by("-pk"))


def server_assists() -> list[str]:
    """What a project may ask to help on the server: "grabcut" and "onnx:<name>", as far as it is installed here."""
    found = ["grabcut"] if library_version("opencv-python-headless") else []
    if library_version("onnxruntime"):
        names = AssistModel.objects.filter(retired_at=None).order_by("name").values_list("name", flat=True).distinct()
        found += [MODEL_PREFIX + name for name in names]
    return found
