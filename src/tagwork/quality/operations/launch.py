"""Launch and close a project: the project's own rules, and what gold and money ask on top."""

import uuid

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from tagwork.kit.errors import Invalid
from tagwork.kit.settings import in_force
from tagwork.ledger import queries as ledger_queries
from tagwork.ledger.operations.post import post
from tagwork.ledger.rules import AccountRef
from tagwork.people.models import Person
from tagwork.projects.models import Project
from tagwork.projects.operations.close_project import close_project
from tagwork.projects.operations.finish_closing import finish_closing
from tagwork.projects.operations.launch_project import Step, launch_project, launch_steps
from tagwork.quality.models import Gold
from tagwork.quality.operations.examine import rest_unwanted_gold
from tagwork.quality.operations.plant_gold import set_lanes
from tagwork.quality.operations.set_aside import retire_to_practice
from tagwork.work.models import Assignment, Flag, Queue, Submission
from tagwork.work.operations.release import release, withdraw_open_slots


def launch(member: Person, project_id: uuid.UUID) -> Project:
    """draft > live, and the first slots are paid for and opened at once. Gold that was marked and then switched off
    stays unasked. Raises what launch_project does, and Invalid when gold is wanted and too little is planted."""
    with transaction.atomic():
        project = launch_project(member, project_id=project_id)
        if project.gold_wanted:
            step = _gold_step(project)
            if not step.is_done:
                raise Invalid(step.message, errors=[{"field": step.field, "code": step.code, "message": step.message}])
            set_lanes(project)
        else:
            rest_unwanted_gold()
    release(project_id)
    project.refresh_from_db()
    return project


def steps_to_launch(project: Project) -> list[Step]:
    """Everything a launch asks for, done or not: what the project's own room asks, and gold when it is wanted."""
    steps = launch_steps(project)
    return [*steps, _gold_step(project)] if project.gold_wanted else steps


def _gold_step(project: Project) -> Step:
    planted = Gold.objects.filter(project=project, state=Gold.State.ACTIVE).count()
    least = in_force("quality.gold_least")
    text = gettext("%(planted)s gold tasks are marked; at least %(least)s are needed, or switch gold off.") % {
        "planted": planted,
        "least": least,
    }
    return Step("gold", planted >= least, "too_few", text)


def close(member: Person, project_id: uuid.UUID) -> Project:
    """live or paused > closing: open slots are withdrawn, what is taken stays promised."""
    project = close_project(member, project_id=project_id)
    withdraw_open_slots(project_id)
    return project


def finish_all_closing() -> int:
    """closing > closed for projects where nothing is owed any more; what is left goes back to the client."""
    closing = Project.objects.filter(state=Project.State.CLOSING).order_by("pk").values_list("pk", flat=True)
    return sum(_finish(project_id) for project_id in closing)


@transaction.atomic
def _finish(project_id: uuid.UUID) -> bool:
    # The project's row first: a release that is under way ends before, and none begins after.
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    # A lease that ran out since the closing gave its slot back; nobody will take it.
    withdraw_open_slots(project_id)
    owed = (
        Assignment.objects.filter(project=project, state=Assignment.State.LEASED).exists()
        or Submission.objects.filter(project=project, state=Submission.State.PENDING).exists()
        or Submission.objects.filter(
            project=project, state=Submission.State.REJECTED, reserve_ended_at__isnull=True
        ).exists()
        or Flag.objects.filter(project=project, state=Flag.State.OPEN).exists()
        or Flag.objects.filter(project=project, state=Flag.State.UNJUSTIFIED, reserve_ended_at__isnull=True).exists()
    )
    escrow = AccountRef("project_escrow", f"project:{project.pk}")
    if owed or ledger_queries.reserved_micros(escrow):
        return False
    left = ledger_queries.balance_micros(escrow)
    if left:
        post(
            key=f"refund:{project.pk}",
            kind="refund",
            lines=[(escrow, -left), (AccountRef("client_available", f"organisation:{project.organisation_id}"), left)],
            subject=f"project:{project.pk}",
        )
        Queue.objects.filter(project=project).update(put_in_micros=F("put_in_micros") - left)
    finish_closing(project_id=project_id)
    retire_to_practice(project_id)
    return True
