"""Suggestions of a client's model: given, versioned, shown, and never an answer by themselves."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.work import queries
from tagwork.work.errors import InvalidAnswer
from tagwork.work.models import Submission, Suggestion, Task
from tagwork.work.operations.submit import submit
from tagwork.work.operations.suggest import suggest
from tests.builders import people, work

pytestmark = pytest.mark.django_db
SURE_BOX = {**work.BOX, "confidence": 0.91}


def suggested(project: Project, annotations: list, source: str = "detector-2") -> Suggestion:
    task = project_task(project)
    return suggest(project.created_by, project.pk, task, annotations, source=source)


def project_task(project: Project) -> int:
    return Task.objects.filter(project=project).earliest("pk").pk


def test_it_keeps_a_canonical_proposal_with_its_source_and_confidence() -> None:
    project = work.open_project(1)
    made = suggested(project, [SURE_BOX])
    assert (made.version, made.source, made.schema_number) == (1, "detector-2", 1)
    assert made.annotations == [{**work.BOX, "image": 0, "attributes": {}, "confidence": 0.91}]
    shown = work.leased(work.reader(project), project)
    assert queries.suggestions_of([shown]) == {shown.pk: made}


def test_a_repeat_is_the_same_version_and_another_proposal_the_next() -> None:
    project = work.open_project(1)
    first = suggested(project, [SURE_BOX])
    assert suggested(project, [SURE_BOX]).pk == first.pk
    assert suggested(project, [SURE_BOX], "detector-3").version == 2
    emptied = suggested(project, [])
    assert emptied.version == 3
    assert queries.suggestions_of([work.leased(work.reader(project), project)]) == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"box": [10, 10, -1, 5]}, "box"),
        ({"label": "boat"}, "label"),
        ({"confidence": 1.5}, "confidence"),
        ({"kind": "tag", "tag": True, "of": "weather", "label": "sun"}, "kind"),
        ({"suggestion": True}, "suggestion"),
    ],
)
def test_it_refuses_what_the_schema_does_not_allow(wrong: dict, field: str) -> None:
    project = work.open_project(1)
    with pytest.raises(InvalidAnswer) as refused:
        suggested(project, [{**work.BOX, **wrong}])
    assert field in {one["field"] for one in refused.value.extra["errors"]}
    assert not Suggestion.objects.exists()


def test_a_model_need_not_answer_what_the_worker_is_asked() -> None:
    colour = {"name": "colour", "type": "choice", "options": ["red", "other"], "required": True}
    label = {"name": "car", "kinds": ["box", "text"], "attributes": [colour]}
    project = work.open_project(1, schema={"labels": [label]})
    assert suggested(project, [work.BOX]).annotations[0]["attributes"] == {}


def test_it_refuses_a_stranger_a_nameless_model_and_a_closed_project() -> None:
    project = work.open_project(1)
    stranger = people.outsider()
    with pytest.raises(NotFound):
        suggest(stranger, project.pk, project_task(project), [work.BOX], source="detector-2")
    with pytest.raises(NotFound):
        suggest(project.created_by, project.pk, 10**9, [work.BOX], source="detector-2")
    with pytest.raises(Invalid):
        suggested(project, [work.BOX], "<b>")
    Project.objects.filter(pk=project.pk).update(state=Project.State.CLOSED)
    with pytest.raises(WrongState):
        suggested(project, [work.BOX])


def test_a_proposal_for_another_schema_is_not_shown() -> None:
    project = work.open_project(1)
    suggested(project, [work.BOX])
    labels = [{"name": name, "kinds": ["box"]} for name in ("car", "van", "bus")]
    change_project(project.created_by, project_id=project.pk, terms={"schema": {"labels": labels}})
    shown = work.leased(work.reader(project), project)
    assert shown.schema_number == 2 and queries.suggestions_of([shown]) == {}


def test_a_project_without_suggestions_is_not_asked_about_them() -> None:
    project = work.open_project(1)
    rows = [work.leased(work.reader(project), project)]
    with CaptureQueriesContext(connection) as asked:
        assert queries.suggestions_of(rows) == {}
    assert len(asked) == 0


def test_what_helped_is_kept_beside_the_answer_and_never_changes() -> None:
    project = work.open_project(2)
    worker = work.reader(project)
    plain = submit(worker, work.leased(worker, project).pk, [work.BOX])
    assists = {"1": {"by": "suggestion:detector-2", "edited": False}}
    helped = submit(worker, work.leased(worker, project).pk, [work.BOX], assists=assists)
    assert helped.assists == assists and plain.assists == {}
    # Scoring compares the answer alone, which is the same to the byte.
    assert (helped.answer, helped.answer_sha256) == (plain.answer, plain.answer_sha256)
    assert "suggestion" not in json.dumps(helped.answer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=helped.pk).update(assists={})


@pytest.mark.parametrize(
    "assists",
    [
        {"2": {"by": "wand", "edited": False}},
        {"1": {"by": "wand"}},
        {"1": {"by": "", "edited": False}},
        {"1": {"by": "wand:<i>", "edited": False}},
        {"1": {"by": "wand", "edited": 1}},
        {"1": {"by": "wand", "edited": True, "version": 1}},
        {"1": {"by": "wand", "edited": True, "version": "1 <i>"}},
        {"1": {"by": "wand", "edited": True, "model": "x"}},
        {"1": "wand"},
        ["1"],
    ],
)
def test_it_refuses_help_with_something_else(assists: Any) -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    with pytest.raises(InvalidAnswer):
        submit(worker, work.leased(worker, project).pk, [work.BOX], assists=assists)
    assert not Submission.objects.exists()


def test_an_undecided_suggestion_cannot_be_handed_in() -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    with pytest.raises(InvalidAnswer):
        submit(worker, work.leased(worker, project).pk, [{**work.BOX, "suggestion": {"source": "detector-2"}}])
