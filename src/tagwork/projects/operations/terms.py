"""The terms of a project, as they are asked for when it is made and when it is changed."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from tagwork.core.money import Price
from tagwork.people.models import Person
from tagwork.projects import rules
from tagwork.projects.errors import invalid
from tagwork.projects.models import Project
from tagwork.projects.operations.versions import add_guideline, add_price, add_schema, check_price
from tagwork.projects.queries import server_assists


class Terms(TypedDict, total=False):
    """What is absent stays as it is. `schema` is the raw document, `price` a Price or its three numbers by name."""

    name: str
    summary: str
    schema: Mapping[str, Any]
    guideline_markdown: str
    price: Price | Mapping[str, Any]
    overlap: int
    estimated_milliseconds: int
    budget_micros: int
    is_sensitive: bool
    gold_wanted: bool
    server_assist: str


_NUMBERS: Final = {
    "overlap": (1, rules.MAX_OVERLAP),
    "estimated_milliseconds": (rules.SHORTEST_TASK_MILLISECONDS, rules.LONGEST_TASK_MILLISECONDS),
    "budget_micros": (0, rules.MAX_BUDGET_MICROS),
}
_TEXTS: Final = {"name": (1, rules.MAX_NAME_CHARACTERS), "summary": (0, rules.MAX_SUMMARY_CHARACTERS)}
_PRICE_FIELDS: Final = {"base_micros", "object_micros", "max_objects"}
_SWITCHES: Final = ("is_sensitive", "gold_wanted")


def apply(project: Project, terms: Terms, person: Person) -> list[str]:
    """Write `terms` onto a saved project inside the caller's transaction; the fields that changed. Raises Invalid.

    The floor is asked whenever the price or the typical time is: a low estimate first and a long task later would
    otherwise pass it by.
    """
    asked = dict(terms)
    changed = _apply_plain(project, asked)
    if "schema" in asked and add_schema(project, terms["schema"]):
        changed.append("schema")
    if "guideline_markdown" in asked and add_guideline(project, terms["guideline_markdown"], person):
        changed.append("guideline")
    if "price" in asked:
        price = _price(terms["price"])
        check_price(project, price)
        if add_price(project, price):
            changed.append("price")
    elif "estimated_milliseconds" in changed and project.price_number:
        check_price(project, rules.price_of(project.price_versions.get(number=project.price_number)))
    if changed:
        project.save()
    return changed


def _apply_plain(project: Project, asked: dict[str, Any]) -> list[str]:
    faults = []
    for field, (least, most) in _TEXTS.items():
        if field in asked:
            if isinstance(asked[field], str):
                asked[field] = asked[field].strip()
            faults.append(rules.text_fault(field, asked[field], least, most))
    for field, (least, most) in _NUMBERS.items():
        if field in asked:
            faults.append(rules.number_fault(field, asked[field], least, most))
    if asked.get("server_assist", project.server_assist) != project.server_assist:
        faults.append(_assist_fault(asked["server_assist"]))
    for field in _SWITCHES:
        if field in asked and type(asked[field]) is not bool:
            faults.append(rules.field_error(field, "wrong_type", "must be true or false"))
    if found := [fault for fault in faults if fault]:
        raise invalid(found)
    changed = []
    for field in (*_TEXTS, *_NUMBERS, *_SWITCHES, "server_assist"):
        if field in asked and getattr(project, field) != asked[field]:
            setattr(project, field, asked[field])
            changed.append(field)
    return changed


def _assist_fault(wanted: Any) -> dict[str, Any] | None:
    offered = ["", *server_assists()]
    if wanted in offered:
        return None
    named = ", ".join(one or '""' for one in offered)
    return rules.field_error("server_assist", "not_an_option", f"must be one of: {named}")


def _price(raw: Price | Mapping[str, Any]) -> Price:
    if isinstance(raw, Price):
        price = raw
    else:
        try:
            if not isinstance(raw, Mapping) or not {"base_micros"} <= set(raw) <= _PRICE_FIELDS:
                raise TypeError("must be an object with base_micros, and object_micros with max_objects if it has any")
            price = Price(**raw)
        except (TypeError, ValueError) as error:
            raise invalid([rules.field_error("price", "invalid_price", str(error))]) from None
    if bool(price.object_micros) != bool(price.max_objects):
        message = "a rate per object needs max_objects, and max_objects needs a rate"
        raise invalid([rules.field_error("price", "invalid_price", message)])
    return price
