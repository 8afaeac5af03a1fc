"""A project moves by its state machine, told to others in the same transaction."""

from collections.abc import Callable

import pytest

from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.kit.models import OutboxEvent
from tagwork.people.models import Person
from tagwork.projects import rules
from tagwork.projects.errors import InsufficientFunds
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.close_project import close_project
from tagwork.projects.operations.create_project import create_project
from tagwork.projects.operations.finish_closing import finish_closing
from tagwork.projects.operations.launch_project import launch_project
from tagwork.projects.operations.pause_project import pause_project
from tagwork.projects.operations.resume_project import resume_project
from tests.builders import people, projects
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db

Move = Callable[..., Project]
MOVES: dict[str, tuple[Move, str]] = {
    "launch": (launch_project, "live"),
    "pause": (pause_project, "paused"),
    "resume": (resume_project, "live"),
    "close": (close_project, "closing"),
}


def in_state(state: str) -> Project:
    project = projects.ready()
    Project.objects.filter(pk=project.pk).update(state=state)
    project.refresh_from_db()
    return project


def topics_of(project: Project) -> list[str]:
    events = OutboxEvent.objects.filter(aggregate=f"project:{project.pk}").order_by("id")
    return list(events.values_list("topic", flat=True))


def test_a_complete_draft_goes_live() -> None:
    project = projects.ready()
    live = launch_project(project.created_by, project_id=project.pk)
    assert (live.state, live.launched_at is not None) == ("live", True)
    assert topics_of(project) == ["projects.launched"]


def test_a_launch_names_everything_that_is_missing() -> None:
    client = people.client()
    bare = create_project(client.person, organisation=client.organisation, name="Bare")
    with pytest.raises(Invalid) as caught:
        launch_project(client.person, project_id=bare.pk)
    assert {error["field"] for error in caught.value.extra["errors"]} == {"schema", "guideline", "price", "images"}


def test_a_launch_needs_a_budget_for_one_answer_at_its_dearest() -> None:
    # 6,000 + 25 % = 7,500
    project = projects.ready(budget_micros=7_499)
    with pytest.raises(Invalid, match=r"\$0\.0075 "):
        launch_project(project.created_by, project_id=project.pk)
    change_project(project.created_by, project_id=project.pk, terms={"budget_micros": 7_500})
    assert launch_project(project.created_by, project_id=project.pk).state == "live"


def test_a_launch_needs_money() -> None:
    project = projects.draft()
    projects.quick_images(project, 1)
    with pytest.raises(InsufficientFunds):
        launch_project(project.created_by, project_id=project.pk)
    projects.fund(project.organisation, 1)
    assert launch_project(project.created_by, project_id=project.pk).state == "live"


def test_examples_and_waiting_images_are_not_enough_for_a_launch() -> None:
    project = projects.draft()
    projects.fund(project.organisation)
    projects.quick_images(project, 1)
    project.images.update(purpose="example")
    with pytest.raises(Invalid, match="image"):
        launch_project(project.created_by, project_id=project.pk)


def test_pause_resume_close_and_finish() -> None:
    project = projects.live()
    member = project.created_by
    assert pause_project(member, project_id=project.pk).state == "paused"
    assert resume_project(member, project_id=project.pk).state == "live"
    assert close_project(member, project_id=project.pk).state == "closing"
    closed = finish_closing(project_id=project.pk)
    assert (closed.state, closed.closed_at is not None) == ("closed", True)
    assert topics_of(project) == [
        "projects.launched",
        "projects.paused",
        "projects.resumed",
        "projects.closing",
        "projects.closed",
    ]


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("state", rules.MOVES)
def test_every_other_move_is_refused_and_a_repeated_one_changes_nothing(verb: str, state: str) -> None:
    move, target = MOVES[verb]
    project = in_state(state)
    before = topics_of(project)
    is_legal = target in rules.MOVES[state] and not (verb == "resume" and state == "draft")
    if state == target or is_legal:
        assert move(project.created_by, project_id=project.pk).state == target
        assert len(topics_of(project)) == len(before) + (state != target)
    else:
        with pytest.raises(WrongState):
            move(project.created_by, project_id=project.pk)
        project.refresh_from_db()
        assert (project.state, topics_of(project)) == (state, before)


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("stranger", [people.outsider, people.worker, people.moderator, people.operator])
def test_it_refuses_a_stranger(verb: str, stranger: Callable[[], Person]) -> None:
    project = in_state("live" if verb != "launch" else "draft")
    with pytest.raises(NotFound):
        MOVES[verb][0](stranger(), project_id=project.pk)


@pytest.mark.parametrize("state", ["draft", "live", "paused"])
def test_only_a_closing_project_is_finished(state: str) -> None:
    with pytest.raises(WrongState):
        finish_closing(project_id=in_state(state).pk)


@pytest.mark.django_db(transaction=True)
def test_two_launches_at_once_are_one() -> None:
    project = projects.ready()
    member = project.created_by
    assert at_once(lambda _: launch_project(member, project_id=project.pk).state, 3) == ["live"] * 3
    assert topics_of(project) == ["projects.launched"]


@pytest.mark.django_db(transaction=True)
def test_a_pause_and_a_close_at_once_end_in_a_legal_state() -> None:
    project = projects.live()
    member = project.created_by

    def move(number: int) -> str:
        try:
            return (pause_project, close_project)[number](member, project_id=project.pk).state
        except WrongState:
            return "refused"

    answers = at_once(move)
    project.refresh_from_db()
    assert project.state == "closing"
    assert answers in (["paused", "closing"], ["refused", "closing"])
