"""The server's help with a region: for who holds the task, where the client wants it, and never an answer by itself."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pycocotools import mask as coco

from tagwork.core.masks import decode
from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound
from tagwork.kit.settings import change, forget
from tagwork.kit.vision import ModelRefused, NothingFound, VisionAbsent, library_version
from tagwork.people.models import Person
from tagwork.projects.models import AssistModel, Project
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.register_assist_model import register_assist_model, retire_assist_model
from tagwork.work import rules
from tagwork.work.errors import AlreadySubmitted, AssistOff, LeaseOver, Throttled
from tagwork.work.models import Assignment, Draft, Submission
from tagwork.work.operations.assist import assist
from tagwork.work.operations.submit import submit
from tests.builders import onnx_models, people, projects, work

pytestmark = [
    pytest.mark.django_db,
    # pycocotools 2.0 on numpy 2: its own array wrapper lacks an argument that numpy asks for.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
# The picture of the builders: a yellow rectangle on a plain ground, 64 x 48 px.
YELLOW = (8, 8, 24, 30)
AROUND = [4, 4, 26, 32]


def helped_project(chosen: str = "grabcut", image_count: int = 1) -> tuple[Project, Person, Assignment]:
    project = work.open_project(image_count, schema=projects.MASK_SCHEMA)
    change_project(project.created_by, project_id=project.pk, terms={"server_assist": chosen})
    worker = work.reader(project)
    return project, worker, work.leased(worker, project)


def rectangle() -> np.ndarray:
    made = np.zeros((48, 64), bool)
    left, top, right, bottom = YELLOW
    made[top:bottom, left:right] = True
    return made


def test_it_finds_the_object_and_the_answer_takes_it_as_it_is() -> None:
    _, worker, leased = helped_project()
    found = assist(worker, leased.pk, box=AROUND)
    assert np.array_equal(decode(found.mask), rectangle())
    said = found.mask.as_json()
    # The run lengths are those of pycocotools, and so those of the workbench (vectors/masks).
    assert said["counts"].encode() == coco.encode(np.asfortranarray(rectangle().astype(np.uint8)))["counts"]
    assert (found.by, found.version) == ("grabcut", f"1+opencv-{library_version('opencv-python-headless')}")
    mark = {"id": "1", "kind": "mask", "label": "leaf", "mask": said}
    note = {"by": found.by, "version": found.version, "edited": False}
    made = submit(worker, leased.pk, [mark], assists={"1": note})
    assert made.assists == {"1": note} and said["counts"] in made.answer


def test_it_writes_nothing_but_the_count_of_questions() -> None:
    _, worker, leased = helped_project()
    assist(worker, leased.pk, box=AROUND)
    with CaptureQueriesContext(connection) as asked:
        assist(worker, leased.pk, box=AROUND)
    written = [one["sql"] for one in asked if one["sql"].lstrip().split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert all("people_rate_limit" in sql for sql in written)
    assert not Draft.objects.exists() and not Submission.objects.exists()


def test_it_refuses_a_stranger_and_a_project_without_it() -> None:
    _, _, leased = helped_project()
    with pytest.raises(NotFound):
        assist(work.trained(2), leased.pk, box=AROUND)
    plain = work.open_project(1)
    worker = work.reader(plain)
    with pytest.raises(AssistOff):
        assist(worker, work.leased(worker, plain).pk, box=AROUND)


def test_it_refuses_a_task_that_is_held_no_more() -> None:
    _, worker, leased = helped_project(image_count=2)
    other = work.leased(worker, leased.project)
    submit(worker, other.pk, [], nothing_to_mark=True)
    with pytest.raises(AlreadySubmitted):
        assist(worker, other.pk, box=AROUND)
    clock.advance(timedelta(minutes=61))
    with pytest.raises(LeaseOver):
        assist(worker, leased.pk, box=AROUND)


def test_so_many_a_minute_and_then_it_says_when() -> None:
    change("work.assists_per_minute", 2, by="test")
    forget()
    _, worker, leased = helped_project()
    # Questions that are none are not counted, nor are they work for anybody.
    with pytest.raises(Invalid):
        assist(worker, leased.pk, box=[0, 0, 1, 1])
    # All in one minute of the clock, however slowly they run.
    clock.advance(timedelta(seconds=60 - clock.now().second))
    for _ in range(2):
        assist(worker, leased.pk, box=AROUND)
    with pytest.raises(Throttled) as refused:
        assist(worker, leased.pk, box=AROUND)
    assert 1 <= refused.value.extra["retry_after_seconds"] <= 60
    clock.advance(timedelta(seconds=60))
    assist(worker, leased.pk, box=AROUND)


@pytest.mark.parametrize(
    ("box", "points"),
    [
        ([4, 4, 26], []),
        ([4, 4, 26, float("inf")], []),
        ([60, 40, 30, 30], []),
        ([4, 4, -26, 32], []),
        (AROUND, [[5, 5]]),
        (AROUND, [[5, 5, 2]]),
        (AROUND, [[60, 5, 1]]),
        (AROUND, [[5, 5, 1]] * 51),
    ],
)
def test_a_question_that_is_none_is_refused(box: list[Any], points: list[Any]) -> None:
    with pytest.raises(Invalid):
        rules.read_question(box, points, (64, 48))


def test_a_box_over_the_border_is_cut_there() -> None:
    asked = rules.read_question([-10, 30, 30, 100], [[5, 40, 1]], (64, 48))
    assert (asked.box, asked.points) == ((0, 30, 20, 18), ((5, 40, True),))


def test_a_client_may_choose_only_what_is_installed(tmp_path: Path) -> None:
    project = projects.draft()

    def choose(chosen: Any) -> str:
        return change_project(project.created_by, project_id=project.pk, terms={"server_assist": chosen}).server_assist

    for wrong in ("onnx:red-things", "sam", None, 1):
        with pytest.raises(Invalid):
            choose(wrong)
    assert choose("grabcut") == "grabcut" and choose("") == ""
    register_assist_model(onnx_models.written(tmp_path, onnx_models.red_less_blue()), by="test")
    assert choose("onnx:red-things") == "onnx:red-things"
    retire_assist_model("red-things", by="test")
    # It stays until the client chooses anew: other terms can still be changed.
    assert change_project(project.created_by, project_id=project.pk, terms={"summary": "x"}).server_assist
    assert choose("onnx:red-things") == "onnx:red-things" and choose("") == ""
    with pytest.raises(Invalid):
        choose("onnx:red-things")
    with pytest.raises(NotFound):
        change_project(people.outsider(), project_id=project.pk, terms={"server_assist": "grabcut"})


def test_an_operators_model_helps_and_its_newest_version_is_named(tmp_path: Path) -> None:
    model = onnx_models.red_less_blue()
    first = register_assist_model(onnx_models.written(tmp_path, model), by="test")
    # The same again is the same; another contract under the same version is not.
    assert register_assist_model(tmp_path / "model.json", by="test").pk == first.pk
    with pytest.raises(ModelRefused, match="new version"):
        register_assist_model(onnx_models.written(tmp_path, model, licence="other"), by="test")
    _, worker, leased = helped_project("onnx:red-things")
    found = assist(worker, leased.pk, box=AROUND)
    assert (found.by, found.version) == ("onnx:red-things", "1")
    agreed = decode(found.mask) & rectangle()
    assert agreed.sum() > 0.9 * (decode(found.mask) | rectangle()).sum()
    with pytest.raises(NothingFound):
        assist(worker, leased.pk, box=[44, 30, 16, 16])
    register_assist_model(onnx_models.written(tmp_path, model, version="2"), by="test")
    assert assist(worker, leased.pk, box=AROUND).version == "2"
    retire_assist_model("red-things", by="test")
    with pytest.raises(VisionAbsent):
        assist(worker, leased.pk, box=AROUND)


def test_a_model_that_fails_its_look_is_not_kept(tmp_path: Path) -> None:
    model = onnx_models.red_less_blue(scale=float("nan"))
    with pytest.raises(ModelRefused, match="finite"):
        register_assist_model(onnx_models.written(tmp_path, model), by="test")
    path = onnx_models.written(tmp_path, model, sha256="0" * 64)
    with pytest.raises(ModelRefused, match="sha256"):
        register_assist_model(path, by="test")
    path.write_text("{")
    with pytest.raises(ModelRefused, match=r"model\.json"):
        register_assist_model(path, by="test")
    assert not AssistModel.objects.exists()
