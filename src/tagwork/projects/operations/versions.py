"""The one place where a project's schema, guideline and price get a new version. Called inside a transaction that holds
the project's row; what is already in force makes no version, so that a repeated request changes nothing."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from tagwork.core.money import Price
from tagwork.core.schema import SchemaError, parse_schema
from tagwork.kit import clock
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.projects import guideline, policy, rules
from tagwork.projects.errors import invalid
from tagwork.projects.models import GuidelineVersion, LabelSchemaVersion, PriceVersion, Project


def add_schema(project: Project, raw: Mapping[str, Any]) -> bool:
    """Whether there is a new version. Sets number, task type and difficulty on `project`, unsaved. Raises Invalid."""
    try:
        schema = parse_schema(raw)
    except SchemaError as error:
        raise invalid(
            [
                {"path": one["path"], "field": "schema", "code": "invalid_schema", "message": one["message"]}
                for one in error.errors
            ]
        ) from None
    document = schema.as_json()
    latest = project.schema_versions.filter(number=project.schema_number).first()
    if latest and latest.document == document:
        return False
    project.schema_number += 1
    project.task_type, project.difficulty = schema.task_type, schema.difficulty
    LabelSchemaVersion.objects.create(
        project=project, number=project.schema_number, document=document, created_at=clock.now()
    )
    return True


def add_guideline(project: Project, markdown: str, person: Person) -> bool:
    """Whether there is a new version. Sets the number on `project`, unsaved. Raises Invalid."""
    if not isinstance(markdown, str) or "\0" in markdown:
        raise invalid([rules.field_error("guideline", "wrong_type", "must be a text in Markdown")])
    markdown = markdown.replace("\r\n", "\n").strip()
    if len(markdown) > guideline.MAX_CHARACTERS or guideline.block_count(markdown) > guideline.MAX_BLOCKS:
        message = f"must have at most {guideline.MAX_CHARACTERS:,} characters in {guideline.MAX_BLOCKS:,} paragraphs"
        raise invalid([rules.field_error("guideline", "too_long", message)])
    rendered = guideline.render(markdown)
    if not rendered.clauses:
        raise invalid([rules.field_error("guideline", "empty", "say at least in one sentence what to do")])
    latest = project.guideline_versions.filter(number=project.guideline_number).first()
    if latest and latest.markdown == markdown:
        return False
    project.guideline_number += 1
    GuidelineVersion.objects.create(
        project=project,
        number=project.guideline_number,
        markdown=markdown,
        html=rendered.html,
        clauses=[{"id": clause.id, "title": clause.title} for clause in rendered.clauses],
        created_by=person,
        created_at=clock.now(),
    )
    return True


def add_price(project: Project, price: Price) -> bool:
    """Whether there is a new version. Sets the number on `project`, unsaved. A price never changes taken work: what a
    worker took carries the figures it was taken at. Raises Invalid."""
    fee = int(in_force(policy.FEE_BASIS_POINTS))
    try:
        reserve = rules.reserve_micros(price, fee)
    except ValueError as error:
        raise invalid([rules.field_error("price", "out_of_range", str(error))]) from None
    latest = project.price_versions.filter(number=project.price_number).first()
    if latest and rules.price_of(latest) == price and latest.fee_basis_points == fee:
        return False
    project.price_number += 1
    PriceVersion.objects.create(
        project=project,
        number=project.price_number,
        base_micros=price.base_micros,
        object_micros=price.object_micros,
        max_objects=price.max_objects,
        fee_basis_points=fee,
        reserve_micros=reserve,
        created_at=clock.now(),
    )
    return True


def floor_of(project: Project) -> rules.Floor:
    """What a price of this project is held against at this moment."""
    measured = project.measured_milliseconds
    return rules.Floor(
        milliseconds=measured or project.estimated_milliseconds,
        is_measured=measured is not None,
        hourly_micros=int(in_force(policy.HOURLY_FLOOR_MICROS)),
        rate_micros=int(in_force(policy.RATE_FLOOR_MICROS)),
    )


def check_price(project: Project, price: Price) -> None:
    """Raises Invalid with an error on `price` that names the floor and how it comes about."""
    fault = rules.price_fault(price, floor_of(project), gettext)
    if fault:
        raise invalid([rules.field_error("price", "below_floor", fault)])
