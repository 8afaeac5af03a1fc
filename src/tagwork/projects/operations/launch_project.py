import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from tagwork.core.money import format_usd
from tagwork.kit import clock
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.people.models import Person
from tagwork.projects import rules, topics
from tagwork.projects.errors import InsufficientFunds, invalid
from tagwork.projects.models import Image, Project
from tagwork.projects.operations.move import move
from tagwork.projects.operations.versions import floor_of
from tagwork.projects.queries import project_for_member


def launch_project(person: Person, *, project_id: uuid.UUID) -> Project:
    """draft > live. What is asked of gold is asked above this room, in the same transaction.

    Launching a live project again changes nothing. Raises NotFound, WrongState; Invalid with everything that is
    missing; InsufficientFunds when the organisation's available balance is empty.
    """
    with transaction.atomic():
        project = project_for_member(person, project_id, lock=True)
        if project.state == Project.State.LIVE:
            return project
        if project.state == Project.State.DRAFT:
            _check_complete(project)
        return move(project, Project.State.LIVE, topics.LAUNCHED, launched_at=clock.now())


@dataclass(frozen=True)
class Step:
    """One thing that a launch asks for. `message` says what to do while it is not done; `field` names what it is."""

    field: str
    is_done: bool
    code: str
    message: str


def launch_steps(project: Project) -> list[Step]:
    """Everything this room asks before a launch, done or not, in the order in which a client does it."""
    images = project.images.filter(purpose=Image.Purpose.TASK, state=Image.State.READY)
    steps = [
        _step("schema", project.schema_number, gettext("say what is to be marked: the label schema is missing")),
        _step("guideline", project.guideline_number, gettext("write the guideline: workers are judged by its clauses")),
        _step("price", project.price_number, gettext("set the price of a task")),
        _step("images", images.exists(), gettext("upload at least one image, and wait until it is ready")),
    ]
    if project.price_number:
        price = project.price_versions.get(number=project.price_number)
        # Again, for the floor may have risen, or the typical time been measured, since the price was set.
        if fault := rules.price_fault(rules.price_of(price), floor_of(project), gettext):
            steps[2] = Step("price", False, "below_floor", fault)
        message = gettext(
            "the budget of %(budget)s does not cover one answer, which may cost up to %(most)s with the highest tier's "
            "bonus and the fee"
        ) % {"budget": format_usd(project.budget_micros), "most": format_usd(price.reserve_micros)}
        steps.append(Step("budget_micros", project.budget_micros >= price.reserve_micros, "below_one_answer", message))
    available = balance_micros(AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{project.organisation_id}"))
    message = gettext("The organisation has no money available; add some first.")
    return [*steps, Step("funds", available > 0, InsufficientFunds.code, message)]


def _check_complete(project: Project) -> None:
    undone = [step for step in launch_steps(project) if not step.is_done]
    faults = [rules.field_error(step.field, step.code, step.message) for step in undone if step.field != "funds"]
    if missing := [fault for fault in faults if fault["code"] == "missing"]:
        raise invalid(missing)
    if faults:
        raise invalid(faults[:1])
    if undone:
        raise InsufficientFunds(undone[0].message, next_step="/deposits/")


def _step(field: str, is_done: int, message: str) -> Step:
    return Step(field, bool(is_done), "missing", message)
