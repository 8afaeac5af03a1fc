"""A client makes a draft; what it asks is read strictly, and no price lies below the floor."""

from typing import Any

import pytest

from tagwork.core.money import Price
from tagwork.kit import settings
from tagwork.kit.errors import Invalid, NotFound
from tagwork.projects import policy
from tagwork.projects.models import Project
from tagwork.projects.operations.create_project import create_project
from tests.builders import people, projects

pytestmark = pytest.mark.django_db


def refusal(**terms: Any) -> list[dict[str, Any]]:
    with pytest.raises(Invalid) as caught:
        projects.draft(**terms)
    assert not Project.objects.exists(), "a refusal leaves nothing behind"
    errors: list[dict[str, Any]] = caught.value.extra["errors"]
    return errors


def test_it_makes_a_draft_with_the_first_version_of_everything() -> None:
    client = people.client()
    project = create_project(
        client.person,
        organisation=client.organisation,
        name="  Cars in the rain ",
        summary="Boxes",
        schema=projects.BOX_SCHEMA,
        guideline_markdown=projects.GUIDELINE,
        price={"base_micros": 6_000, "object_micros": 500, "max_objects": 4},
        overlap=3,
        estimated_milliseconds=7_000,
        budget_micros=5_000_000,
        is_sensitive=True,
        gold_wanted=True,
    )
    stored = Project.objects.get(pk=project.pk)
    assert (stored.state, stored.name, stored.task_type, stored.difficulty) == (
        "draft",
        "Cars in the rain",
        "detection",
        "easy",
    )
    assert (stored.schema_number, stored.guideline_number, stored.price_number) == (1, 1, 1)
    assert (stored.overlap, stored.is_sensitive, stored.created_by) == (3, True, client.person)
    assert stored.schema_versions.get().document["labels"][0]["name"] == "car"
    clauses = stored.guideline_versions.get().clauses
    assert [one["title"] for one in clauses] == ["In general", "Mark every car", "Small cars"]


def test_a_price_reserves_the_highest_tier_and_the_fee() -> None:
    # (6,000 + 4 x 500) + 25 % = 7,500 + 4 x 625 = 10,000; 10 % fee on it: 11,000.
    settings.change(policy.FEE_BASIS_POINTS, 1_000, by="test")
    settings.forget()
    project = projects.draft(price=Price(6_000, 500, 4))
    price = project.price_versions.get()
    assert (price.fee_basis_points, price.reserve_micros) == (1_000, 11_000)


def test_a_draft_may_begin_with_a_name_alone() -> None:
    client = people.client()
    project = create_project(client.person, organisation=client.organisation, name="Later")
    assert (project.schema_number, project.guideline_number, project.price_number) == (0, 0, 0)


def test_it_refuses_a_stranger() -> None:
    with pytest.raises(NotFound):
        create_project(people.outsider(), organisation=people.client().organisation, name="Cars")
    assert not Project.objects.exists()


def test_an_hour_at_the_estimated_speed_must_reach_the_floor() -> None:
    # 7 s x $3 / 3,600 s = 5,833.3 micros, rounded up: 5,834.
    (error,) = refusal(price=Price(5_833))
    assert (error["field"], error["code"]) == ("price", "below_floor")
    for part in ("$0.005834", "7 s", "$3.00", "3,600", "$2.00 per 1,000", "$0.005833"):
        assert part in error["message"], error["message"]
    assert projects.draft(price=Price(5_834)).price_number == 1


def test_no_task_pays_less_than_two_dollars_a_thousand_however_short() -> None:
    # One second is worth 834 micros by the hour; the rate card starts at 2,000.
    assert refusal(estimated_milliseconds=1_000, price=Price(1_999))[0]["code"] == "below_floor"
    assert projects.draft(estimated_milliseconds=1_000, price=Price(2_000)).price_number == 1


def test_a_rate_per_object_does_not_replace_the_base_of_the_rate_card() -> None:
    (error,) = refusal(price=Price(1_000, 500, 100))
    assert "base" in error["message"]
    assert projects.draft(price=Price(2_000, 500, 100)).price_number == 1


def test_the_floor_follows_the_setting() -> None:
    settings.change(policy.HOURLY_FLOOR_MICROS, 6_000_000, by="test")
    settings.forget()
    assert "$0.011667" in refusal(price=Price(6_000))[0]["message"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "a" * 121),
        ("name", "two\nlines"),
        ("name", "nul\0"),
        ("name", 7),
        ("summary", "a" * 301),
        ("overlap", 0),
        ("overlap", 21),
        ("overlap", True),
        ("overlap", 1.5),
        ("estimated_milliseconds", 499),
        ("estimated_milliseconds", 3_600_001),
        ("budget_micros", -1),
        ("budget_micros", 10**14),
        ("is_sensitive", 1),
        ("gold_wanted", "yes"),
    ],
)
def test_it_names_the_field_that_is_wrong(field: str, value: object) -> None:
    assert [error["field"] for error in refusal(**{field: value})] == [field]


def test_it_names_every_wrong_field_at_once() -> None:
    assert {error["field"] for error in refusal(name="", overlap=0)} == {"name", "overlap"}


def test_it_names_the_place_in_a_wrong_schema() -> None:
    errors = refusal(schema={"labels": [{"name": "car", "kinds": ["cube"]}], "tagz": []})
    assert {error["path"] for error in errors} == {"labels[0].kinds[0]", "tagz"}


@pytest.mark.parametrize("text", ["", " \n ", "a" * 50_001, "- x\n" * 1_501, "nul\0"])
def test_it_refuses_a_guideline_that_says_nothing_or_too_much(text: str) -> None:
    assert refusal(guideline_markdown=text)[0]["field"] == "guideline"


@pytest.mark.parametrize(
    "price",
    [
        {},
        {"base_micros": 6_000.0},
        {"base_micros": True},
        {"base_micros": -1},
        {"base_micros": 6_000, "object_micros": 100},
        {"base_micros": 6_000, "max_objects": 10},
        {"base_micros": 6_000, "tip": 1},
        {"base_micros": 10**12},
        {"base_micros": 900_000_000},  # with the highest tier's bonus above what a task may pay
        [6_000],
    ],
)
def test_it_refuses_a_price_that_is_none(price: object) -> None:
    assert refusal(price=price)[0]["field"] == "price"
