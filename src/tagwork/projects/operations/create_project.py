from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tagwork.core.money import Price
from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.people.models import Organisation, Person
from tagwork.projects.models import Project
from tagwork.projects.operations.terms import Terms, apply
from tagwork.projects.queries import is_member


def create_project(
    person: Person,
    *,
    organisation: Organisation,
    name: str,
    summary: str = "",
    schema: Mapping[str, Any] | None = None,
    guideline_markdown: str | None = None,
    price: Price | Mapping[str, Any] | None = None,
    overlap: int = 1,
    estimated_milliseconds: int = 10_000,
    budget_micros: int = 0,
    is_sensitive: bool = False,
    gold_wanted: bool = True,
    server_assist: str = "",
) -> Project:
    """A draft. Schema, guideline and price may follow later (change_project), all three are there before a launch.

    Raises NotFound for who is no member of the organisation; Invalid, with the floor named when the price is too low.
    """
    if not is_member(person, organisation.pk):
        raise NotFound("There is no such organisation.")
    terms = Terms(
        name=name,
        summary=summary,
        overlap=overlap,
        estimated_milliseconds=estimated_milliseconds,
        budget_micros=budget_micros,
        is_sensitive=is_sensitive,
        gold_wanted=gold_wanted,
        server_assist=server_assist,
    )
    if schema is not None:
        terms["schema"] = schema
    if guideline_markdown is not None:
        terms["guideline_markdown"] = guideline_markdown
    if price is not None:
        terms["price"] = price
    with transaction.atomic():
        project = Project.objects.create(organisation=organisation, created_by=person, created_at=clock.now())
        apply(project, terms, person)
    return project
