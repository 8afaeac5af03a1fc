import uuid
from typing import Any

from django.db import transaction

from tagwork.core.money import format_usd
from tagwork.kit import clock
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.people.models import Person
from tagwork.projects import rules, topics
from tagwork.projects.errors import InsufficientFunds, invalid
from tagwork.projects.models import Image, Project
from tagwork.projects.operations.move import move
from tagwork.projects.operations.versions import check_price
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


def _check_complete(project: Project) -> None:
    missing = []
    if not project.schema_number:
        missing.append(_missing("schema", "say what is to be marked: the label schema is missing"))
    if not project.guideline_number:
        missing.append(_missing("guideline", "write the guideline: workers are judged by its clauses"))
    if not project.price_number:
        missing.append(_missing("price", "set the price of a task"))
    if not project.images.filter(purpose=Image.Purpose.TASK, state=Image.State.READY).exists():
        missing.append(_missing("images", "upload at least one image, and wait until it is ready"))
    if missing:
        raise invalid(missing)
    price = project.price_versions.get(number=project.price_number)
    # Again, for the floor may have risen, or the typical time been measured, since the price was set.
    check_price(project, rules.price_of(price))
    if project.budget_micros < price.reserve_micros:
        message = (
            f"the budget of {format_usd(project.budget_micros)} does not cover one answer, which may cost up to "
            f"{format_usd(price.reserve_micros)} with the highest tier's bonus and the fee"
        )
        raise invalid([rules.field_error("budget_micros", "below_one_answer", message)])
    if balance_micros(AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{project.organisation_id}")) <= 0:
        raise InsufficientFunds("The organisation has no money available; add some first.", next_step="/deposits")


def _missing(field: str, message: str) -> dict[str, Any]:
    return rules.field_error(field, "missing", message)
