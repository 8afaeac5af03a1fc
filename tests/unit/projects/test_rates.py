"""The public rate card and what prices come to."""

import pytest

from tagwork.core.money import Price
from tagwork.projects import queries, rules
from tagwork.projects.operations.record_speed import record_speed
from tests.builders import people, projects


def test_reserve_is_the_experts_pay_for_every_object_and_the_fee_on_it() -> None:
    # 2,001 + 25 % = 2,501.25 and 333 + 25 % = 416.25, each rounded down; x 3 objects: 2,501 + 1,248 = 3,749.
    # 5 % fee on 3,749 = 187.45, rounded down.
    price = Price(2_001, 333, 3)
    assert rules.reserve_micros(price, 0) == 3_749
    assert rules.reserve_micros(price, 500) == 3_749 + 187


@pytest.mark.parametrize(("tier", "base"), [("starter", 6_000), ("steady", 6_600), ("expert", 7_500)])
def test_a_tier_is_promised_its_bonus(tier: str, base: int) -> None:
    assert rules.priced_for_tier(Price(6_000, 100, 2), tier).base_micros == base


def test_what_is_promised_to_any_tier_is_reserved() -> None:
    price = Price(2_003, 777, 50)
    for tier in ("starter", "steady", "expert"):
        promised = rules.priced_for_tier(price, tier).max_micros
        assert promised + promised * 1_234 // 10_000 <= rules.reserve_micros(price, 1_234)


@pytest.mark.django_db
def test_the_rate_card_shows_live_projects_by_task_type() -> None:
    for base in (6_000, 9_000, 20_000):
        projects.live(price={"base_micros": base})
    projects.live(schema=projects.CHOICE_SCHEMA, price={"base_micros": 2_000}, estimated_milliseconds=2_000)
    projects.draft(price={"base_micros": 500_000})
    boxes, choices = None, None
    for rate in queries.rate_card():
        if rate.task_type == "detection":
            boxes = rate
        else:
            choices = rate
    assert boxes is not None and choices is not None
    assert boxes.projects == 3
    assert boxes.per_thousand_micros == (6_000_000, 9_000_000, 20_000_000)
    # 6,000 micros in 7 s: 6,000 x 3,600 / 7 = 3,085,714.2 an hour
    assert boxes.hourly_micros[0] == 3_085_714
    assert boxes.hourly_is_estimate
    assert (choices.task_type, choices.per_thousand_micros) == ("classification", (2_000_000,) * 3)


@pytest.mark.django_db
def test_a_measured_hour_replaces_the_estimate() -> None:
    project = projects.live()
    record_speed(project_id=project.pk, median_milliseconds=6_000, hourly_micros=4_100_000)
    (rate,) = queries.rate_card()
    assert (rate.hourly_micros, rate.hourly_is_estimate) == ((4_100_000,) * 3, False)


@pytest.mark.django_db
def test_the_rate_card_is_empty_without_live_projects() -> None:
    projects.draft()
    assert queries.rate_card() == []


@pytest.mark.django_db
def test_members_see_their_projects_and_nobody_else_does() -> None:
    project = projects.draft()
    assert list(queries.projects_of(project.created_by)) == [project]
    assert not queries.projects_of(people.outsider()).exists()
    assert not queries.projects_of(people.operator()).exists()
