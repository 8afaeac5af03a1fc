"""Who may take what: the gates, the shift, the limits, the cursor, the lanes."""

from datetime import timedelta
from itertools import pairwise

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.ids import new_id
from tagwork.people.models import Person
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.pause_project import pause_project
from tagwork.projects.operations.resume_project import resume_project
from tagwork.standing.models import Restriction, Skill
from tagwork.standing.operations.restrict import restrict, throttle_for_skips
from tagwork.work import queries
from tagwork.work.errors import (
    GuidelineUnread,
    LeaseLimit,
    OptInRequired,
    ProfileIncomplete,
    Restricted,
    Throttled,
    TutorialRequired,
)
from tagwork.work.models import Assignment, Seat, Task
from tagwork.work.operations.claim import claim, claim_after_submit
from tagwork.work.operations.expire import expire_leases
from tagwork.work.operations.release import release
from tests.builders import gold, people, projects, tutorial, work

pytestmark = pytest.mark.django_db


def impose(worker: Person, kind: str, scope: str = "all") -> Restriction:
    return restrict(
        worker_id=worker.pk, kind=kind, scope=scope, reason="person", text="It was seen.", evidence={"note": "seen"},
        ends_at=clock.now() + timedelta(days=3), by="system",
    )  # fmt: skip


def feed_item(worker: Person, project: Project) -> queries.FeedItem:
    return next(item for item in queries.feed(worker) if item.project == project)


# --- the gates ---------------------------------------------------------------------------------------------------


def test_every_lesson_comes_before_the_first_task() -> None:
    project = work.open_project()
    worker = people.worker()
    projects.read_guideline(worker, project)
    tutorial.certify(worker, "classification", "detection")
    with pytest.raises(TutorialRequired):
        claim(worker, project.pk)
    tutorial.certify(worker, "segmentation")
    assert len(claim(worker, project.pk)) == 1


def test_it_refuses_a_stranger_to_work_and_to_drafts() -> None:
    project = work.open_project()
    for nobody in (people.client().person, people.moderator(), people.operator()):
        with pytest.raises(NotFound):
            claim(nobody, project.pk)
    with pytest.raises(NotFound):
        claim(work.trained(), projects.ready().pk)
    with pytest.raises(NotFound):
        claim(work.trained(), new_id())


def test_a_profile_without_a_needed_field_names_it() -> None:
    project = work.open_project()
    worker = work.reader(project)
    worker.country = ""
    worker.save()
    with pytest.raises(ProfileIncomplete) as refused:
        claim(worker, project.pk)
    assert refused.value.extra["missing"] == ["country"]
    assert feed_item(worker, project).blocked_by == "profile_incomplete"


@pytest.mark.parametrize("kind", ["pause", "suspension"])
def test_a_restriction_stands_in_the_way_until_its_end(kind: str) -> None:
    project = work.open_project()
    worker = work.reader(project)
    made = impose(worker, kind)
    with pytest.raises(Restricted):
        claim(worker, project.pk)
    assert feed_item(worker, project).restriction == made
    clock.advance(timedelta(days=3))
    assert claim(worker, project.pk)


@pytest.mark.parametrize("scope", ["type:classification", "project:01a1ffcf-b17a-7ee3-90bc-695705d63e1f"])
def test_a_restriction_elsewhere_does_not_matter_here(scope: str) -> None:
    project = work.open_project()
    worker = work.reader(project)
    impose(worker, "pause", scope)
    assert claim(worker, project.pk)


def test_a_warning_stands_in_nobodys_way() -> None:
    project = work.open_project()
    worker = work.reader(project)
    impose(worker, "warning")
    assert claim(worker, project.pk)


def test_retraining_asks_for_the_lesson_once_more() -> None:
    project = work.open_project()
    worker = work.reader(project)
    clock.advance(timedelta(hours=1))
    impose(worker, "retraining", "type:detection")
    with pytest.raises(Restricted):
        claim(worker, project.pk)
    clock.advance(timedelta(minutes=1))
    tutorial.certify(worker, "detection")
    assert claim(worker, project.pk)


def test_sensitive_images_are_opted_into() -> None:
    project = work.open_project(is_sensitive=True)
    worker = work.reader(project)
    with pytest.raises(OptInRequired):
        claim(worker, project.pk)
    worker.shows_sensitive_images = True
    worker.save()
    assert claim(worker, project.pk)


def test_a_throttled_worker_takes_twenty_an_hour_and_not_one_more() -> None:
    project = work.open_project(30)
    worker = work.reader(project)
    throttle_for_skips(worker, skipped=31, finished=100)
    taken = []
    for wanted in (10, 9, 10):
        made = claim(worker, project.pk, wanted)
        taken.append(len(made))
        Assignment.objects.filter(pk__in=[one.pk for one in made]).update(state="submitted")
    assert taken == [10, 9, 1]
    with pytest.raises(Throttled) as refused:
        claim(worker, project.pk)
    assert 3500 < refused.value.extra["retry_after_seconds"] <= 3601
    clock.advance(timedelta(seconds=refused.value.extra["retry_after_seconds"]))
    assert claim(worker, project.pk)


# --- the guideline and the shift -----------------------------------------------------------------------------------


def publish(project: Project) -> None:
    changed = projects.GUIDELINE + "\n\n# Vans\n\nA van is a car.\n"
    change_project(project.created_by, project_id=project.pk, terms={"guideline_markdown": changed})


def test_within_a_shift_work_goes_on_under_the_version_that_was_read() -> None:
    project = work.open_project(4)
    worker = work.reader(project)
    work.leased(worker, project)
    publish(project)
    clock.advance(timedelta(hours=3, minutes=59))
    assert work.leased(worker, project).guideline_number == 1
    clock.advance(timedelta(hours=4, seconds=1))
    with pytest.raises(GuidelineUnread) as refused:
        claim(worker, project.pk)
    assert refused.value.extra["guideline_version"] == 2
    project.refresh_from_db()
    projects.read_guideline(worker, project)
    assert work.leased(worker, project).guideline_number == 2


def test_who_has_not_worked_here_yet_begins_with_the_newest_version() -> None:
    project = work.open_project()
    worker = work.reader(project)
    publish(project)
    with pytest.raises(GuidelineUnread):
        claim(worker, project.pk)


# --- what is promised ----------------------------------------------------------------------------------------------


def test_the_tier_in_force_is_stamped_and_covered() -> None:
    project = work.open_project(2)
    worker = work.reader(project)
    Skill.objects.create(worker=worker, task_type="detection", tier="expert", updated_at=clock.now())
    made = work.leased(worker, project)
    # $0.006 and 25 %
    assert (made.tier, made.base_micros, made.reserve_micros) == ("expert", 7_500, 7_500)
    assert feed_item(worker, project).base_micros == 7_500


def test_a_price_change_counts_for_what_is_taken_from_now_on() -> None:
    project = work.open_project(3)
    worker = work.reader(project)
    before = work.leased(worker, project)
    dearer = {"base_micros": 8_000, "object_micros": 0, "max_objects": 0}
    change_project(project.created_by, project_id=project.pk, terms={"price": dearer})
    release(project.pk)
    after = work.leased(worker, project)
    before.refresh_from_db()
    assert (before.base_micros, after.base_micros) == (6_000, 8_000)


# --- limits and the cursor -----------------------------------------------------------------------------------------


def test_ten_live_leases_are_the_most_and_a_claim_near_the_limit_is_cut() -> None:
    project = work.open_project(15)
    worker = work.reader(project)
    assert len(claim(worker, project.pk, 8)) == 8
    assert len(claim(worker, project.pk, 10)) == 2
    with pytest.raises(LeaseLimit):
        claim(worker, project.pk, 1)


def test_a_claim_gives_what_is_there_and_then_nothing() -> None:
    project = work.open_project(2)
    worker = work.reader(project)
    assert len(claim(worker, project.pk, 5)) == 2
    assert claim(worker, project.pk, 5) == []


def test_the_cursor_wraps_once_and_misses_nothing() -> None:
    project = work.open_project(5)
    worker = work.reader(project)
    # Whatever the start, all come: also from behind the very last position.
    Seat.objects.create(worker=worker, project=project, lane=0, position=(1 << 62) - 1)
    positions = [work.leased(worker, project).task.position for _ in range(5)]
    assert positions == sorted(positions) and len(set(positions)) == 5
    assert claim(worker, project.pk) == []


def test_workers_begin_at_different_places() -> None:
    project = work.open_project(40)
    first = {work.leased(work.reader(project, number), project).task_id for number in range(1, 9)}
    assert len(first) == 8
    starts = set(Seat.objects.values_list("position", flat=True))
    assert len(starts) == 8


def test_an_own_expired_lease_is_revived_in_its_own_row() -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    first = work.leased(worker, project)
    clock.advance(timedelta(minutes=11))
    assert expire_leases() == 1
    again = work.leased(worker, project)
    assert again.pk == first.pk and again.state == "leased"
    assert again.lease_expires_at > first.lease_expires_at
    assert Assignment.objects.count() == 1


def test_a_task_once_skipped_or_answered_does_not_come_back_to_the_same_worker() -> None:
    project = work.open_project(1, overlap=3)
    worker = work.reader(project)
    work.submitted(worker, project)
    assert claim(worker, project.pk) == []
    assert len(claim(work.reader(project, 2), project.pk)) == 1


def test_a_paused_project_yields_nothing_and_goes_on_afterwards() -> None:
    project = work.open_project(2)
    worker = work.reader(project)
    pause_project(project.created_by, project_id=project.pk)
    assert claim(worker, project.pk) == []
    resume_project(project.created_by, project_id=project.pk)
    assert len(claim(worker, project.pk)) == 1


# --- lanes ---------------------------------------------------------------------------------------------------------


def test_a_lane_that_yields_nothing_is_made_up_for_from_lane_0() -> None:
    project = gold.open_project(ordinary=4, gold=1)
    gold.always_drawn(project)
    worker = work.reader(project)
    drawn = claim(worker, project.pk, 3)
    assert sorted(one.task.lane for one in drawn) == [0, 0, 1]


def test_gold_comes_only_while_there_are_ordinary_tasks() -> None:
    project = gold.open_project(ordinary=2, gold=3)
    gold.always_drawn(project)
    worker = work.reader(project)
    Task.objects.filter(project=project, lane=0).update(open_slots=0)
    assert claim(worker, project.pk, 3) == []
    assert feed_item(worker, project).available == 0


def test_the_feed_counts_gold_down_like_any_other_task() -> None:
    project = gold.open_project(ordinary=4, gold=2)
    worker = work.reader(project)
    counts = [feed_item(worker, project).available]
    while claim(worker, project.pk):
        counts.append(feed_item(worker, project).available)
    # one less each time, whichever lane it came from; the last ordinary task ends it
    assert counts[0] == 6 and counts[-1] == 0
    assert all(before - after == 1 for before, after in pairwise(counts[:-1]))


# --- in the request that handed one in -------------------------------------------------------------------------------


def test_what_stands_in_the_way_of_the_next_does_not_undo_the_answer() -> None:
    project = work.open_project(2)
    worker = work.reader(project)
    made = work.submitted(worker, project)
    impose(worker, "pause")
    assert claim_after_submit(worker, project.pk, 1) == []
    made.refresh_from_db()
    assert made.state == "pending"
