from datetime import timedelta

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.notices.models import Notice
from tagwork.work.models import WorkAlert
from tagwork.work.operations.alert import set_alert, tell_of_work
from tagwork.work.operations.expire import expire_leases
from tests.builders import people, projects, work
from tests.builders.background import run_background

pytestmark = pytest.mark.django_db


def test_it_tells_once_when_a_slot_comes_back() -> None:
    project = work.open_project(1)
    ana, ben = work.reader(project), work.reader(project, 2)
    work.leased(ana, project)
    set_alert(ben, project.pk, wanted=True)
    assert tell_of_work() == 0
    clock.advance(timedelta(hours=2))
    expire_leases()
    assert tell_of_work() == 1
    assert tell_of_work() == 0
    run_background()
    [notice] = Notice.objects.filter(person=ben, kind="work")
    assert project.name in notice.text
    assert not WorkAlert.objects.exists()


def test_it_says_nothing_of_tasks_the_worker_had_already() -> None:
    project = work.open_project(1, overlap=2)
    ana = work.reader(project)
    work.submitted(ana, project)
    set_alert(ana, project.pk, wanted=True)
    assert tell_of_work() == 0  # a slot is open, for others


def test_it_waits_while_a_project_is_paused() -> None:
    project = work.open_project(1)
    ana = work.reader(project)
    set_alert(ana, project.pk, wanted=True)
    type(project).objects.filter(pk=project.pk).update(state="paused")
    assert tell_of_work() == 0


def test_asking_twice_is_one_alert_and_taking_it_back_twice_is_harmless() -> None:
    project = work.open_project(1)
    ana = work.reader(project)
    for _ in range(2):
        set_alert(ana, project.pk, wanted=True)
    assert WorkAlert.objects.count() == 1
    for _ in range(2):
        set_alert(ana, project.pk, wanted=False)
    assert not WorkAlert.objects.exists()


def test_it_refuses_a_draft_and_a_stranger() -> None:
    with pytest.raises(NotFound):
        set_alert(people.worker(), projects.draft().pk, wanted=True)
    with pytest.raises(NotFound):
        set_alert(people.outsider(), work.open_project(1).pk, wanted=True)
